"""Every guard against its attack: refused while the guard stands, successful once it is dropped.

The second half proves that the guard named is what stops the attack; test_every_guard.py, that no guard is left out.
"""

# ruff: noqa: E501, E731 - one attack a line reads as a table
from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from banso.core.users import User
from banso.review.drafts import DraftVersion
from banso.review.gate_report import BLOCKING, Kind, Mark
from banso.review.ledger import Ledger
from banso.review.refusal import Refused
from tests.review.conftest import World

VERSION = (
    "INSERT INTO draft_versions (draft, version, account, recipient, subject, body, evidence, author, hash, via, thread,"
    " created_at, expires_at) SELECT draft, version + 1, {account}, recipient, subject, body, evidence, {author}, hash,"
    " 'person', thread, created_at, expires_at FROM draft_versions WHERE draft = :draft AND version = 1"
)
DECISION = (
    "INSERT INTO decisions (draft, ordinal, id, version, hash, reviewer, decision, reason, created_at)"
    " VALUES (:draft, :ordinal, :id, :version, :hash, :reviewer, :decision, 'r', '2026-04-01T09:00:00.000000+00:00')"
)
OUTBOX = (
    "INSERT {how} INTO outbox (draft, version, hash, decision, key, queued_at, state, updated_at)"
    " VALUES (:draft, :version, :hash, :decision, :key, 'now', :state, 'now')"
)
CHECK = (
    "INSERT INTO draft_checks SELECT draft, version, {ordinal}, {hash}, rules, 0, '', report, created_at, valid_until"
    " FROM draft_checks WHERE draft = :draft"
)
Step = Callable[[World, DraftVersion], object]


@dataclass(frozen=True)
class Attack:
    """`ready` makes the situation, `strike` attacks and is refused by the first of `guards` that stands."""

    name: str
    guards: tuple[str, ...]
    strike: Step
    ready: Step = lambda w, v: None
    only: str = ""


def sql(statement: str, **values: object) -> Step:
    def strike(w: World, v: DraftVersion) -> None:
        names = {"draft": v.draft, **values}
        assert w.sql(statement, **{k: x for k, x in names.items() if f":{k}" in statement}) > 0

    return strike


def decide(kind: str = "approve", who: str = "sato", ordinal: int = 1, version: int = 1, id: str = "de_x") -> Step:
    def strike(w: World, v: DraftVersion) -> None:
        w.sql(
            DECISION, draft=v.draft, ordinal=ordinal, id=id, version=version, hash=v.hash, reviewer=who, decision=kind
        )

    return strike


def queue(decision: str = "de_x", state: str = "queued", how: str = "", hash: str = "", version: int = 1) -> Step:
    def strike(w: World, v: DraftVersion) -> None:
        statement = OUTBOX.format(how=how)
        key = f"{v.draft}.{v.hash[:16]}"
        w.sql(statement, draft=v.draft, version=version, hash=hash or v.hash, decision=decision, key=key, state=state)

    return strike


def approve(
    who: str = "sato", role: str = "reviewer", version: int = 1, hash: str = "", kinds: tuple[Kind, ...] = ()
) -> Step:
    user = User(name=who, role=role)  # type: ignore[arg-type]
    return lambda w, v: w.ledger.approve(v.draft, version, hash or v.hash, reviewer=user, acknowledged=kinds)


def found(*kinds: Kind) -> Step:
    """The gate finds these kinds from now on."""

    def ready(w: World, v: DraftVersion) -> None:
        w.gate.marks = tuple(
            Mark(start=0, end=2, where="body", kind=kind, blocks=kind in BLOCKING, why=kind) for kind in kinds
        )

    return ready


def gateless(w: World, v: DraftVersion) -> None:
    """A program that forgot the gate."""
    Ledger(w.database, clock=w.clock, head=w.settings.data / "audit.head").approve(
        v.draft, 1, v.hash, reviewer=w.user("sato")
    )


def unchecked(w: World, v: DraftVersion) -> None:
    w.drop_guard("draft_checks_kept")
    w.sql("DELETE FROM draft_checks")


def edit(who: str = "mori", version: int = 1) -> Step:
    user = User(name=who, role="csm")
    return lambda w, v: w.ledger.edit(v.draft, version, editor=user, subject="別件", body="別の本文")


