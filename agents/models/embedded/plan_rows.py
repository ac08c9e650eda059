"""What a customer's plan does to the units of an answer: what is about their plan is worth more, what is about another
plan alone less, and its row in a table by plan takes the place of words about another one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from agents.models.embedded.units import Unit
from banso.knowledge.plans import Plans

if TYPE_CHECKING:
    from agents.models.embedded.ranking import Ranked

OWN_PLAN, OTHER_PLAN = 0.08, -0.08
"""For a unit about the plan that the customer is on, and for one about another plan alone."""
OWN_ROW, OTHER_ROW = 0.2, -0.2
"""The same for a row that begins with the plan."""
AS_NEAR, LEAST_WORDS = 0.5, 0.4
"""Share of a unit's words that one about another plan needs before the two compete: that a feature belongs to another
plan may be the answer, and a page that happens to name the own one is not better for it. And the share of the
question's terms that a row, with its headings, must hold to be shown."""


def worth_by_plan(question: str, units: Sequence[Unit], words: Sequence[float], plans: Plans) -> list[float]:
    """What each unit gains or loses. `words`: share of the question's term weight. Nothing where the question names a
    plan itself."""
    if not plans.own or plans.named(question):
        return [0.0] * len(units)
    named = [plans_of(unit, plans) for unit in units]
    own = max((share for share, names in zip(words, named, strict=True) if plans.own in names), default=-1.0)
    elsewhere = [share for share, names in zip(words, named, strict=True) if names and plans.own not in names]
    other = max(elsewhere, default=-1.0)
    worth = []
    for unit, share, names in zip(units, words, named, strict=True):
        row = bool(plans.named(_first_cell(unit)))
        contested = (other if plans.own in names else own) >= share * AS_NEAR
        gains, loses = (OWN_ROW, OTHER_ROW) if row else (OWN_PLAN, OTHER_PLAN)
        worth.append((gains if plans.own in names else loses) if names and contested else 0.0)
    return worth


def with_own_row(chosen: Sequence[Ranked], ranked: Sequence[Ranked], question: str, plans: Plans) -> list[Ranked]:
    """The chosen units; when some are about another plan and none about the customer's, the best row of theirs stands
    in their place."""
    if not plans.own or plans.named(question):
        return list(chosen)
    about = [plans_of(one.unit, plans) for one in chosen]
    if not any(about) or any(plans.own in names for names in about):
        return list(chosen)
    rows = (one for one in ranked if plans.own in plans.named(_first_cell(one.unit)) and one.words >= LEAST_WORDS)
    row = next(rows, None)
    return [row, *(one for one, names in zip(chosen, about, strict=True) if not names)] if row else list(chosen)


def plans_of(unit: Unit, plans: Plans) -> frozenset[str]:
    """The plans that a unit names; without any, those of the nearest heading that names some. A row stands for the
    plans in it, or in the names of its columns."""
    last = unit.shown.splitlines()[-1]
    around = (last, unit.shown, unit.heading, *reversed(unit.passage.heading), unit.passage.title)
    return next((names for text in around if (names := plans.named(text))), frozenset())


def _first_cell(unit: Unit) -> str:
    """The cell by which a row of a table is found; empty for what is no row."""
    return unit.shown.splitlines()[-1].strip("| ").split("|")[0] if unit.kind == "table" else ""
