"""The sender: what it checks again, what it does when a channel fails, and what each of its own checks is worth."""

from __future__ import annotations

import contextlib
import dataclasses
import sqlite3
from datetime import timedelta
from email import message_from_bytes
from email.policy import default

import pytest

from banso.core.errors import ConfigError
from banso.core.settings import SenderSettings
from banso.core.users import Users
from banso.review.channels.base import Fault, Held, NotSent, Unsure
from banso.review.channels.eml import EmlChannel
from banso.review.holds import outbox_status
from banso.review.message import Outgoing
from banso.review.refusal import Refused
from banso.review.sender import LEASE, RESTS, Claim, Outcome, Sender, SendReport, load_sender_settings, send_pass
from banso.review.store import stamp
from tests.review.conftest import World
from tests.review.http_servers import Answer, webhook_server, zendesk_server


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


class Sleeper(Sender):
    """Falls asleep between the lease and the channel, until the lease is over and another sender has come by."""

    world: World
    between: Spy

    def _take(self, draft: str, owner: str) -> Claim | Outcome:
        taken = super()._take(draft, owner)
        self.world.now += LEASE
        send_with(self.world, Sender, self.between)
        if self.world.ledger.state(draft) == "unknown":
            self.world.ledger.resolve(draft, "cancelled", user=self.world.user("sato"))
        return taken


class Heedless(Sleeper):
    def _deliver(self, claimed: Claim) -> bool:
        claimed.channel.send(claimed.message)
        return True


@pytest.mark.parametrize(("kind", "asked"), [(Sleeper, 0), (Heedless, 1)])
def test_a_sender_that_slept_does_not_send_what_a_person_has_settled(
    world: World, kind: type[Sleeper], asked: int
) -> None:
    made, channel = world.approved(), Spy()
    sender = kind(world.database, channel, "s@example.jp", world.store)
    sender.world, sender.between = world, Spy()
    sender.send_all()
    assert len(channel.asked) == asked
    assert world.ledger.state(made.draft) == "cancelled" and sender.between.asked == []
    assert world.ledger.verify_audit().problems == ()


def test_a_busy_channel_changes_nothing_about_a_message_that_others_settled(world: World) -> None:
    """The provider asks to wait, but so late that another sender has given the message up."""
    made, channel = world.approved(), Spy(error=held("busy"))

    class Slow(Sender):
        def _deliver(self, claimed: Claim) -> bool:
            world.now += LEASE
            send_with(world, Sender, Spy())
            return super()._deliver(dataclasses.replace(claimed, until="9"))

    assert send_with(world, Slow, channel).sent == 0
    assert len(channel.asked) == 1 and world.ledger.state(made.draft) == "unknown"


@pytest.mark.parametrize(("fresh", "times"), [(True, 1), (False, 2)])
def test_a_restored_backup_sends_nothing_a_second_time(sqlite_world: World, fresh: bool, times: int) -> None:
    """A sender that starts compares; one that did not would send again, also once the app has written new lines."""
    world, channel = sqlite_world, Spy()
    world.approved()
    backup = world.settings.data.parent / "backup.db"
    with sqlite3.connect(world.settings.data / "banso.db") as live, sqlite3.connect(backup) as copy:
        live.backup(copy)
    assert world.send(channel) == SendReport(sent=1)
    with sqlite3.connect(backup) as copy, sqlite3.connect(world.settings.data / "banso.db") as live:
        copy.backup(live)
    for _ in range(3):
        world.file()
    with pytest.raises(ConfigError) if fresh else contextlib.nullcontext():
        send_pass(world.settings, sender=SenderSettings(), channel=channel, clock=world.clock, fresh=fresh)
    assert len(channel.asked) == times


def test_a_head_that_says_nothing_stops_nobody(world: World) -> None:
    head = world.settings.data / "audit.head"
    for content in (b"", b"\xff\n" * 20, None):
        world.approved()
        head.unlink(missing_ok=True)
        if content is not None:
            head.write_bytes(content)
        assert world.send() == SendReport(sent=1)


@pytest.mark.parametrize("end", ["set_role", "disable"])
def test_what_a_former_reviewer_approved_does_not_leave(world: World, end: str) -> None:
    """Their account was taken over, say: an admin who ends it stops what waits, and nothing else is held up."""
    first, second, third = world.approved(), world.file(), world.file()
    world.ledger.approve(second.draft, 1, second.hash, reviewer=world.user("mori"))
    world.ledger.approve(third.draft, 1, third.hash, reviewer=world.user("sato"))
    users = Users(world.database)
    if end == "disable":
        users.disable("sato")
    else:
        users.set_role("sato", "csm")
    assert world.send() == SendReport(sent=1, failed=2)
    states = [world.ledger.state(made.draft) for made in (first, second, third)]
    assert states == ["cancelled", "sent", "cancelled"]
    assert "レビュー担当ではなくなった" in world.ledger.queue(["cancelled"])[0].note
    assert world.ledger.verify_audit().problems == ()


def test_a_row_left_queued_beside_a_revocation_is_cancelled_and_holds_up_nobody(world: World) -> None:
    revoked, other = world.approved(), world.approved()
    world.sql(
        "INSERT INTO decisions (draft, ordinal, id, version, hash, reviewer, decision, reason, created_at)"
        " VALUES (:draft, 2, 'de_x', 1, :hash, 'sato', 'revoke', 'r', 'now')",
        draft=revoked.draft, hash=revoked.hash,
    )  # fmt: skip
    assert world.send() == SendReport(sent=1, failed=1)
    assert [world.ledger.state(made.draft) for made in (revoked, other)] == ["cancelled", "sent"]


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


# --- channels that rest -----------------------------------------------------------------------------------------------


