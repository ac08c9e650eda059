"""The audit chain tells which line was changed, dropped, cut or rewritten."""

from __future__ import annotations

import contextlib
import csv
import io
import json
from pathlib import Path
from string import Formatter

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from banso.core.database import open_database
from banso.core.settings import Settings
from banso.core.users import User, Users
from banso.review import audit
from banso.review.comments import Comments
from banso.review.drafts import canonical_hash, evidence_json
from banso.review.export import COLUMNS, exported, neutral
from banso.review.filing import Origin
from banso.review.gate_report import Mark
from banso.review.ledger import open_ledger
from banso.review.sender import LEASE
from banso.review.store import Transaction
from banso.review.texts import sending
from banso.review.verification import verify
from tests.review.conftest import World
from tests.review.test_rights import unguarded


@pytest.fixture
def trail(world: World) -> World:
    for _ in range(3):
        world.approved()
    world.send()
    for guard in ("audit_unchanged", "audit_kept", "audit_order", "draft_versions_unchanged"):
        world.drop_guard(guard)
    return world


def problems(world: World) -> tuple[str, ...]:
    return world.ledger.verify_audit().problems


def test_an_untouched_trail_is_whole(trail: World) -> None:
    found = trail.ledger.verify_audit()
    assert (found.lines, found.exported, found.problems) == (12, 12, ())


def test_a_changed_line_is_named(trail: World) -> None:
    trail.sql("UPDATE audit SET actor = 'mori' WHERE seq = 4")
    found = trail.ledger.verify_audit()
    assert [problem for problem in found.problems if problem.line] == ["line 4: changed"]
    assert (found.first, found.problems[0].said_in("ja")) == (4, "4行目：書き換えられています")


def test_the_first_bad_line_is_named_whatever_is_wrong_after_it(trail: World) -> None:
    trail.sql("DELETE FROM audit WHERE seq > 10")
    trail.sql("UPDATE audit SET detail = '{}' WHERE seq IN (3, 9)")
    found = trail.ledger.verify_audit()
    assert (found.first, found.problems[0]) == (3, "line 3: changed")
    assert [p.line for p in found.problems if p.line] == [3, 9, 11, 12]


FORGED = {
    # decisions
    "a return turned into an approval": "UPDATE decisions SET decision = 'approve'",
    "an approval in another name": "UPDATE decisions SET reviewer = 'sato'",
    "another reason for a return": "UPDATE decisions SET reason = 'x'",
    "warnings called seen": "UPDATE decisions SET acknowledged = 'stale'",
    "a decision of another day": "UPDATE decisions SET created_at = '2026-03-01'",
    "a decision called the latest": "UPDATE decisions SET ordinal = ordinal + 1",
    "a decision taken away": "DELETE FROM decisions",
    # versions: what the hash does not cover
    "a draft that never expires": "UPDATE draft_versions SET expires_at = '9999'",
    "a draft filed another day": "UPDATE draft_versions SET created_at = '2026-03-01'",
    "an agent's text called a person's": "UPDATE draft_versions SET via = 'person'",
    "a version taken away": "DELETE FROM draft_versions",
    "another model": "UPDATE draft_origins SET model = 'x'",
    "a rule that was followed": "DELETE FROM draft_rules",
    # checks of the gate
    "another report of the gate": "UPDATE draft_checks SET report = report || ' '",
    "warnings that the report has": "UPDATE draft_checks SET warnings = ''",
    "a block that the report lacks": "UPDATE draft_checks SET blocking = 1",
    "a check for ever": "UPDATE draft_checks SET valid_until = '9999-01-01T00:00:00+00:00'",
    "a check taken away": "DELETE FROM draft_checks",
    # the outbox
    "a message called sent": "UPDATE outbox SET state = 'sent' WHERE state = 'sending'",
    "a sent message queued again": "UPDATE outbox SET state = 'queued'",
    "another key": "UPDATE outbox SET key = 'x' || key",
    "another version": "UPDATE outbox SET version = 7",
    "another hash": "UPDATE outbox SET hash = 'x'",
    "another approval": "UPDATE outbox SET decision = 'de_x'",
    "a message queued earlier": "UPDATE outbox SET queued_at = '2026-03-01'",
    "settled by another": "UPDATE outbox SET resolved_by = 'mori' WHERE state = 'sent'",
    "may be sent again": "UPDATE outbox SET tried = 'not_sent' WHERE state = 'sending'",
    "a message taken away": "DELETE FROM outbox",
    # switches, comments, rules
    "a pause that was lifted": "UPDATE review_switches SET value = 'paused'",
    "a pause by another": "UPDATE review_switches SET set_by = 'x'",
    "a switch nobody set": "INSERT INTO review_switches VALUES (9, 'people', 'one', 'settings', 'n')",
    "a switch taken away": "DELETE FROM review_switches",
    "another comment": "UPDATE draft_comments SET body = 'x'",
    "a comment by another": "UPDATE draft_comments SET author = 'mori'",
    "a comment taken away": "DELETE FROM draft_comments",
    "a rule for everyone": "UPDATE lesson_decisions SET scope = 'team'",
    "a rule with other words": "UPDATE lesson_decisions SET content = '{}'",
    "a rule accepted by another": "UPDATE lesson_decisions SET decided_by = 'x'",
    "a rule from another edit": "UPDATE lessons SET version = 1",
    "an acceptance taken away": "DELETE FROM lesson_decisions",
}  # fmt: skip


