"""The ledger as its callers see it: file, edit, decide, look."""

from __future__ import annotations

import pytest

from banso.core.database import Database
from banso.core.errors import NotFound
from banso.review.ledger import Ledger
from banso.review.refusal import Refused
from tests.review.conftest import World


def test_from_filing_to_queued(world: World) -> None:
    made = world.file()
    assert (made.version, made.author, made.via) == (1, "aoki", "agent")
    assert world.ledger.state(made.draft) == "waiting"
    decision = world.ledger.approve(made.draft, 1, made.hash, reviewer=world.user("sato"), reason="確認済み")
    assert world.ledger.decisions(made.draft) == [decision]
    assert world.ledger.state(made.draft) == "queued"
    assert [(e.who, e.what, e.reason) for e in world.ledger.events(made.draft)] == [
        ("aoki", "file", ""),
        ("sato", "approve", "確認済み"),
    ]


def test_an_edit_is_a_new_version_and_keeps_the_old_one(world: World) -> None:
    first = world.file()
    second = world.ledger.edit(first.draft, 1, editor=world.user("baba"), subject="件名", body="直しました")
    assert world.ledger.versions(first.draft) == [first, second]
    assert (second.version, second.author, second.via) == (2, "baba", "person")
    assert (second.account, second.recipient, second.evidence) == (first.account, first.recipient, first.evidence)
    moved = world.ledger.edit(first.draft, 2, editor=world.user("baba"), subject="s", body="b", recipient="x@y.jp")
    assert world.ledger.latest(first.draft) == moved
    assert moved.recipient == "x@y.jp"


def test_sent_back_edited_and_approved(world: World) -> None:
    made = world.file()
    world.ledger.return_(made.draft, 1, made.hash, reviewer=world.user("sato"), reason="短く")
    assert world.ledger.state(made.draft) == "returned"
    second = world.ledger.edit(made.draft, 1, editor=world.user("aoki"), subject="s", body="短い")
    assert world.ledger.state(made.draft) == "waiting"
    world.ledger.approve(made.draft, 2, second.hash, reviewer=world.user("sato"))
    assert world.ledger.state(made.draft) == "queued"


@pytest.mark.parametrize("how", ["reject", "revoke"])
def test_reject_and_revoke_win_until_sending(world: World, how: str) -> None:
    made = world.approved()
    if how == "reject":
        world.ledger.reject(made.draft, 1, made.hash, reviewer=world.user("mori"), reason="誤り")
    else:
        world.ledger.revoke(made.draft, reviewer=world.user("mori"), reason="誤り")
    assert world.ledger.state(made.draft) == "cancelled"
    assert world.send().sent == 0
    assert world.mails() == []


def test_too_late_after_sending(world: World) -> None:
    made = world.approved()
    assert world.send().sent == 1
    with pytest.raises(Refused) as caught:
        world.ledger.revoke(made.draft, reviewer=world.user("mori"), reason="誤り")
    assert caught.value.rule == "decision_late"
    assert world.ledger.state(made.draft) == "sent"


def test_expiry_is_to_the_moment_and_an_edit_begins_anew(world: World) -> None:
    made = world.file()
    world.later(hours=72, microseconds=-1)
    assert world.ledger.state(made.draft) == "waiting"
    world.later(microseconds=1)
    assert world.ledger.state(made.draft) == "expired"
    second = world.ledger.edit(made.draft, 1, editor=world.user("aoki"), subject="s", body="b")
    world.ledger.approve(made.draft, 2, second.hash, reviewer=world.user("sato"))


def test_returning_and_rejecting_need_a_reason(world: World) -> None:
    made = world.file()
    for decide in (world.ledger.return_, world.ledger.reject):
        with pytest.raises(Refused) as caught:
            decide(made.draft, 1, made.hash, reviewer=world.user("sato"), reason=" ")
        assert caught.value.rule == "content_reason"


