"""HTTP to one configured host: what went out, what certainly did not, and nothing else on the way.

No redirect is followed, no proxy or .netrc of the machine is used, an answer of more than 1 MiB or 60 s is cut.
"""

from __future__ import annotations

import ipaddress
import json
import time
from dataclasses import dataclass
from datetime import UTC, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import httpx

from banso.core.clock import Clock, utc_now
from banso.core.errors import ConfigError
from banso.review.channels.base import REPAIR, Held, NotSent, Unsure

TIMEOUT, WHOLE = 20.0, 60.0
"""Seconds without an answer, and for a whole one. Four requests stay under the sender's lease."""
MAX_ANSWER = 1 << 20
RETRY, LONGEST = timedelta(minutes=1), timedelta(hours=6)
"""How long a channel rests when it is busy: unless told, and at most."""
_PLAIN = {"Accept-Encoding": "identity", "User-Agent": "Banso"}
_BEFORE = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)


@dataclass(frozen=True)
class Reply:
    """An answer, its body cut at MAX_ANSWER."""

    status: int
    headers: httpx.Headers
    body: bytes

    def json(self) -> dict[str, Any]:
        """The JSON object of the body; empty when it is none."""
        try:
            value = json.loads(self.body)
        except (ValueError, RecursionError):
            return {}
        return value if isinstance(value, dict) else {}

    @property
    def words(self) -> str:
        """Status and the beginning of the body, on one line, for a person."""
        text = " ".join(self.body[:300].decode("utf-8", "replace").split())
        return f"HTTP {self.status} {text}".strip()


class Host:
    """One configured host. Every request goes to a path below its URL and nowhere else."""

    def __init__(
        self, url: str, setting: str, *, timeout: float = TIMEOUT, auth: tuple[str, str] | None = None
    ) -> None:
        self._url = checked(url, setting)
        self._timeout, self._auth = timeout, auth

    def request(
        self, method: str, path: str, content: bytes | None = None, headers: dict[str, str] | None = None
    ) -> Reply:
        """Ask once. Raises NotSent when nothing of the request can have been read, Unsure when it may have been."""
        try:
            with (
                httpx.Client(timeout=self._timeout, auth=self._auth, trust_env=False, follow_redirects=False) as client,
                client.stream(method, self._url + path, content=content, headers=_PLAIN | (headers or {})) as answer,
            ):
                return Reply(answer.status_code, answer.headers, self._read(answer))
        except _BEFORE as error:
            raise NotSent(_said(error), again=True, rule="channel_unreachable") from error
        except httpx.HTTPError as error:
            raise Unsure(_said(error), rule="channel_broke") from error

    def ask(self, path: str) -> Reply:
        """GET, which changes nothing: whatever fails, the message has not been sent."""
        try:
            return self.request("GET", path, headers={"Accept": "application/json"})
        except Unsure as error:
            raise NotSent(error.detail, again=True, rule="channel_unreachable") from error

    def _read(self, answer: httpx.Response) -> bytes:
        body, end = b"", time.monotonic() + WHOLE
        for piece in answer.iter_raw():  # unpacked it could be a thousand times as long
            body += piece
            if len(body) > MAX_ANSWER or time.monotonic() > end:
                break
        return body[:MAX_ANSWER]


def checked(url: str, setting: str) -> str:
    """The URL without a slash at its end. Raises ConfigError unless it is https, or http to this machine."""
    parts = urlsplit(url)
    if parts.scheme not in ("https", "http") or not parts.hostname or parts.username or parts.query or parts.fragment:
        raise ConfigError(f"{setting} is not the URL of a host", f"for example {setting}=https://example.zendesk.com")
    if parts.scheme == "http" and not _loopback(parts.hostname):
        raise ConfigError(f"{setting} must begin with https://", "http is for this machine alone (127.0.0.1)")
    return url.rstrip("/")


def _loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _said(error: httpx.HTTPError) -> str:
    return f"{type(error).__name__}: {error}".removesuffix(": ")


def refusal(reply: Reply, name: str, clock: Clock = utc_now) -> NotSent:
    """What an answer below 500 that is no success means: it was read, and not accepted."""
    if reply.status == 429:
        return Held(name, wait=retry_after(reply, clock) or RETRY, fault="busy", rule="channel_busy")
    if reply.status == 401:
        return Held(name, wait=REPAIR, fault="settings", rule="channel_credentials")
    if 300 <= reply.status < 400:
        return Held(f"{name}, HTTP {reply.status}", wait=REPAIR, fault="settings", rule="channel_moved")
    return NotSent(reply.words, again=reply.status in (408, 409, 425), rule="channel_refused")


def retry_after(reply: Reply, clock: Clock = utc_now) -> timedelta | None:
    """Retry-After as a span (RFC 9110, 10.2.3: seconds or a date), at most LONGEST; None when it is not said."""
    text = reply.headers.get("Retry-After", "").strip()
    if text.isascii() and text.isdecimal():
        return min(timedelta(seconds=int(text[:9])), LONGEST)
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(timedelta(), min(moment - clock().astimezone(UTC), LONGEST))
