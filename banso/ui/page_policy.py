"""What every page may do, and who may see any page at all, decided before a handler runs."""

from __future__ import annotations

from collections.abc import Callable

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from banso.ui.texts import LANGUAGES

HEADERS = {
    # No script but our own files, no picture or connection to anywhere else: text on a page cannot leak by a URL.
    "content-security-policy": "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; font-src 'self' data:; connect-src 'self'; object-src 'none'; base-uri 'self'; "
    "form-action 'self'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",  # not no-referrer: it makes a browser post its own forms with "Origin: null"
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
}
OPEN_PATHS = ("/login", "/static/", "/favicon.ico")
SCREENS = tuple(f"/{language}/" for language in LANGUAGES)
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class PagePolicy:
    """ASGI middleware: page headers, sign-in for every path but the open ones, no posts from other sites.

    `signed_in` judges the name and the password stamp that a session carries; `url` is the address that people type,
    when it is another one than a proxy passes on.
    """

    def __init__(self, app: ASGIApp, signed_in: Callable[[str, str], bool], url: str = "") -> None:
        self.app, self.signed_in, self.host = app, signed_in, url.rsplit("://", maxsplit=1)[-1].rstrip("/")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer at once when the request may not pass; otherwise pass it on and add the headers."""
        if scope["type"] != "http":
            if scope["type"] == "websocket":
                return  # nothing here speaks WebSocket
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
                headers.setdefault("cache-control", "no-store")
            await send(message)

        request = Request(scope)
        refusal = self._refusal(request)
        _remember_language(request)
        await (refusal or self.app)(scope, receive, send_with_headers)

    def _refusal(self, request: Request) -> Response | None:
        if request.method not in SAFE_METHODS and not _same_site(request, self.host):
            return PlainTextResponse("cross-site request refused", status_code=403)
        if request.url.path.startswith(OPEN_PATHS):
            return None
        if self.signed_in(str(request.session.get("user", "")), str(request.session.get("stamp", ""))):
            return None
        if request.method == "GET" and "text/html" in request.headers.get("accept", ""):
            return RedirectResponse("/login", status_code=303)
        return PlainTextResponse("sign in first", status_code=401)


def _remember_language(request: Request) -> None:
    if request.url.path in SCREENS:
        request.session["lang"] = request.url.path.strip("/")


def _same_site(request: Request, host: str) -> bool:
    origin = request.headers.get("origin")
    return origin is None or origin.split("://")[-1] in (request.headers.get("host"), host or None)