class Crash(BaseException):
    """The end of a sender."""


class Fate:
    """A channel without keys whose sender dies at the second message."""

    name, idempotent = "spy", False

    def __init__(self) -> None:
        self.asked = 0

    def send(self, message: object) -> None:
        self.asked += 1
        if self.asked == 2:
            raise Crash


@pytest.fixture
def full(world: World) -> World:
    """One of everything that the trail tells of, and nothing wrong with it."""
    sato, mori, root = world.user("sato"), world.user("mori"), world.user("root")
    origin = Origin(model="embedded/extractive")
    made = [
        world.ledger.file("A-1", "y@example.jp", "s", f"本文{n}。", (), "aoki", "th_1", origin=origin) for n in range(5)
    ]
    world.ledger.return_(made[0].draft, 1, made[0].hash, reviewer=mori, reason="r")
    world.ledger.edit(made[0].draft, 1, editor=world.user("baba"), subject="s", body="直し。")
    taught(world, made[0].draft)
    world.ledger.file("A-1", "y@example.jp", "s", "次。", (), "aoki", origin=Origin(model="m", rules=((1, 1),)))
    world.gate.marks = (Mark(start=0, end=1, where="body", kind="promise", blocks=False, why="promise"),)
    for one in made[1:]:
        world.ledger.approve(one.draft, 1, one.hash, reviewer=mori, acknowledged=("promise",))
        world.later(seconds=1)  # they leave in this order
    for _ in range(2):  # one is sent, one becomes unknown; one stays on its way, one waits
        with contextlib.suppress(Crash):
            world.send(channel=Fate())
        world.now += LEASE
    world.ledger.resolve(world.ledger.queue(["unknown"])[0].id, "sent", user=sato)
    world.ledger.pause(admin=root)
    world.ledger.resume(admin=root)
    Comments(world.database, store=world.store).add(made[0].draft, "確認しました", author=sato)
    return world


def taught(world: World, draft: str) -> None:
    """An edit teaches a rule, and an administrator accepts it for this customer."""
    world.sql("INSERT INTO lessons VALUES (1, 'rule', :draft, 2, 'A-1', '', 'ja', 'baba', 'r', '{}', 'n')", draft=draft)

    def accept(t: Transaction) -> None:
        t.run("INSERT INTO lesson_decisions VALUES (1, 1, 'accept', 'root', 'account', '{\"a\": 1}', :now)", now=t.now)
        t.record("root", "lesson", lesson="R-1", decision="accept", scope="account", content={"a": 1}, of=f"{draft} 2")

    world.store.write(accept)


