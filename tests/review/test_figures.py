"""Figures against drafts whose fate is known."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banso.review.figures import GROUPS, OUTCOMES, as_rows, figures, words_changed
from banso.review.filing import Origin
from tests.review.conftest import World


def filed(w: World, model: str = "embedded/extractive") -> str:
    made = w.ledger.file(
        "A-1", "a@b.example", "件名", "設定をご確認ください。\n", (), "aoki", "th_1", origin=Origin(model=model)
    )
    return made.draft


def act(w: World, draft: str, what: str, who: str = "sato") -> None:
    now, reviewer = w.ledger.latest(draft), w.user(who)
    if what == "approve":
        w.ledger.approve(draft, now.version, now.hash, reviewer=reviewer)
    elif what == "edit":
        w.ledger.edit(draft, now.version, editor=w.user("baba"), subject="件名", body="設定をご覧ください。\n")
    elif what == "revoke":
        w.ledger.revoke(draft, reviewer=reviewer, reason="r")
    else:
        getattr(w.ledger, "return_" if what == "return" else what)(
            draft, now.version, now.hash, reviewer=reviewer, reason="r"
        )


@pytest.fixture
def known(world: World) -> World:
    """unchanged after 1 h, edited after 3 h, returned, rejected, revoked, expired, waiting."""
    steps = {1: [("approve", "sato")], 3: [("edit", ""), ("approve", "mori")], 5: [("return", "sato")],
             7: [("reject", "sato")], 9: [("approve", "sato"), ("revoke", "sato")]}  # fmt: skip
    late = filed(world)
    world.later(hours=80)
    for hours, actions in steps.items():
        draft = filed(world, "openai/gpt-5-mini" if hours == 3 else "embedded/extractive")
        world.later(hours=hours)
        for what, who in actions:
            act(world, draft, what, who or "sato")
    filed(world)
    assert world.ledger.state(late) == "expired"
    return world


def test_each_outcome_once(known: World) -> None:
    (line,) = figures(known.database, "all", "Asia/Tokyo", known.clock)
    assert line.n == 7 and set(line.counts.values()) == {1}
    assert sum(line.shares.values()) == pytest.approx(1)
    assert line.sent_back == pytest.approx(1 / 7)
    assert (line.median_hours, line.decided) == (5.0, 5)
    assert line.changed is not None and 0 < line.changed < 1


def test_by_model_reviewer_and_source(known: World) -> None:
    models = {line.group: line.n for line in figures(known.database, "model", "UTC", known.clock)}
    assert models == {"embedded/extractive": 6, "openai/gpt-5-mini": 1}
    reviewers = {line.group: line.n for line in figures(known.database, "reviewer", "UTC", known.clock)}
    assert reviewers == {"": 2, "mori": 1, "sato": 4}
    assert [line.group for line in figures(known.database, "source", "UTC", known.clock)] == [""]


def test_weeks_are_those_of_the_team(world: World) -> None:
    """Sunday 22:00 in London is Monday morning in Tokyo."""
    world.now = world.now.replace(month=4, day=5, hour=22)
    filed(world)
    assert [line.group for line in figures(world.database, "week", "Asia/Tokyo", world.clock)] == ["2026-W15"]
    assert [line.group for line in figures(world.database, "week", "Europe/London", world.clock)] == ["2026-W14"]


def test_nothing_filed_is_no_line(world: World) -> None:
    world.ledger.file("A-1", "a@b.example", "s", "von Hand", (), "aoki", via="person")
    assert all(figures(world.database, by, "UTC", world.clock) == [] for by in GROUPS)


def test_a_name_that_is_a_formula_is_text(known: World) -> None:
    lines = figures(known.database, "all", "UTC", known.clock)
    rows = as_rows([lines[0].model_copy(update={"group": "=HYPERLINK(1)"})])
    assert rows[1][0] == "'=HYPERLINK(1)" and len(rows[0]) == len(rows[1])
    assert rows[0][2:9] == list(OUTCOMES)


@given(st.text(max_size=60), st.text(max_size=60))
def test_the_share_is_a_share(old: str, new: str) -> None:
    assert 0 <= words_changed(old, new) <= 1
    assert words_changed(old, old) == 0
    assert words_changed(old, new) == pytest.approx(words_changed(new, old), abs=0.5)


def test_no_word_in_common_is_all() -> None:
    assert words_changed("Hello there", "さようなら") == 1
