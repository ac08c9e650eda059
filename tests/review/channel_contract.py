"""What every channel must do. A test module per channel subclasses `ChannelContract` and says how to look inside."""

from __future__ import annotations

from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default

import pytest

from banso.review.channels.base import Channel
from banso.review.message import Outgoing

TEXTS = [
    ("ご返信", "佐藤様\n\nお世話になっております。\n株式会社サンプルの青木です。\n"),
    ("Re: invoice", "Hello,\r\n\r\nline ends as they are\rhere\n\n\n"),
    (" =?utf-8?b?aGVsbG8=?=  two  spaces ", ".\n..\nFrom here\n.\n"),
    ("件名" * 60, "長い行" * 900),
    ("🎌\u202e絵文字", "no line end \u200b\u202e\t "),
]


def outgoing(key: str = "dr_1.abc", subject: str = "件名", body: str = "本文\n") -> Outgoing:
    moment = datetime(2026, 4, 1, 9, 0, tzinfo=UTC)
    return Outgoing(key, "support@example.co.jp", "yamada@example.com", subject, body, moment)


def read(raw: bytes) -> tuple[str, str, str, str]:
    """Recipient, subject, body and Message-ID as a receiver's mail program reads them."""
    message = message_from_bytes(raw, policy=default)
    body = message.get_payload(decode=True)
    assert isinstance(body, bytes)
    return message["To"], message["Subject"], body.decode(), message["Message-ID"]


class ChannelContract:
    """Subclasses provide the fixture `channel` and `delivered`, the raw messages that arrived."""

    def delivered(self) -> list[bytes]:
        raise NotImplementedError

    @pytest.mark.parametrize(("subject", "body"), TEXTS)
    def test_what_arrives_is_what_was_approved(self, channel: Channel, subject: str, body: str) -> None:
        channel.send(outgoing(subject=subject, body=body))
        (raw,) = self.delivered()
        assert read(raw) == ("yamada@example.com", subject, body, "<dr_1.abc@example.co.jp>")

    def test_the_same_key_again(self, channel: Channel) -> None:
        channel.send(outgoing())
        channel.send(outgoing())
        assert len(self.delivered()) == (1 if channel.idempotent else 2)
        assert len({read(raw)[3] for raw in self.delivered()}) == 1

    def test_two_keys_are_two_messages(self, channel: Channel) -> None:
        channel.send(outgoing("dr_1.abc"))
        channel.send(outgoing("dr_2.abc"))
        assert len(self.delivered()) == 2
