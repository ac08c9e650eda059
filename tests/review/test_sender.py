"""The sender: what it checks again, what it does when a channel fails, and what each of its own checks is worth."""

from __future__ import annotations

from email import message_from_bytes
from email.policy import default

import pytest

from banso.core.errors import ConfigError
from banso.review.channels.base import NotSent, Unsure
from banso.review.channels.eml import EmlChannel
from banso.review.message import Outgoing
from banso.review.refusal import Refused
from banso.review.sender import LEASE, Sender, SendReport, load_sender_settings
from tests.review.conftest import World


class Spy:
    """A channel that notes what it is asked to send, then does as told."""

    name = "spy"

    def __init__(self, idempotent: bool = False, error: Exception | None = None) -> None:
        self.idempotent, self.error = idempotent, error
        self.asked: list[Outgoing] = []

    def send(self, message: Outgoing) -> None:
        self.asked.append(message)
        if self.error is not None:
            raise self.error


class Died(BaseException):
    """Stands for the end of the process: nothing in the sender may catch it."""


def send_with(world: World, kind: type[Sender], channel: Spy) -> SendReport:
    return kind(world.database, channel, "support@example.co.jp", world.store).send_all()


def test_sends_exactly_the_approved_text_once(world: World) -> None:
    made = world.approved()
    assert world.send() == SendReport(sent=1)
    assert world.send() == SendReport()
    (mail,) = world.mails()
    message = message_from_bytes(mail.read_bytes(), policy=default)
    body = message.get_payload(decode=True)
    assert (message["To"], message["Subject"], body) == (made.recipient, made.subject, made.body.encode())
    assert [e.what for e in world.ledger.events(made.draft)] == ["file", "approve", "sending", "sent"]


def test_only_approved_drafts_leave(world: World) -> None:
    waiting, returned, rejected = world.file(), world.file(), world.file()
    world.ledger.return_(returned.draft, 1, returned.hash, reviewer=world.user("sato"), reason="r")
    world.ledger.reject(rejected.draft, 1, rejected.hash, reviewer=world.user("sato"), reason="r")
    assert world.send() == SendReport()
    assert world.mails() == []
    assert world.ledger.state(waiting.draft) == "waiting"


def test_paused_until_an_admin_resumes(world: World) -> None:
    made = world.approved()
    with pytest.raises(Refused):
        world.ledger.pause(admin=world.user("sato"))
    world.ledger.pause(admin=world.user("root"))
    assert world.ledger.paused()
    assert world.send() == SendReport()
    assert world.ledger.state(made.draft) == "queued"
    world.ledger.resume(admin=world.user("root"))
    assert world.send() == SendReport(sent=1)


class Trusting(Sender):
    def _is_intact(self, row: object) -> bool:
        return True


@pytest.mark.parametrize(("kind", "leaves"), [(Sender, False), (Trusting, True)])
def test_a_text_changed_behind_the_guards_is_not_sent(world: World, kind: type[Sender], leaves: bool) -> None:
    made, channel = world.approved(), Spy()
    world.drop_guard("draft_versions_unchanged")
    world.sql("UPDATE draft_versions SET body = '振込先が変わりました'")
    report = send_with(world, kind, channel)
    assert bool(channel.asked) is leaves
    assert report == (SendReport(sent=1) if leaves else SendReport(failed=1))
    assert world.ledger.state(made.draft) == ("sent" if leaves else "cancelled")


class Forgetful(Sender):
    def _may_repeat(self, row: object) -> bool:
        return True


@pytest.mark.parametrize(("kind", "times"), [(Sender, 1), (Forgetful, 2)])
def test_a_crash_on_a_channel_without_keys_is_never_repeated(world: World, kind: type[Sender], times: int) -> None:
    made, channel = world.approved(), Spy(error=Died())
    with pytest.raises(Died):
        send_with(world, kind, channel)
    channel.error = None
    assert send_with(world, kind, channel) == SendReport()  # the lease still runs
    world.now += LEASE
    send_with(world, kind, channel)
    assert len(channel.asked) == times
    assert world.ledger.state(made.draft) == ("unknown" if times == 1 else "sent")