def against(kind: str) -> Step:
    user = User(name="sato", role="reviewer")
    return lambda w, v: getattr(w.ledger, kind)(v.draft, 1, v.hash, reviewer=user, reason="理由")


def revoke(w: World, v: DraftVersion) -> None:
    w.ledger.revoke(v.draft, reviewer=w.user("sato"), reason="理由")


def send(w: World, v: DraftVersion) -> None:
    assert w.send().sent == 1


def both(*steps: Step) -> Step:
    return lambda w, v: [step(w, v) for step in steps]


def unknown(w: World, v: DraftVersion) -> None:
    w.sql("UPDATE outbox SET state = 'sending' WHERE draft = :draft", draft=v.draft)
    w.sql("UPDATE outbox SET state = 'unknown' WHERE draft = :draft", draft=v.draft)


def to(state: str, more: str = "") -> Step:
    return sql(f"UPDATE outbox SET state = '{state}' {more} WHERE draft = :draft")


QUEUED = approve()
SENT = both(QUEUED, send)
PAUSED: Step = lambda w, v: w.ledger.pause(admin=w.user("root"))
ANY_AUDIT = "SELECT MAX(seq) FROM audit"
ATTACKS = [
    # --- the text
    Attack("rewrite a body", ("draft_versions_unchanged",), sql("UPDATE draft_versions SET body = 'x' WHERE draft = :draft")),
    Attack("rewrite after approval", ("draft_versions_unchanged",), sql("UPDATE draft_versions SET recipient = 'e@evil.example' WHERE draft = :draft"), QUEUED),
    Attack("delete a version", ("draft_versions_kept",), sql("DELETE FROM draft_versions WHERE draft = :draft")),
    Attack("move a draft to another account", ("version_account",), sql(VERSION.format(account="'A-2'", author="author"))),
    Attack("unregistered author", ("version_author",), sql(VERSION.format(account="account", author="'ghost'"))),
    Attack("new version while queued", ("version_queued",), edit(), QUEUED),
    Attack("new version after it was sent", ("version_queued",), edit(), SENT),
    Attack("new version after rejection", ("version_rejected",), edit(), against("reject")),
    Attack("skip a version number", ("version_stale",), sql(VERSION.replace("version + 1", "version + 5").format(account="account", author="author"))),
    # --- the decision
    Attack("approve a stale version", ("decision_stale", "outbox_latest"), approve(), edit()),
    Attack("approve another hash", ("decision_hash", "decision_unchecked", "outbox_hash", "outbox_unchecked"), approve(hash="0" * 64)),
    Attack("approve as csm", ("decision_role", "outbox_role"), approve("baba", "csm")),
    Attack("approve as admin", ("decision_role", "outbox_role"), approve("root", "admin")),
    Attack("forged user object", ("decision_role", "outbox_role"), approve("baba", "reviewer")),
    Attack("user who does not exist", ("decision_role", "outbox_role"), approve("ghost", "reviewer")),
    Attack("approve own request", ("decision_two_people", "outbox_two_people"), approve("sato"), only="author sato"),
    Attack("editor of an earlier version approves", ("decision_two_people", "outbox_two_people"), lambda w, v: w.ledger.approve(v.draft, 3, w.ledger.latest(v.draft).hash, reviewer=w.user("mori")), both(edit("mori"), edit("baba", 2))),
    Attack("approve after 72 hours", ("decision_expired",), approve(), lambda w, v: w.later(hours=72)),
    Attack("approve after it was sent back", ("decision_once",), approve(), against("return_")),
    Attack("approve after rejection", ("decision_final", "decision_once"), approve(), against("reject")),
    Attack("approve again after revoking", ("decision_late", "decision_final", "decision_once"), decide(ordinal=3), both(QUEUED, revoke)),
    Attack("reject what was sent", ("decision_late", "outbox_step"), against("reject"), SENT),
    Attack("revoke what was never approved", ("decision_revoke",), revoke),
    Attack("turn a return into an approval", ("decisions_unchanged",), sql("UPDATE decisions SET decision = 'approve' WHERE draft = :draft"), against("return_")),
    Attack("delete a rejection", ("decisions_kept",), sql("DELETE FROM decisions WHERE draft = :draft"), against("reject")),
    Attack("decision out of order", ("decision_order",), decide("return", ordinal=7)),
    # --- the draft gate
    Attack("rewrite a check", ("draft_checks_unchanged",), sql("UPDATE draft_checks SET blocking = 0 WHERE draft = :draft")),
    Attack("delete a check", ("draft_checks_kept",), sql("DELETE FROM draft_checks WHERE draft = :draft")),
    Attack("check out of order", ("check_order",), sql(CHECK.format(ordinal=7, hash="hash"))),
    Attack("check of another text", ("check_hash",), sql(CHECK.format(ordinal=2, hash="'x'"))),
    Attack("approve what was never checked", ("decision_unchecked", "outbox_unchecked"), gateless, unchecked),
    Attack("approve on a check of yesterday", ("decision_unchecked",), gateless, lambda w, v: w.later(minutes=11)),
    Attack("approve another customer's content", ("decision_blocked", "outbox_unchecked"), approve(), found("other_customer")),
    Attack("approve a secret, acknowledged", ("decision_blocked", "decision_unacknowledged", "outbox_unchecked"), approve(kinds=("secret",)), found("secret")),
    Attack("approve without a click", ("decision_unacknowledged", "outbox_unchecked"), approve(), found("promise")),
    Attack("acknowledge another kind", ("decision_unacknowledged", "outbox_unchecked"), approve(kinds=("stale",)), found("promise")),
    Attack("acknowledge one kind of two", ("decision_unacknowledged", "outbox_unchecked"), approve(kinds=("stale",)), found("promise", "stale")),
    # --- the outbox
    Attack("outbox row without any approval", ("outbox_approval", "outbox_role"), queue()),
    Attack("outbox row on a return", ("outbox_approval",), queue(), decide("return")),
    Attack("outbox row for another version", ("outbox_approval", "outbox_latest"), queue(), both(decide("return"), edit())),
    Attack("outbox row for another hash", ("outbox_approval", "outbox_hash", "outbox_unchecked"), queue(hash="0" * 64), decide()),
    Attack("outbox row on a csm's approval", ("outbox_role",), queue(), both(lambda w, v: w.drop_guard("decision_role"), decide(who="baba"))),
    Attack("outbox row on an author's approval", ("outbox_two_people",), queue(), both(lambda w, v: w.drop_guard("decision_two_people"), decide()), "author sato"),
    Attack("born sent", ("outbox_start",), queue(state="sent"), decide()),
    Attack("INSERT OR REPLACE re-queues a sent mail", ("outbox_once", "outbox_kept"), lambda w, v: queue(str(w.scalar("SELECT id FROM decisions")), how="OR REPLACE")(w, v), SENT, "sqlite"),
    Attack("second outbox row", ("outbox_once",), lambda w, v: w.sql("INSERT INTO outbox SELECT draft, version, hash, decision, key, queued_at, 'queued', '', '', '', 0, '', '', '', 'n' FROM outbox WHERE true ON CONFLICT (draft) DO UPDATE SET state = 'sending'"), both(QUEUED, to("sending"))),
    Attack("sent back to queued", ("outbox_step",), to("queued"), SENT),
    Attack("cancelled back to queued", ("outbox_step",), to("queued"), both(QUEUED, revoke)),
    Attack("queued straight to sent", ("outbox_step",), to("sent"), QUEUED),
    Attack("swap the approved hash", ("outbox_frozen",), to("sent", ", hash = 'x'"), both(QUEUED, to("sending"))),
    Attack("change the key", ("outbox_frozen",), to("sent", ", key = 'x'"), both(QUEUED, to("sending"))),
    Attack("delete an outbox row", ("outbox_kept",), sql("DELETE FROM outbox WHERE draft = :draft"), SENT),
    Attack("send what was revoked", ("outbox_revoked",), to("sending"), both(QUEUED, decide("revoke", ordinal=2))),
    Attack("send what a former reviewer approved", ("outbox_approver",), to("sending"), both(QUEUED, lambda w, v: w.sql("UPDATE users SET role = 'csm' WHERE name = 'sato'"))),
    Attack("send while paused", ("outbox_paused",), to("sending"), both(QUEUED, PAUSED)),
    Attack("settle an unknown without a person", ("outbox_human",), to("sent"), both(QUEUED, unknown)),
    Attack("a csm settles an unknown", ("outbox_human",), lambda w, v: w.ledger.resolve(v.draft, "sent", user=w.user("baba")), both(QUEUED, unknown)),
    Attack("re-queue an unknown", ("outbox_step",), to("queued", ", resolved_by = 'sato'"), both(QUEUED, unknown)),
    # --- switches and audit
    Attack("reviewer resumes sending", ("switch_admin",), lambda w, v: w.ledger.resume(admin=w.user("sato")), PAUSED),
    Attack("rewrite the pause", ("review_switches_unchanged",), sql("UPDATE review_switches SET value = 'on'"), PAUSED),
    Attack("delete the pause", ("review_switches_kept",), sql("DELETE FROM review_switches"), PAUSED),
    Attack("switch out of order", ("switch_order",), sql("INSERT INTO review_switches VALUES (9, 'people', 'one', 'x', 'now')")),
    Attack("rewrite an audit line", ("audit_unchanged",), sql("UPDATE audit SET actor = 'x'")),
    Attack("delete an audit line", ("audit_kept",), sql("DELETE FROM audit")),
    Attack("audit line beside the chain", ("audit_order",), sql("INSERT INTO audit VALUES (99, 'now', 'x', 'x', '', '{}', 'y', 'z')")),
]  # fmt: skip


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_the_guard_is_what_stops_it(world: World, attack: Attack) -> None:
    if attack.only == "sqlite" and world.database.engine.dialect.name != "sqlite":
        pytest.skip("INSERT OR REPLACE is SQLite's")
    refused_until_dropped(world, attack)


