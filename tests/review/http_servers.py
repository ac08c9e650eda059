"""Local servers that speak as Zendesk's ticket API and a webhook receiver do, and can be told to misbehave."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import hmac
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from banso.core.settings import SenderSettings

EMAIL, TOKEN, SECRET = "agent@example.co.jp", "zd-token", "a webhook secret of some forty characters"


@dataclass
class Asked:
    """A request as it arrived."""

    method: str
    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]
    body: bytes


@dataclass
class Answer:
    """What to say. `drop`: close the connection without a word. `wait`: seconds of silence before."""

    status: int = 200
    value: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    drop: bool = False
    wait: float = 0.0

    @property
    def raw(self) -> bytes:
        return self.value if isinstance(self.value, bytes) else json.dumps(self.value).encode()


Handle = Callable[[Asked], Answer]


@contextmanager
def http_server(handle: Handle) -> Iterator[str]:
    over = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def serve(self) -> None:
            parts = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            asked = Asked(self.command, parts.path, parse_qs(parts.query), dict(self.headers.items()), body)
            answer = handle(asked)
            over.wait(answer.wait)
            if answer.drop:
                self.close_connection = True
                return
            self.send_response(answer.status)
            for name, value in {"Content-Length": str(len(answer.raw)), **answer.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer.raw)

        do_GET = do_PUT = do_POST = serve

        def log_message(self, format: str, *args: Any) -> None:
            pass

        def handle(self) -> None:
            with contextlib.suppress(ConnectionError, TimeoutError):  # a client that gave up, as some tests want
                super().handle()

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        over.set()
        server.shutdown()
        server.server_close()


class Zendesk:
    """One account with tickets 12345 (open) and 99 (closed). `fail` sees each request first and may answer it;
    `after` may replace the answer to an update that was taken."""

    def __init__(self) -> None:
        self.tickets: dict[str, dict[str, Any]] = {
            "12345": {"id": 12345, "status": "open", "updated_at": "2026-04-01T08:00:00Z"},
            "99": {"id": 99, "status": "closed", "updated_at": "2026-01-01T00:00:00Z"},
        }
        self.audits: dict[str, list[dict[str, Any]]] = {"12345": [], "99": []}
        self.asked: list[Asked] = []
        self.page = 100
        self.fail: Callable[[Asked], Answer | None] = lambda asked: None
        self.after: Callable[[], Answer | None] = lambda: None
        self._clock, self._lock = 0, threading.Lock()

    def __call__(self, asked: Asked) -> Answer:
        with self._lock:
            self.asked.append(asked)
        said = self.fail(asked)
        if said is not None:
            return said
        expected = base64.b64encode(f"{EMAIL}/token:{TOKEN}".encode()).decode()
        if asked.headers.get("Authorization") != f"Basic {expected}":
            return Answer(401, {"error": "Couldn't authenticate you"})
        pieces = asked.path.removeprefix("/api/v2/tickets/").removesuffix(".json").split("/")
        with self._lock:
            return self._ticket(asked, pieces)

    def _ticket(self, asked: Asked, pieces: list[str]) -> Answer:
        ticket = self.tickets.get(pieces[0])
        if ticket is None:
            return Answer(404, {"error": "RecordNotFound", "description": "Not found"})
        if asked.method == "PUT":
            return self._update(pieces[0], ticket, json.loads(asked.body)["ticket"])
        if pieces[1:] == ["audits"]:
            return self._audits(pieces[0], asked.query)
        return Answer(200, {"ticket": ticket})

    def _audits(self, number: str, query: dict[str, list[str]]) -> Answer:
        start = int(query.get("page[after]", ["0"])[0])
        size = min(int(query["page[size]"][0]), self.page)
        found = self.audits[number][start : start + size]
        more = start + size < len(self.audits[number])
        return Answer(200, {"audits": found, "meta": {"has_more": more, "after_cursor": str(start + size)}})

    def _update(self, number: str, ticket: dict[str, Any], update: dict[str, Any]) -> Answer:
        if ticket["status"] == "closed":
            return Answer(422, {"error": "RecordInvalid", "description": "Status: closed prevents ticket update"})
        if update.get("safe_update") and update["updated_stamp"] != ticket["updated_at"]:
            return Answer(409, {"error": "UpdateConflict", "description": "the ticket was changed meanwhile"})
        self.touch(number)
        audit = {
            "id": len(self.audits[number]) + 1,
            "ticket_id": int(number),
            "metadata": {"system": {"client": "Banso"}, "custom": update.get("metadata", {})},
            "events": [{"type": "Comment", **update["comment"]}],
        }
        self.audits[number].append(audit)
        return self.after() or Answer(200, {"ticket": ticket, "audit": audit})

    def touch(self, number: str) -> None:
        self._clock += 1
        self.tickets[number]["updated_at"] = f"2026-04-01T09:{self._clock // 60:02}:{self._clock % 60:02}Z"

    def comments(self, number: str = "12345") -> list[dict[str, Any]]:
        return [
            {**event, "key": audit["metadata"]["custom"].get("banso_key")}
            for audit in self.audits[number]
            for event in audit["events"]
        ]

    def updates(self) -> int:
        return sum(asked.method == "PUT" for asked in self.asked)


@contextmanager
def zendesk_server() -> Iterator[tuple[Zendesk, SenderSettings]]:
    account = Zendesk()
    with http_server(account) as url:
        yield account, SenderSettings(zendesk_url=url, zendesk_email=EMAIL, zendesk_token=TOKEN)  # type: ignore[arg-type]


class Receiver:
    """Takes signed requests, checking as docs/review.md tells receivers to. `drops_copies`: by their key."""

    def __init__(self, drops_copies: bool = False) -> None:
        self.taken: list[dict[str, Any]] = []
        self.drops_copies, self.asked = drops_copies, 0
        self.before: Callable[[Asked], Answer | None] = lambda asked: None
        self.after: Callable[[], Answer | None] = lambda: None
        self._lock = threading.Lock()

    def __call__(self, asked: Asked) -> Answer:
        self.asked += 1
        said = self.before(asked)
        if said is not None:
            return said
        if not verified(asked.body, asked.headers.get("Banso-Signature", ""), SECRET):
            return Answer(401, {"error": "signature"})
        with self._lock:
            known = {item["key"] for item in self.taken}
            if self.drops_copies and asked.headers["Idempotency-Key"] in known:
                return Answer(409, {"error": "duplicate"})
            self.taken.append(json.loads(asked.body))
        return self.after() or Answer(202, {})


def verified(body: bytes, header: str, secret: str) -> bool:
    """The check of docs/review.md without its test of age, since clocks of tests stand still."""
    fields = dict(part.split("=", 1) for part in header.split(",") if "=" in part)
    signed = fields.get("t", "").encode() + b"." + body
    return hmac.compare_digest(hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest(), fields.get("v1", ""))


@contextmanager
def webhook_server(drops_copies: bool = False) -> Iterator[tuple[Receiver, SenderSettings]]:
    receiver = Receiver(drops_copies)
    with http_server(receiver) as url:
        options = {"webhook_url": url + "/hook", "webhook_secret": SECRET, "webhook_idempotent": drops_copies}
        yield receiver, SenderSettings(**options)  # type: ignore[arg-type]