class Hasty(Sender):
    def _is_due(self, row: object, now: str) -> bool:
        return True


@pytest.mark.parametrize(("kind", "times"), [(Sender, 1), (Hasty, 2)])
def test_what_another_sender_holds_is_left_alone(world: World, kind: type[Sender], times: int) -> None:
    world.approved()
    second = Spy(idempotent=True)

    class Nested(Spy):
        def send(self, message: Outgoing) -> None:
            super().send(message)
            made = kind(world.database, second, "s@example.jp", world.store)
            made._send(message.key.split(".")[0])

    second.name = "nested"
    first = Nested(idempotent=True)
    first.name = "nested"
    send_with(world, Sender, first)
    assert len(first.asked) + len(second.asked) == times


def test_a_crash_on_a_channel_with_keys_repeats_the_same_key(world: World) -> None:
    made, channel = world.approved(), Spy(idempotent=True, error=Died())
    with pytest.raises(Died):
        send_with(world, Sender, channel)
    world.now += LEASE
    channel.error = None
    assert send_with(world, Sender, channel) == SendReport(sent=1)
    assert len({message.to_bytes() for message in channel.asked}) == 1
    assert world.ledger.state(made.draft) == "sent"


def test_another_channel_does_not_inherit_a_half_sent_message(world: World) -> None:
    made, channel = world.approved(), Spy(error=Died())
    with pytest.raises(Died):
        send_with(world, Sender, channel)
    world.now += LEASE
    assert world.send(channel=EmlChannel(world.settings.data / "outbox")) == SendReport(unknown=1)
    assert world.mails() == []
    assert world.ledger.state(made.draft) == "unknown"


@pytest.mark.parametrize("outcome", ["sent", "cancelled"])
def test_a_person_settles_what_is_unknown(world: World, outcome: str) -> None:
    made = world.approved()
    assert send_with(world, Sender, Spy(error=Unsure("切断"))) == SendReport(unknown=1)
    world.later(days=1)
    assert world.send() == SendReport()
    with pytest.raises(Refused):
        world.ledger.resolve(made.draft, "queued", user=world.user("sato"))
    world.ledger.resolve(made.draft, outcome, user=world.user("sato"), reason="お客様に確認")
    assert world.ledger.state(made.draft) == outcome
    assert world.send() == SendReport()


def test_a_server_that_is_down_is_tried_again_and_then_left_to_a_person(world: World) -> None:
    made, channel = world.approved(), Spy(error=NotSent("down", again=True))
    for _ in range(5):
        assert send_with(world, Sender, channel) == SendReport(failed=1)
        assert send_with(world, Sender, channel) == SendReport()  # waits before the next try
        world.later(minutes=10)
    assert world.ledger.state(made.draft) == "unknown"
    assert len(channel.asked) == 5


def test_a_server_that_comes_back_gets_the_message(world: World) -> None:
    world.approved()
    channel = Spy(error=NotSent("down", again=True))
    send_with(world, Sender, channel)
    channel.error = None
    world.later(minutes=2)
    assert send_with(world, Sender, channel) == SendReport(sent=1)


def test_one_refused_message_does_not_hold_up_the_others(world: World) -> None:
    first, second = world.approved(), world.approved()

    class Picky(Spy):
        def send(self, message: Outgoing) -> None:
            super().send(message)
            if message.key.startswith(first.draft):
                raise NotSent("550 no such user", again=False)

    assert send_with(world, Sender, Picky()) == SendReport(sent=1, failed=1)
    assert world.ledger.state(first.draft) == "unknown"
    assert world.ledger.queue(["unknown"])[0].note == "550 no such user"
    assert world.ledger.state(second.draft) == "sent"


def test_settings_of_the_sender_are_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BANSO_MAIL_FROM", "Support <a@b.jp>\nBcc: x@y.jp")
    with pytest.raises(ConfigError, match="BANSO_MAIL_FROM"):
        load_sender_settings()
    monkeypatch.setenv("BANSO_MAIL_FROM", "a@b.jp")
    monkeypatch.setenv("BANSO_CHANNEL", "fax")
    with pytest.raises(ConfigError, match="BANSO_CHANNEL"):
        load_sender_settings()
