"""The web server around the screens: sign-in, page policy, source pages, one Gradio app a language."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any

import gradio as gr
from fastapi import FastAPI, Request
from fastapi.responses import FileResponse, RedirectResponse
from fastapi.staticfiles import StaticFiles
from starlette.middleware.sessions import SessionMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from banso.core.errors import NotFound
from banso.ui import conversation_page, figures, sign_in, source_page
from banso.ui.page_policy import PagePolicy
from banso.ui.quality import tab as quality_tab
from banso.ui.screens import build_screens
from banso.ui.services import Services
from banso.ui.tabs import OwnTabs
from banso.ui.texts import LANGUAGES, text_of

FOLDER = Path(__file__).parent
SESSION_SECONDS = 12 * 3600
MAX_UPLOAD = "50mb"
HEAD = (
    '<link rel="icon" href="/static/favicon.svg" type="image/svg+xml">'
    '<link rel="stylesheet" href="/static/frame.css">'
    '<script src="/static/ask.js" defer></script>'  # where the chat scrolls to
    '<script src="/static/review.js" defer></script>'  # keyboard; the page policy runs no script but such files
)
FONT = ["system-ui", "-apple-system", "Segoe UI", "Hiragino Sans", "Noto Sans CJK JP", "Noto Sans JP", "sans-serif"]


def build_app(services: Services) -> FastAPI:
    """The whole web app. Everything but the sign-in page and its style needs a signed-in user."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.mount("/static", StaticFiles(directory=FOLDER / "static"), name="static")
    sign_in.add_routes(app, services)
    source_page.add_routes(app, services)
    conversation_page.add_routes(app, services)
    figures.add_routes(app, services)
    quality_tab.add_routes(app, services)

    @app.get("/")
    def home(request: Request) -> RedirectResponse:
        return RedirectResponse(f"/{sign_in.language_of(request, services.settings.language)}/", status_code=303)

    @app.get("/favicon.ico")
    def icon() -> FileResponse:
        return FileResponse(FOLDER / "static" / "favicon.svg", media_type="image/svg+xml")

    for language in LANGUAGES:
        _mount_screens(app, services, language)
    # The last added is the outermost: the session is read first, then the policy decides.
    app.add_middleware(OwnTabs, may_upload=lambda name: _is_admin(services, name))
    app.add_middleware(
        PagePolicy,
        signed_in=lambda name, stamp: bool(stamp) and services.users.stamp(name) == stamp,
        url=services.settings.url,
    )
    app.add_middleware(Sessions, key=session_key(services.settings.data), url=services.settings.url)
    return app


class Sessions:
    """Signed session cookies, for https alone where the request came by it or `url` says that everyone's does."""

    def __init__(self, app: ASGIApp, key: str, url: str) -> None:
        self._always = url.startswith("https://")
        self._plain, self._secure = (
            SessionMiddleware(
                app,
                secret_key=key,
                session_cookie="banso_session",
                max_age=SESSION_SECONDS,
                same_site="lax",
                https_only=https_only,
            )
            for https_only in (False, True)
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        secure = self._always or scope.get("scheme") in ("https", "wss")
        await (self._secure if secure else self._plain)(scope, receive, send)


def _mount_screens(app: FastAPI, services: Services, language: Any) -> None:
    def who(request: Request) -> str | None:
        name = request.session.get("user", "")
        try:
            return services.users.get(name).name
        except NotFound:
            return None

    gr.mount_gradio_app(
        app,
        build_screens(services, text_of(language)),
        f"/{language}",
        auth_dependency=who,
        max_file_size=MAX_UPLOAD,
        footer_links=[],
        run_history=False,
        ssr_mode=False,
        enable_monitoring=False,
        show_error=False,
        theme=_theme(),
        css_paths=[FOLDER / "static" / f"{name}.css" for name in ("screens", "review", "learning", "quality")],
        head=HEAD,
    )


def _theme() -> Any:
    """Teal, dark enough to be read: text of at least 4.5 to 1 on its ground, in the light and in the dark."""
    theme = gr.themes.Soft(primary_hue="teal", neutral_hue="slate", font=FONT, font_mono=FONT)
    return theme.set(
        background_fill_primary="*neutral_50",  # as in Soft: `set` puts white where nothing is said
        color_accent="*primary_700",
        color_accent_soft="*primary_50",
        button_primary_background_fill="*primary_700",
        button_primary_background_fill_hover="*primary_800",
        button_primary_background_fill_dark="*primary_700",
        block_title_text_color="*primary_800",
        block_title_background_fill="*primary_50",
        block_info_text_color="*neutral_600",
        checkbox_label_background_fill_selected="*primary_700",
        checkbox_label_background_fill_selected_dark="*primary_700",
        checkbox_background_color_selected="*primary_900",
        checkbox_label_text_color_selected="white",
    )


def _is_admin(services: Services, name: str) -> bool:
    try:
        return services.user(name).role == "admin"
    except NotFound:
        return False


def session_key(data: Path) -> str:
    """The key that signs session cookies: made once, readable by its owner alone, kept in the data folder."""
    path = data / "session.key"
    if not path.exists():
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(48), encoding="ascii")
    return path.read_text(encoding="ascii")
