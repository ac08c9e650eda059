"""An approved text as an RFC 5322 message whose reader sees exactly the approved subject and body."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

_WORD_BYTES = 42  # base64 of 42 bytes and the frame of an encoded word stay under its limit of 75 (RFC 2047, 2)


@dataclass(frozen=True)
class Outgoing:
    """What a channel is asked to deliver. `key` is the idempotency key: one message, one key, for ever."""

    key: str
    sender: str
    recipient: str
    subject: str
    body: str
    approved_at: datetime

    @property
    def message_id(self) -> str:
        """The key as a Message-ID, so that a receiver can drop a second copy."""
        return f"<{self.key}@{self.sender.rpartition('@')[2]}>"

    def to_bytes(self) -> bytes:
        """The message with CRLF line ends; the same bytes on every call.

        The body travels as base64: no line end and no space of it changes on the way. The subject is encoded here
        because the library would decode a subject that already looks encoded, and fold spaces.
        """
        message = EmailMessage(policy=SMTP)
        for name, value in (("From", self.sender), ("To", self.recipient), ("Subject", _encoded(self.subject))):
            message.set_raw(name, value)
        message["Date"] = format_datetime(self.approved_at)
        message.set_raw("Message-ID", self.message_id)
        message.set_content(
            self.body.encode(), maintype="text", subtype="plain", cte="base64", params={"charset": "utf-8"}
        )
        return message.as_bytes()


def _encoded(subject: str) -> str:
    words, word = [], b""
    for character in subject:
        encoded = character.encode()
        if len(word) + len(encoded) > _WORD_BYTES:
            words.append(word)
            word = b""
        word += encoded
    return "\r\n ".join(f"=?utf-8?b?{base64.b64encode(part).decode('ascii')}?=" for part in [*words, word])
