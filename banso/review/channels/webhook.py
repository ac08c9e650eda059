"""A signed request to the operator's own system, which delivers the message in its own way.

POST of JSON with two headers: `Idempotency-Key`, one for ever for one message, and `Banso-Signature: t=SECONDS,v1=HEX`
where HEX is HMAC-SHA256 with the shared secret over `SECONDS.BODY`. docs/review.md shows how to check it.
"""

from __future__ import annotations

import hashlib
import hmac
import json

from banso.core.clock import Clock, utc_now
from banso.core.errors import ConfigError
from banso.core.settings import SenderSettings
from banso.review.channels.base import Held, NotSent, Unsure
from banso.review.channels.http import TIMEOUT, Host, refusal, retry_after
from banso.review.message import Outgoing
from banso.review.recipients import parse_recipient

SHORTEST_SECRET = 32
"""Characters: as many as HMAC-SHA256 has bytes (RFC 2104, 3)."""


class WebhookChannel:
    """One URL, one secret. `idempotent` as the operator says of the receiver: it drops a second copy with one key."""

    name = "webhook"

    def __init__(self, sender: SenderSettings, timeout: float = TIMEOUT, clock: Clock = utc_now) -> None:
        self._secret = sender.webhook_secret.get_secret_value().encode()
        if not sender.webhook_url or len(self._secret) < SHORTEST_SECRET:
            raise ConfigError(
                "the webhook needs a URL and a secret",
                f"set BANSO_WEBHOOK_URL and BANSO_WEBHOOK_SECRET (at least {SHORTEST_SECRET} characters)",
            )
        self._host = Host(sender.webhook_url, "BANSO_WEBHOOK_URL", timeout=timeout)
        self._clock, self.idempotent = clock, sender.webhook_idempotent

    def send(self, message: Outgoing) -> None:
        """Post once. 2xx: taken; 409: taken before, by this key. Raises NotSent, Held or Unsure."""
        body = content(message)
        seconds = int(self._clock().timestamp())
        headers = {
            "Content-Type": "application/json",
            "Idempotency-Key": message.key,
            "Banso-Signature": f"t={seconds},v1={signature(self._secret, seconds, body)}",
        }
        reply = self._host.request("POST", "", body, headers)
        if 200 <= reply.status < 300 or reply.status == 409:
            return
        if reply.status < 500:
            raise refusal(reply, self.name, self._clock)
        wait = retry_after(reply, self._clock) if reply.status == 503 else None
        if wait is not None:
            raise Held(self.name, wait=wait, fault="busy", rule="channel_busy")
        raise Unsure(reply.words, rule="channel_broke")


def content(message: Outgoing) -> bytes:
    """The body: the same bytes for the same message."""
    to = parse_recipient(message.recipient)
    if to is None or to.kind != "webhook":
        raise NotSent(message.recipient, again=False, rule="channel_recipient")
    fields = {
        "type": "message.approved", "key": message.key, "recipient": to.target, "subject": message.subject,
        "body": message.body, "approved_at": message.approved_at.isoformat(),
    }  # fmt: skip
    return json.dumps(fields, sort_keys=True, ensure_ascii=True).encode("ascii")


def signature(secret: bytes, seconds: int, body: bytes) -> str:
    """HMAC-SHA256 (hex) over `seconds.body`: the moment is part of it, so that an old request can be told."""
    return hmac.new(secret, f"{seconds}.".encode("ascii") + body, hashlib.sha256).hexdigest()