def test_single_person_mode_is_explicit_and_recorded(world: World) -> None:
    made = world.file("sato")
    alone = Ledger(
        world.database, clock=world.clock, two_person=False, head=world.settings.data / "audit.head", check=world.gate
    )
    alone.approve(made.draft, 1, made.hash, reviewer=world.user("sato"))
    assert world.scalar("SELECT COUNT(*) FROM audit WHERE action = 'switch' AND actor = 'settings'") == 1
    again = world.file("sato")
    with pytest.raises(Refused) as caught:  # back to two people, which is recorded as well
        world.ledger.approve(again.draft, 1, again.hash, reviewer=world.user("sato"))
    assert caught.value.rule == "decision_two_people"
    other = world.file("aoki")
    world.ledger.approve(other.draft, 1, other.hash, reviewer=world.user("sato"))
    assert world.scalar("SELECT value FROM review_switches ORDER BY ordinal DESC LIMIT 1") == "two"


def test_every_refused_attempt_is_recorded(world: World) -> None:
    made = world.file()
    with pytest.raises(Refused):
        world.ledger.approve(made.draft, 1, made.hash, reviewer=world.user("baba"))
    with pytest.raises(Refused):
        world.ledger.file("A-1", "two@a.jp, b@c.jp", "s", "b", (), "aoki")
    last = world.ledger.events(made.draft)[-1]
    assert (last.who, last.what, last.reason) == ("baba", "refused", "approve: decision_role")
    assert world.scalar("SELECT COUNT(*) FROM audit WHERE action = 'refused'") == 2


def test_refusals_speak_the_language_of_the_settings(world: World) -> None:
    made = world.file()
    with pytest.raises(Refused, match="レビュー担当者"):
        world.ledger.approve(made.draft, 1, made.hash, reviewer=world.user("baba"))


def test_the_queue_shows_latest_versions_and_filters(world: World) -> None:
    first, second = world.file(), world.file(account="A-2")
    world.later(minutes=1)
    world.ledger.edit(first.draft, 1, editor=world.user("aoki"), subject="新", body="b")
    world.ledger.return_(second.draft, 1, second.hash, reviewer=world.user("sato"), reason="短く")
    assert [(d.id, d.version, d.state, d.note) for d in world.ledger.queue()] == [
        (second.draft, 1, "returned", "短く"),
        (first.draft, 2, "waiting", ""),
    ]
    assert [d.id for d in world.ledger.queue(["waiting"])] == [first.draft]
    assert [d.id for d in world.ledger.queue(account="A-2")] == [second.draft]
    assert len(world.ledger.queue(limit=1)) == 1
    assert world.ledger.queue([]) == []


def test_unknown_drafts_are_not_found(world: World) -> None:
    for look in (world.ledger.latest, world.ledger.state, world.ledger.versions):
        with pytest.raises(NotFound):
            look("dr_none")
    with pytest.raises(NotFound):
        world.ledger.edit("dr_none", 1, editor=world.user("aoki"), subject="s", body="b")


def test_approval_and_outbox_row_come_together_or_not_at_all(world: World) -> None:
    made = world.file()
    world.sql("INSERT INTO outbox (draft, version, hash, decision, key, queued_at, state, updated_at)"
              " SELECT 'dr_other', 1, 'h', 'd', draft || '.' || substr(hash, 1, 16), 'n', 'queued', 'n'"
              " FROM draft_versions") if _without_outbox_guards(world) else None  # fmt: skip
    with pytest.raises(Refused):
        world.ledger.approve(made.draft, 1, made.hash, reviewer=world.user("sato"))
    assert world.ledger.decisions(made.draft) == []
    assert world.ledger.state(made.draft) == "waiting"


def _without_outbox_guards(world: World) -> bool:
    for guard in ("outbox_approval", "outbox_latest", "outbox_hash", "outbox_role", "outbox_unchecked"):
        world.drop_guard(guard)
    return True


def test_a_ledger_on_sqlite_finds_the_head_file_itself(sqlite_world: World) -> None:
    data = sqlite_world.settings.data
    Ledger(Database(sqlite_world.settings.database)).file("A-1", "a@b.jp", "s", "b", (), "aoki")
    assert (data / "audit.head").read_text().startswith("1 ")
