"""Which unit leads the answer when several could, and which sources say otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from agents.models.embedded.ranking import Ranked
from agents.models.embedded.reading import AUTHORITY
from agents.stated import Stated, against, claim_about, line, one_matter, otherwise, weightiest
from agents.wording import Spoken, language_of

OWN_LANGUAGE = 0.9
"""Share of the best score that a unit in the question's language needs to lead."""
IN_DISPUTE = 0.45
"""Share of the best score above which units that state another number are about the same matter."""
OF_RANK = 0.1
"""What a step of authority adds to the score when several agree and one must lead."""


@dataclass(frozen=True)
class RankedStated(Stated):
    """What a ranked unit states in answer to the question."""

    by: Ranked


def settled(ranked: Sequence[Ranked], question: str, language: Spoken) -> tuple[Ranked, list[str]]:
    """The unit to answer with, and a line in `language` for each source of less weight that states another number for
    the same matter."""
    best = _leader(ranked, language_of(question))
    first = stated(best, question)
    if first is None:
        return best, []
    near = [s for r in ranked if r.score >= best.score * IN_DISPUTE and (s := stated(r, question))]
    matter = [first, *(s for s in near if s.by is not best and one_matter(first, s, question))]
    right = weightiest(matter)
    agreeing = [s for s in matter if not s.claim.differs(right.claim)]
    lead = max(agreeing, key=lambda s: (s.passage.current, _leads(s, question)))
    others = list(against(matter, right, agreeing))
    newer = [lead if lead.passage.updated > other.passage.updated else right for other in others]
    lines = [line(otherwise(r.passage, o.passage), o, r, language) for o, r in zip(others, newer, strict=True)]
    return lead.by, lines


def stated(one: Ranked, question: str) -> RankedStated | None:
    """What the unit states, where it is of the kind that was asked for."""
    claim = claim_about(one.unit, question) if one.fits else None
    return RankedStated(one.unit, claim, one) if claim else None


def in_dispute(one: Ranked, other: Ranked, question: str) -> bool:
    """Whether two units give different amounts of one measure: said side by side they would puzzle the reader."""
    a, b = stated(one, question), stated(other, question)
    return bool(a and b) and a.claim.measures_as(b.claim) and a.claim.differs(b.claim)  # type: ignore[union-attr]


def outweighed(one: Ranked, every: Sequence[Ranked], question: str) -> bool:
    """Whether another source is right against this one."""
    first = stated(one, question)
    near = [s for r in every if r is not one and (s := stated(r, question))] if first else []
    matter = [first, *(s for s in near if one_matter(first, s, question))] if first else []
    right = weightiest(matter) if matter else None
    return bool(first and right and first.claim.differs(right.claim))


def _leads(one: RankedStated, question: str) -> tuple[bool, float]:
    own = one.passage.language in (language_of(question), "und")
    return own, one.by.score + AUTHORITY.get(one.passage.source, 0) * OF_RANK


def _leader(ranked: Sequence[Ranked], language: Spoken) -> Ranked:
    fitting = [r for r in ranked if r.fits] or list(ranked)
    best = fitting[0]
    own = (r for r in fitting if r.unit.passage.language in (language, "und") and not r.unit.asks)
    near = next(own, best)
    return near if near.score >= best.score * OWN_LANGUAGE else best
