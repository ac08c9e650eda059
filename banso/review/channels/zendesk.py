"""A comment on a Zendesk ticket: a public reply or an internal note.

Zendesk takes no idempotency key when a ticket is updated. So the key travels as metadata of the update, the ticket's
audits are read for it before every sending, and the update is tied to the ticket as it was then (`safe_update`):
of two updates with one key the second is refused. What stays uncertain after a look is for a person.

The body of the comment is the approved body. A ticket has its own subject: the draft's is not sent.
API: developer.zendesk.com, Tickets (Update Ticket, "Protecting against ticket update collisions"), Ticket Audits.
"""

from __future__ import annotations

import json
import time
from typing import Any
from urllib.parse import quote

from banso.core.clock import Clock, utc_now
from banso.core.errors import ConfigError
from banso.core.settings import SenderSettings
from banso.review.channels.base import Held, NotSent, Unsure
from banso.review.channels.http import TIMEOUT, Host, Reply, refusal, retry_after
from banso.review.message import Outgoing
from banso.review.recipients import Recipient, parse_recipient

KEY = "banso_key"
PAGE, PAGES, PATIENCE = 100, 100, 200.0
"""Audits a request; requests and seconds for one look. Two looks and the update stay under the sender's lease."""


class ZendeskChannel:
    """Talks to one Zendesk account with an agent's API token."""

    name = "zendesk"
    idempotent = False

    def __init__(self, sender: SenderSettings, timeout: float = TIMEOUT, clock: Clock = utc_now) -> None:
        token = sender.zendesk_token.get_secret_value()
        if not (sender.zendesk_url and sender.zendesk_email and token):
            raise ConfigError(
                "replies to Zendesk tickets need an account",
                "set BANSO_ZENDESK_URL, BANSO_ZENDESK_EMAIL and BANSO_ZENDESK_TOKEN",
            )
        auth = (f"{sender.zendesk_email}/token", token)
        self._host = Host(sender.zendesk_url, "BANSO_ZENDESK_URL", timeout=timeout, auth=auth)
        self._clock = clock

    def send(self, message: Outgoing) -> None:
        """Add the comment unless the ticket has it. Raises NotSent or Held before the update or when it was refused,
        Unsure when the update may have been taken and the ticket does not show it."""
        to = _ticket(message)
        stamp = self._ticket_stamp(to)
        if self.arrived(message):
            return
        try:
            reply = self._host.request("PUT", _path(to), _update(message, to, stamp), _JSON)
        except Unsure as error:
            self._look_again(message, error)
            return
        if reply.status < 300 and _key_of(reply.json().get("audit")) == message.key:
            return
        if 300 <= reply.status < 500:
            raise self._refusal(reply)
        wait = retry_after(reply, self._clock) if reply.status == 503 else None
        busy = Held(self.name, wait=wait, fault="busy", rule="channel_busy") if wait is not None else None
        self._look_again(message, busy or Unsure(reply.words, rule="channel_broke"))

    def arrived(self, message: Outgoing) -> bool:
        """Whether an update of the ticket carries the message's key. Raises NotSent or Held when it cannot be read."""
        to, after, end = _ticket(message), "", time.monotonic() + PATIENCE
        for _ in range(PAGES):
            if time.monotonic() > end:
                raise NotSent(self.name, again=True, rule="channel_slow")
            reply = self._host.ask(f"/api/v2/tickets/{to.target}/audits.json?page[size]={PAGE}{after}")
            page = reply.json()
            if reply.status != 200 or not isinstance(page.get("audits"), list):
                raise self._unreadable(reply)
            if any(_key_of(audit) == message.key for audit in page["audits"]):
                return True
            meta = page.get("meta") or {}
            if not meta.get("has_more"):
                return False
            after = f"&page[after]={_cursor(meta)}"
        raise NotSent(to.target, again=False, rule="zendesk_long")

    def _ticket_stamp(self, to: Recipient) -> str:
        reply = self._host.ask(_path(to))
        ticket = reply.json().get("ticket")
        if reply.status != 200 or not isinstance(ticket, dict) or not ticket.get("updated_at"):
            raise self._unreadable(reply)
        if ticket.get("status") == "closed":
            raise NotSent(to.target, again=False, rule="zendesk_closed")
        return str(ticket["updated_at"])

    def _look_again(self, message: Outgoing, otherwise: NotSent | Unsure) -> None:
        try:
            found = self.arrived(message)
        except NotSent:
            raise otherwise if isinstance(otherwise, Unsure) else Unsure(otherwise.message) from None
        if not found:
            raise otherwise

    def _refusal(self, reply: Reply) -> NotSent:
        return refusal(reply, self.name, self._clock)

    def _unreadable(self, reply: Reply) -> NotSent:
        if 300 <= reply.status < 500:
            return self._refusal(reply)
        wait = retry_after(reply, self._clock)
        if wait is not None:
            return Held(self.name, wait=wait, fault="busy", rule="channel_busy")
        return NotSent(reply.words, again=True, rule="channel_refused")


_JSON = {"Content-Type": "application/json", "Accept": "application/json"}


def _ticket(message: Outgoing) -> Recipient:
    to = parse_recipient(message.recipient)
    if to is None or to.kind != "zendesk":
        raise NotSent(message.recipient, again=False, rule="channel_recipient")
    return to


def _path(to: Recipient) -> str:
    return f"/api/v2/tickets/{to.target}.json"


def _update(message: Outgoing, to: Recipient, stamp: str) -> bytes:
    comment = {"body": message.body, "public": to.public}
    update = {"comment": comment, "metadata": {KEY: message.key}, "safe_update": True, "updated_stamp": stamp}
    return json.dumps({"ticket": update}, ensure_ascii=True).encode("ascii")


def _key_of(audit: Any) -> str:
    """The key that an audit carries: what was sent as `metadata` comes back below `metadata.custom`."""
    try:
        return str(audit["metadata"]["custom"][KEY])
    except (KeyError, TypeError):
        return ""


def _cursor(meta: Any) -> str:
    return quote(str(meta.get("after_cursor", "")), safe="")
