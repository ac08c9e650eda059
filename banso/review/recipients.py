"""The recipient of a draft says how it leaves: its form names the channel, and the approved hash covers it.

`local@domain.tld`         mail, by the operator's mail channel (.eml files or SMTP)
`zendesk:12345`            a public reply to that Zendesk ticket
`zendesk-internal:12345`   an internal note on that ticket
`webhook:NAME`             a signed request to the operator's own system, which knows what NAME means
"""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

ChannelKind = Literal["mail", "zendesk", "webhook"]

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS = re.compile(rf"{_ATOM}(?:\.{_ATOM})*@{_LABEL}(?:\.{_LABEL})+")
_TICKET = re.compile(r"(zendesk|zendesk-internal):([1-9][0-9]{0,17})")
_HOOK = re.compile(r"webhook:([A-Za-z0-9][A-Za-z0-9._@+-]{0,127})")
MAX_ADDRESS, MAX_LOCAL = 254, 64  # RFC 5321, 4.5.3.1


class Recipient(NamedTuple):
    """Where a message goes: the kind of channel, the address there, and whether the customer sees it."""

    kind: ChannelKind
    target: str
    public: bool = True


def parse_recipient(text: str) -> Recipient | None:
    """What this recipient means; None when it has no known form. One text has one meaning."""
    if is_address(text):
        return Recipient("mail", text)
    if ticket := _TICKET.fullmatch(text):
        return Recipient("zendesk", ticket[2], ticket[1] == "zendesk")
    if hook := _HOOK.fullmatch(text):
        return Recipient("webhook", hook[1])
    return None


def is_address(text: str) -> bool:
    """Whether this is one plain address `local@domain.tld` (ASCII, no display name, no quoting, no control)."""
    return (
        _ADDRESS.fullmatch(text) is not None and len(text) <= MAX_ADDRESS and len(text.rpartition("@")[0]) <= MAX_LOCAL
    )


def holds_placeholder(text: str) -> bool:
    """Whether Zendesk would replace a part of this text: `{{ticket.id}}`, `{% if … %}` (Liquid)."""
    return "{{" in text or "{%" in text