def test_a_record_that_the_trail_does_not_tell_of_is_found(full: World) -> None:
    assert problems(full) == ()
    unguarded(full)
    missed = []
    for how, statement in FORGED.items():
        with full.database.engine.connect().execution_options(banso_write=True) as db:
            assert db.execute(sa.text(statement)).rowcount > 0, how
            if verify(db, full.settings.data / "audit.head").problems == ():
                missed.append(how)
            db.rollback()
    assert missed == [] and problems(full) == ()


def test_the_report_that_an_approval_names_must_allow_it(full: World) -> None:
    """Someone put the guards aside, approved, and brought report, columns and trail into step."""
    made = full.file()
    for guard in ("decision_unacknowledged", "outbox_unchecked"):
        full.drop_guard(guard)
    full.ledger.approve(made.draft, 1, made.hash, reviewer=full.user("mori"))
    decision = full.ledger.decisions(made.draft)[-1].id
    assert problems(full) == (f"decision {decision}: the check that it names does not allow it",)


def test_a_trail_of_an_older_version_is_whole(full: World) -> None:
    """Its lines name neither the end of a version nor the check of an approval."""
    for guard in ("audit_unchanged", "audit_kept", "audit_order", "draft_versions_unchanged"):
        full.drop_guard(guard)
    rows = [{**line, "detail": dict(line["detail"])} for line in full.ledger.audit_lines()]  # type: ignore[call-overload]
    full.sql("DELETE FROM audit")
    (full.settings.data / "audit.head").unlink()
    for row in rows:
        detail = {k: v for k, v in row["detail"].items() if k not in ("expires", "check")}
        said = {k: str(row[k]) for k in ("at", "actor", "action", "draft")}
        head = full.store.write(lambda t, said=said, detail=detail: audit.append(t.db, **said, detail=detail))
    audit.export_head(full.settings.data / "audit.head", head)
    assert problems(full) == ()
    full.sql("UPDATE draft_versions SET expires_at = '2027-01-01T00:00:00.000000+00:00'")
    assert len(problems(full)) == full.scalar("SELECT COUNT(*) FROM draft_versions")


def test_nonsense_in_lines_and_records_is_a_problem_and_no_crash(full: World) -> None:
    unguarded(full)
    for detail in ("[]", "3", "{", '{"version": [], "decision": {}, "check": [], "rules": 7, "expires": 3}'):
        for moment in ("", "yesterday", "2026-04-01"):
            full.sql("UPDATE audit SET detail = :detail, at = :at", detail=detail, at=moment)
            full.sql("UPDATE draft_versions SET created_at = :at, expires_at = :at", at=moment)
            full.sql("UPDATE draft_checks SET report = :detail, valid_until = :at", detail=detail, at=moment)
            assert full.ledger.verify_audit().first == 1


def test_a_text_changed_together_with_its_hash_is_found(trail: World) -> None:
    draft = trail.ledger.queue()[0].id
    old = trail.ledger.latest(draft)
    fields = old.model_dump(include={"draft", "version", "account", "recipient", "subject", "author"})
    digest = canonical_hash(**fields, body="x", evidence=evidence_json(old.evidence))
    trail.sql("UPDATE draft_versions SET body = 'x', hash = :hash WHERE draft = :draft", hash=digest, draft=draft)
    assert f"draft {draft} version 1: no line of the audit trail tells of it" in problems(trail)


def test_a_dropped_line_is_named(trail: World) -> None:
    trail.sql("DELETE FROM audit WHERE seq = 5")
    assert problems(trail)[0] == "line 5: missing"


def test_a_cut_end_is_seen_by_the_head_and_by_what_is_left_untold(trail: World) -> None:
    trail.sql("DELETE FROM audit WHERE seq > 10")
    cut = ("line 11: cut (the head file names it)", "line 12: cut (the head file names it)")
    assert problems(trail)[:2] == cut
    with trail.database.read() as db:
        found = verify(db, None)
    assert found.first is None
    assert [p for p in found.problems if "(sent): no line" in p] == list(found.problems) != []