def refused_until_dropped(world: World, attack: Attack) -> None:
    """Each guard refuses in its turn; without any of them the attack succeeds."""
    draft = world.file("sato" if attack.only == "author sato" else "aoki")
    attack.ready(world, draft)
    for guard in attack.guards:
        with pytest.raises(Refused) as caught:
            attack.strike(world, draft)
        assert caught.value.rule == guard
        world.drop_guard(guard)
    attack.strike(world, draft)


def test_replace_without_recursive_triggers_is_refused_too(sqlite_world: World) -> None:
    w = sqlite_world
    made = w.approved()
    assert w.send().sent == 1
    stranger = sqlite3.connect(w.settings.data / "banso.db", isolation_level=None)
    stranger.execute("PRAGMA recursive_triggers=OFF")
    for how in ("OR REPLACE", "OR IGNORE", "OR ROLLBACK", ""):
        with pytest.raises(sqlite3.IntegrityError, match="guard outbox_once"):
            stranger.execute(
                f"INSERT {how} INTO outbox (draft, version, hash, decision, key, queued_at, state, updated_at)"
                " SELECT draft || 'x', version, hash, decision, key, queued_at, 'queued', '' FROM outbox"
            )
    with pytest.raises(sqlite3.OperationalError, match="no column named rowid"):
        stranger.execute("INSERT OR REPLACE INTO outbox (rowid, draft) VALUES (1, 'x')")
    stranger.close()
    assert w.ledger.state(made.draft) == "sent"


def test_role_is_read_at_the_moment_of_approval(world: World) -> None:
    made, was_reviewer = world.file(), world.user("sato")
    world.sql("UPDATE users SET role = 'csm' WHERE name = 'sato'")
    with pytest.raises(Refused) as caught:
        world.ledger.approve(made.draft, 1, made.hash, reviewer=was_reviewer)
    assert caught.value.rule == "decision_role"
    world.sql("UPDATE users SET role = 'reviewer' WHERE name = 'sato'")
    world.ledger.approve(made.draft, 1, made.hash, reviewer=was_reviewer)


def test_two_drafts_never_share_an_approval(world: World) -> None:
    first, second = world.approved(), world.file()
    stolen = str(world.scalar("SELECT id FROM decisions WHERE draft = :draft", draft=first.draft))
    with pytest.raises(Refused) as caught:
        queue(decision=stolen)(world, second)
    assert caught.value.rule == "outbox_approval"