def held(fault: Fault, seconds: int = 600) -> Held:
    return Held("spy", wait=timedelta(seconds=seconds), fault=fault, rule="channel_busy")


def resting(world: World) -> list[tuple[str, str]]:
    return [(rest.channel, rest.fault) for rest in outbox_status(world.database, stamp(world.now)).holds]


@pytest.mark.parametrize("fault", ["busy", "settings"])
def test_a_channel_that_rests_is_left_alone_and_the_rest_can_be_revoked(world: World, fault: Fault) -> None:
    drafts, channel = [world.approved() for _ in range(3)], Spy(error=held(fault))
    assert send_with(world, Sender, channel) == SendReport(failed=1)
    for _ in range(3):
        assert send_with(world, Sender, channel) == SendReport()
    assert len(channel.asked) == 1  # one request told; the other messages did not ask again
    assert resting(world) == [("spy", fault)]
    waiting = [draft for draft in drafts if world.ledger.state(draft.draft) == "queued"]
    world.ledger.revoke(waiting[0].draft, reviewer=world.user("sato"), reason="r")
    world.later(seconds=600)
    channel.error = None
    assert send_with(world, Sender, channel) == SendReport(sent=2)
    assert resting(world) == []


def test_resting_does_not_use_up_the_tries(world: World) -> None:
    made, channel = world.approved(), Spy(error=held("busy", 60))
    for _ in range(8):
        send_with(world, Sender, channel)
        world.later(minutes=1)
    channel.error = None
    assert send_with(world, Sender, channel) == SendReport(sent=1)
    assert len(channel.asked) == 9
    assert world.ledger.state(made.draft) == "sent"


def test_a_channel_that_never_wakes_is_told_to_a_person(sqlite_world: World) -> None:
    world = sqlite_world
    made, channel = world.approved(), Spy(error=held("busy", 60))
    for _ in range(RESTS + 1):
        send_with(world, Sender, channel)
        world.later(minutes=1)
    assert world.ledger.state(made.draft) == "unknown"
    assert world.ledger.queue(["unknown"])[0].note.startswith("Given up after many tries")


def test_a_new_sender_tries_its_new_settings_at_once_and_keeps_what_a_server_asked(world: World) -> None:
    with zendesk_server() as (account, settings):
        wrong = settings.model_copy(update={"zendesk_email": "other@example.co.jp"})
        draft = world.ledger.file("A-1", "zendesk:12345", "件名", "本文", (), "aoki")
        world.ledger.approve(draft.draft, 1, draft.hash, reviewer=world.user("sato"))
        assert world.send(sender=wrong) == SendReport(failed=1)
        assert "認証" in outbox_status(world.database, stamp(world.now)).holds[0].note
        send_pass(world.settings, sender=settings, clock=world.clock, fresh=False)
        assert account.comments() == []
        account.fail = lambda asked: Answer(429, {}, {"Retry-After": "90"})
        assert world.send(sender=settings) == SendReport(failed=1)
        account.fail = lambda asked: None
        world.later(seconds=89)
        assert world.send(sender=settings) == SendReport()
        world.later(seconds=1)
        assert world.send(sender=settings) == SendReport(sent=1)
    assert [comment["body"] for comment in account.comments()] == ["本文"]


def test_a_channel_that_is_not_set_up_keeps_its_messages_queued(world: World) -> None:
    draft = world.ledger.file("A-1", "zendesk-internal:12345", "件名", "本文", (), "aoki")
    world.ledger.approve(draft.draft, 1, draft.hash, reviewer=world.user("sato"))
    mail = world.approved()
    assert world.send() == SendReport(sent=1)
    assert (world.ledger.state(draft.draft), world.ledger.state(mail.draft)) == ("queued", "sent")
    (rest,) = outbox_status(world.database, stamp(world.now)).holds
    assert "BANSO_ZENDESK_URL" in rest.note
    with zendesk_server() as (account, settings):
        assert world.send(sender=settings) == SendReport(sent=1)
    assert account.comments()[0]["public"] is False


# --- providers that can be asked, and providers that drop copies ------------------------------------------------------


class Asking(Spy):
    """A provider without keys that can be asked what it has."""

    has: bool | Exception = False

    def arrived(self, message: Outgoing) -> bool:
        if isinstance(self.has, Exception):
            raise self.has
        return self.has


@pytest.mark.parametrize(("has", "state"), [(True, "sent"), (False, "unknown")])
def test_after_a_crash_the_provider_is_asked_and_nothing_is_sent_again(world: World, has: bool, state: str) -> None:
    made, channel = world.approved(), Asking(error=Died())
    with pytest.raises(Died):
        send_with(world, Sender, channel)
    world.now += LEASE
    channel.error, channel.has = None, NotSent("away", again=True)
    assert send_with(world, Sender, channel) == SendReport(failed=1)
    assert world.ledger.state(made.draft) == "sending"
    world.later(hours=1)
    channel.has = has
    send_with(world, Sender, channel)
    assert (world.ledger.state(made.draft), len(channel.asked)) == (state, 1)


@pytest.mark.parametrize(("drops_copies", "state"), [(True, "sent"), (False, "unknown")])
def test_what_was_taken_before_a_time_out_is_repeated_only_with_a_key(
    world: World, drops_copies: bool, state: str
) -> None:
    with webhook_server(drops_copies) as (receiver, settings):
        draft = world.ledger.file("A-1", "webhook:c-7", "件名", "本文", (), "aoki")
        world.ledger.approve(draft.draft, 1, draft.hash, reviewer=world.user("sato"))
        receiver.after = lambda: Answer(500, {})
        world.send(sender=settings)
        receiver.after = lambda: None
        world.later(hours=1)
        world.send(sender=settings)
    assert world.ledger.state(draft.draft) == state
    assert len(receiver.taken) == 1
