"""Signing in and out, and the language of the screens."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from fastapi import FastAPI, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from jinja2 import Environment, FileSystemLoader

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


def add_routes(app: FastAPI, services: Services) -> None:
    """`/login` (form and answer) and `/logout`."""

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
        user = services.users.sign_in(name.strip(), password)
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
