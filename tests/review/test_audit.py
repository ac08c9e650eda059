"""The audit chain tells which line was changed, dropped, cut or rewritten."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from string import Formatter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banso.core.database import open_database
from banso.core.settings import Settings
from banso.core.users import User, Users
from banso.review import audit
from banso.review.drafts import canonical_hash, evidence_json
from banso.review.export import COLUMNS, exported, neutral
from banso.review.ledger import open_ledger
from banso.review.texts import sending
from tests.review.conftest import World


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
    "a return turned into an approval": ("decisions_unchanged", "UPDATE decisions SET decision = 'approve'"),
    "an approval in another name": ("decisions_unchanged", "UPDATE decisions SET reviewer = 'sato'"),
    "another reason for a return": ("decisions_unchanged", "UPDATE decisions SET reason = 'x'"),
    "warnings called seen": ("decisions_unchanged", "UPDATE decisions SET acknowledged = 'promise'"),
    "another report of the gate": ("draft_checks_unchanged", "UPDATE draft_checks SET report = report || ' '"),
    "a decision taken away": ("decisions_kept", "DELETE FROM decisions"),
    "a message called sent": ("outbox_step", "UPDATE outbox SET state = 'sent'"),
}


@pytest.mark.parametrize("how", FORGED)
def test_a_record_that_the_trail_does_not_tell_of_is_found(world: World, how: str) -> None:
    guard, statement = FORGED[how]
    made, queued = world.file(), world.file()
    world.ledger.return_(made.draft, 1, made.hash, reviewer=world.user("mori"), reason="r")
    world.ledger.approve(queued.draft, 1, queued.hash, reviewer=world.user("mori"))
    assert world.ledger.verify_audit().problems == ()
    world.drop_guard(guard)
    world.sql(statement)
    assert any("audit trail" in problem for problem in problems(world))


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
        found = audit.verify(db, None)
    assert found.first is None
    assert [p for p in found.problems if "(sent): no line" in p] == list(found.problems) != []


def test_a_trail_written_anew_is_seen_by_the_head_only(trail: World) -> None:
    trail.sql("DELETE FROM audit")
    keep = audit.Head(0, "")
    for _ in range(12):
        keep = trail.store.write(lambda t: audit.append(t.db, at=t.now, actor="sato", action="approve"))
    with trail.database.read() as db:
        assert audit.verify(db, None).first is None
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
