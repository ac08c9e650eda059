"""The audit chain tells which line was changed, dropped, cut or rewritten."""

from __future__ import annotations

import pytest

from banso.review import audit
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
    assert problems(trail) == ("line 4: changed",)


def test_a_dropped_line_is_named(trail: World) -> None:
    trail.sql("DELETE FROM audit WHERE seq = 5")
    assert "line 5: missing (the next one is line 6)" in problems(trail)


def test_a_cut_end_is_seen_by_the_head_only(trail: World) -> None:
    trail.sql("DELETE FROM audit WHERE seq > 10")
    assert problems(trail) == (
        "line 11: cut (the head file names it)",
        "line 12: cut (the head file names it)",
    )
    with trail.database.read() as db:
        assert audit.verify(db, None).problems == ()


def test_a_trail_written_anew_is_seen_by_the_head_only(trail: World) -> None:
    trail.sql("DELETE FROM audit")
    keep = audit.Head(0, "")
    for _ in range(12):
        keep = trail.store.write(lambda t: audit.append(t.db, at=t.now, actor="sato", action="approve"))
    with trail.database.read() as db:
        assert audit.verify(db, None).problems == ()
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
