"""What a signed-in person may ask of Gradio's own routes: the few that the screens need, and only for their own tab.

Gradio keeps a tab's state and its stream of answers under a name that the browser makes up, and hands both to whoever
says that name.
"""

from __future__ import annotations

import json
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Iterator

from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

API = "gradio_api"
NEEDED = ("queue/join", "queue/data", "cancel", "reset", "heartbeat/", "startup-events", "info", "theme.css", "user")
FILES = ("upload", "upload_progress", "file=")
MOST_BYTES = 2_000_000
"""Of one posted event; a question has at most 4,000 characters, a draft 50,000. Uploads have Gradio's own limit."""
TABS_EACH = 1000


class TooLarge(Exception):
    """A posted event is longer than any that a screen sends."""


class OwnTabs:
    """ASGI middleware, inside the session and the page policy. `may_upload` gets the name of the signed-in person."""

    def __init__(self, app: ASGIApp, may_upload: Callable[[str], bool]) -> None:
        self.app, self.may_upload = app, may_upload
        self._owner: dict[str, str] = {}
        self._tabs: defaultdict[str, OrderedDict[str, None]] = defaultdict(OrderedDict)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer 403, 404 or 413."""
        if scope["type"] != "http" or (route := _api_route(scope["path"])) is None:
            await self.app(scope, receive, send)
            return
        request = Request(scope, receive)
        try:
            refusal, receive = await self._judge(request, route)
        except TooLarge:
            refusal = PlainTextResponse("too large", status_code=413)
        await (refusal or self.app)(scope, receive, send)

    async def _judge(self, request: Request, route: str) -> tuple[PlainTextResponse | None, Receive]:
        person = str(request.session.get("user", ""))
        if route.startswith(FILES):
            refusal = None if self.may_upload(person) else PlainTextResponse("only for admins", status_code=403)
            return refusal, request.receive
        if not route.startswith(NEEDED):
            return PlainTextResponse("not here", status_code=404), request.receive
        body = await _body(request) if request.method == "POST" else b""
        if not all(self._belongs(tab, person) for tab in _tabs(request, route, body)):
            return PlainTextResponse("another person's page", status_code=403), request.receive
        return None, _again(body, request.receive) if request.method == "POST" else request.receive

    def _belongs(self, tab: str, person: str) -> bool:
        """Whether this tab is the person's; an unknown one becomes theirs."""
        if self._owner.setdefault(tab, person) != person:
            return False
        mine = self._tabs[person]
        mine[tab] = None
        mine.move_to_end(tab)
        if len(mine) > TABS_EACH:
            oldest, _ = mine.popitem(last=False)
            del self._owner[oldest]
        return True


def _api_route(path: str) -> str | None:
    """What follows `/<language>/gradio_api/`; None for other paths. A doubled slash does not hide it."""
    parts = [part for part in path.split("/") if part]
    return "/".join(parts[parts.index(API) + 1 :]) if API in parts else None


def _tabs(request: Request, route: str, body: bytes) -> Iterator[str]:
    yield from request.query_params.getlist("session_hash")
    if route.startswith("heartbeat/"):
        yield route.removeprefix("heartbeat/")
    try:
        posted = json.loads(body) if body else {}
    except (ValueError, RecursionError):
        return  # Gradio reads nothing from it either
    named = posted.get("session_hash") if isinstance(posted, dict) else None
    if isinstance(named, str):
        yield named


async def _body(request: Request) -> bytes:
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > MOST_BYTES:
            raise TooLarge
    return body


def _again(body: bytes, receive: Receive) -> Receive:
    """A channel that gives the whole body once more, then whatever comes."""
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> Message:
        return waiting.pop() if waiting else await receive()

    return replay
