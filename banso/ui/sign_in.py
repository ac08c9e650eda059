"""Signing in and out, and the language of the screens."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from fastapi import FastAPI, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from jinja2 import Environment, FileSystemLoader

from banso.core.database import open_database
from banso.core.errors import ConfigError
from banso.core.users import MAX_PASSWORD, MIN_PASSWORD, Users
from banso.ui.services import Services
from banso.ui.texts import LANGUAGES, ScreenLanguage, text_of

PAGES = Environment(loader=FileSystemLoader(Path(__file__).parent / "pages"), autoescape=True)


def language_of(request: Request, default: ScreenLanguage) -> ScreenLanguage:
    """What the reader chose, else what the browser prefers, else the team's setting."""
    chosen = request.query_params.get("lang") or request.session.get("lang")
    if chosen not in LANGUAGES:
        wanted = [part.split(";")[0].strip()[:2] for part in request.headers.get("accept-language", "").split(",")]
        chosen = next((code for code in wanted if code in LANGUAGES), default)
    return "en" if chosen == "en" else "ja"


def _address(request: Request) -> str:
    return request.client.host if request.client else ""


def add_routes(app: FastAPI, services: Services) -> None:
    """`/login` (form and answer), `/logout`, and `/password` for whoever is signed in."""
    _add_password_routes(app, services)

    def page(request: Request, failed: bool, status: int = 200) -> HTMLResponse:
        language = language_of(request, services.settings.language)
        request.session["lang"] = language
        other = "en" if language == "ja" else "ja"
        html = PAGES.get_template("login.html").render(t=text_of(language), failed=failed, other=other)
        return HTMLResponse(html, status_code=status)

    @app.get("/login")
    def form(request: Request) -> Response:
        return page(request, failed=False)

    @app.post("/login")
    def answer(request: Request, name: Annotated[str, Form()] = "", password: Annotated[str, Form()] = "") -> Response:
        user = services.users.sign_in(name.strip(), password, _address(request))
        if user is None:
            return page(request, failed=True, status=401)
        language = language_of(request, services.settings.language)
        request.session.clear()
        request.session.update({"user": user.name, "stamp": services.users.stamp(user.name), "lang": language})
        return RedirectResponse(f"/{language}/", status_code=303)

    @app.get("/logout")
    def leave(request: Request) -> Response:
        language = language_of(request, services.settings.language)
        request.session.clear()
        request.session["lang"] = language
        return RedirectResponse("/login", status_code=303)


def _add_password_routes(app: FastAPI, services: Services) -> None:
    def page(request: Request, said: str = "", status: int = 200) -> HTMLResponse:
        language = language_of(request, services.settings.language)
        other = "en" if language == "ja" else "ja"
        html = PAGES.get_template("password.html").render(t=text_of(language), said=said, other=other)
        return HTMLResponse(html, status_code=status)

    @app.get("/password")
    def form(request: Request) -> Response:
        return page(request)

    @app.post("/password")
    def change(
        request: Request,
        current: Annotated[str, Form()] = "",
        new: Annotated[str, Form()] = "",
        again: Annotated[str, Form()] = "",
    ) -> Response:
        name = str(request.session.get("user", ""))  # the page policy lets nobody else come here
        if new != again:
            return page(request, "password.differ", 400)
        if not MIN_PASSWORD <= len(new) <= MAX_PASSWORD:
            return page(request, "password.unfit", 400)
        if services.users.sign_in(name, current, _address(request)) is None:
            return page(request, "password.wrong", 403)
        try:
            _owner_sets(services, name, new)
        except ConfigError:
            return page(request, "password.not_here", 409)
        request.session["stamp"] = services.users.stamp(name)
        return page(request, "password.done")


def _owner_sets(services: Services, name: str, password: str) -> None:
    """Change the password over a connection of its own: the app's role in the database may not write it, so that
    nothing else in this process can. Raises ConfigError where the owner's rights are not at hand."""
    database = open_database(services.settings)
    try:
        Users(database).set_password(name, password)
    finally:
        database.close()
