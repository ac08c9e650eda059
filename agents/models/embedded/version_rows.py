"""What version and edition do to the units of an answer: what is about another one, or has a newer page beside it, is
worth less where a unit that fits says as much."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from agents.models.embedded.plan_rows import AS_NEAR
from agents.models.embedded.units import Unit
from banso.knowledge.editions import said_in

if TYPE_CHECKING:
    from agents.models.embedded.ranking import Ranked

MISFIT = -0.15
"""As much as for a replaced page."""


def worth_by_version(units: Sequence[Unit], words: Sequence[float]) -> list[float]:
    """What each unit loses. `words`: share of the question's term weight. Nothing where no page that says its
    own version or edition competes: one about another may be the only one that answers."""
    misfit = [_misfit(unit) for unit in units]
    fits = [not odd and bool(u.passage.version or u.passage.edition) for u, odd in zip(units, misfit, strict=True)]
    best = max((share for share, good in zip(words, fits, strict=True) if good), default=-1.0)
    return [MISFIT if odd and best >= share * AS_NEAR else 0.0 for share, odd in zip(words, misfit, strict=True)]


def beside_fitting(best: Ranked, ranked: Sequence[Ranked]) -> list[Ranked]:
    """What may stand beside the best unit: where that is of a page of the version sought, nothing of other ones. The
    steps of two versions are no procedure."""
    page = best.unit.passage
    if page.misfit or not (page.version or page.edition):
        return list(ranked)
    return [one for one in ranked if not one.unit.passage.misfit]


def _misfit(unit: Unit) -> bool:
    """Whether the unit's page is not the one sought, or its own words or heading are about the other edition."""
    passage = unit.passage
    if passage.misfit:
        return True
    return bool(passage.other_edition) and not said_in(f"{unit.heading}\n{unit.shown}") - {passage.other_edition}
