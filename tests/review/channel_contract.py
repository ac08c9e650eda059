"""What every channel must do. A test module per channel subclasses `ChannelContract` and says how to look inside."""

from __future__ import annotations

from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from typing import NamedTuple

import pytest

from banso.review.channels.base import Channel, Inspectable, NotSent
from banso.review.message import Outgoing

TEXTS = [
    ("ご返信", "佐藤様\n\nお世話になっております。\n株式会社サンプルの青木です。\n"),
    ("Re: invoice", "Hello,\r\n\r\nline ends as they are\rhere\n\n\n"),
    (" =?utf-8?b?aGVsbG8=?=  two  spaces ", ".\n..\nFrom here\n.\n"),
    ("件名" * 60, "長い行" * 900),
    ("🎌\u202e絵文字", "no line end \u200b\u202e\t "),
]
MAIL = "yamada@example.com"


def outgoing(key: str = "dr_1.abc", subject: str = "件名", body: str = "本文\n", recipient: str = MAIL) -> Outgoing:
    moment = datetime(2026, 4, 1, 9, 0, tzinfo=UTC)
    return Outgoing(key, "support@example.co.jp", recipient, subject, body, moment)


def read(raw: bytes) -> tuple[str, str, str, str]:
    """Recipient, subject, body and Message-ID as a receiver's mail program reads them."""
    message = message_from_bytes(raw, policy=default)
    body = message.get_payload(decode=True)
    assert isinstance(body, bytes)
    return message["To"], message["Subject"], body.decode(), message["Message-ID"]


class Arrived(NamedTuple):
    """A message as the receiver has it. `subject` None: this channel carries none."""

    recipient: str
    subject: str | None
    body: str
    key: str


def mailed(raw: bytes) -> Arrived:
    recipient, subject, body, identity = read(raw)
    return Arrived(recipient, subject, body, identity.strip("<>").removesuffix("@example.co.jp"))


class ChannelContract:
    """Subclasses provide the fixture `channel`, a `recipient` of it and `delivered`, what arrived."""

    recipient = MAIL
    copies = 2
    """How many arrive when one message is sent twice, one after the other."""

    def delivered(self) -> list[Arrived]:
        raise NotImplementedError

    def refuse(self) -> None:
        """From now on the provider certainly takes nothing."""
        raise NotImplementedError

    @pytest.mark.parametrize(("subject", "body"), TEXTS)
    def test_what_arrives_is_what_was_approved(self, channel: Channel, subject: str, body: str) -> None:
        channel.send(outgoing(subject=subject, body=body, recipient=self.recipient))
        (arrived,) = self.delivered()
        assert arrived._replace(subject=subject) == (self.recipient, subject, body, "dr_1.abc")
        assert arrived.subject in (None, subject)

    def test_the_same_key_again(self, channel: Channel) -> None:
        channel.send(outgoing(recipient=self.recipient))
        channel.send(outgoing(recipient=self.recipient))
        assert len(self.delivered()) == self.copies
        assert not channel.idempotent or self.copies == 1
        assert len({arrived.key for arrived in self.delivered()}) == 1

    def test_two_keys_are_two_messages(self, channel: Channel) -> None:
        channel.send(outgoing("dr_1.abc", recipient=self.recipient))
        channel.send(outgoing("dr_2.abc", recipient=self.recipient))
        assert [arrived.key for arrived in self.delivered()] == ["dr_1.abc", "dr_2.abc"]

    def test_a_refusal_says_so_and_delivers_nothing(self, channel: Channel) -> None:
        self.refuse()
        with pytest.raises(NotSent) as caught:
            channel.send(outgoing(recipient=self.recipient))
        assert self.delivered() == []
        for language in ("en", "ja"):
            assert caught.value.said_in(language)

    def test_what_can_be_asked_tells_the_truth(self, channel: Channel) -> None:
        if not isinstance(channel, Inspectable):
            pytest.skip("this provider cannot be asked")
        first, second = (outgoing(key, recipient=self.recipient) for key in ("dr_1.abc", "dr_2.abc"))
        assert not channel.arrived(first)
        channel.send(first)
        assert channel.arrived(first)
        assert not channel.arrived(second)