def test_a_trail_written_anew_is_seen_by_the_head_only(trail: World) -> None:
    trail.sql("DELETE FROM audit")
    keep = audit.Head(0, "")
    for _ in range(12):
        keep = trail.store.write(lambda t: audit.append(t.db, at=t.now, actor="sato", action="approve"))
    with trail.database.read() as db:
        assert verify(db, None).first is None
    assert keep.seq == 12
    assert len([p for p in problems(trail) if "rewritten" in p]) >= 9


def test_a_changed_text_is_named(trail: World) -> None:
    draft = trail.ledger.queue()[0].id
    trail.sql("UPDATE draft_versions SET body = 'x' WHERE draft = :draft", draft=draft)
    assert problems(trail) == (f"draft {draft} version 1: the text does not match its hash",)


def test_a_lost_or_damaged_head_file_is_a_problem(trail: World) -> None:
    head = trail.settings.data / "audit.head"
    head.write_text(head.read_text() + "nonsense\n")
    assert [p.endswith("not a head") for p in problems(trail)] == [True]
    head.unlink()
    assert "missing" in problems(trail)[0]


def test_an_unwritable_head_does_not_undo_a_decision(world: World) -> None:
    (world.settings.data / "audit.head").mkdir()
    made = world.approved()
    assert world.ledger.state(made.draft) == "queued"


def test_the_export_holds_every_line(trail: World) -> None:
    lines = trail.ledger.audit_lines()
    assert [line["seq"] for line in lines] == list(range(1, 13))
    assert {str(line["action"]) for line in lines} == {"file", "approve", "sending", "sent"}


def test_json_lines_keep_every_value_and_their_hashes(trail: World) -> None:
    lines = [json.loads(text) for text in exported(trail.ledger.audit_lines(), "jsonl")]
    assert lines == trail.ledger.audit_lines()
    for line in lines:
        assert audit.line_hash({**line, "detail": audit.canonical_json(line["detail"])}) == line["hash"]


def test_csv_holds_every_line_and_no_formula(world: World) -> None:
    made = world.file()
    world.ledger.return_(made.draft, 1, made.hash, reviewer=world.user("sato"), reason='=HYPERLINK("http://x")\r\n+1')
    world.sql("INSERT INTO users (name, role, password_hash, created_at) VALUES ('@SUM(1+1)', 'csm', 'x', 'n')")
    world.file("@SUM(1+1)")
    rows = list(csv.DictReader(io.StringIO("".join(exported(world.ledger.audit_lines(), "csv")), newline="")))
    assert tuple(rows[0]) == COLUMNS and len(rows) == 3
    assert json.loads(rows[1]["detail"])["reason"].startswith("=HYPERLINK")  # inside JSON, which begins with a brace
    assert rows[2]["actor"] == "'@SUM(1+1)"


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_no_cell_begins_as_a_formula(text: str) -> None:
    cell = neutral(text)
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"))
    assert cell.removeprefix("'") == text or cell == text


def test_every_sentence_is_there_in_both_languages_with_the_same_places() -> None:
    names = {"en": sending.EN, "ja": sending.JA}
    places = {
        language: {rule: sorted(part[1] for part in Formatter().parse(text) if part[1])
                   for rule, text in said.items() if rule != "content_placeholder"}
        for language, said in names.items()
    }  # fmt: skip
    assert places["en"] == places["ja"]


def test_the_head_goes_where_the_operator_says(settings: Settings, tmp_path: Path) -> None:
    elsewhere = settings.model_copy(update={"audit_head": tmp_path / "kept" / "head"})
    elsewhere.head.parent.mkdir()
    database = open_database(elsewhere)
    Users(database).add("root", "admin", "long enough 1")
    ledger = open_ledger(elsewhere, database)
    ledger.pause(admin=User(name="root", role="admin"))
    assert elsewhere.head.read_text().startswith("1 ") and not (settings.data / "audit.head").exists()
    elsewhere.head.write_text("")
    assert ledger.verify_audit().exported == 0
    database.close()
