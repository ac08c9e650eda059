"""Which unit leads the answer when several could, and which sources say otherwise."""

from __future__ import annotations

from collections.abc import Sequence

from agents.models.embedded.answer_type import measures, value
from agents.models.embedded.ranking import Ranked
from agents.models.embedded.units import Unit
from agents.wording import Spoken, language_of, say

OWN_LANGUAGE = 0.9
"""Share of the best score that a unit in the question's language needs to lead."""
IN_DISPUTE = 0.65
"""Share of the best score above which units that state another number are about the same matter."""
MOST_SAID = 2


def settled(ranked: Sequence[Ranked], question: str) -> tuple[Ranked, list[Ranked]]:
    """The unit to answer with, and the units of less weight that state another number for the same matter.

    Of units in dispute the heaviest leads: current before superseded, manual before ticket before Slack, then newer.
    """
    best = _leader(ranked, language_of(question))
    if not value(_said(best.unit)):
        return best, []
    near = [r for r in ranked if r is not best and r.score >= best.score * IN_DISPUTE]
    matter = [best, *(r for r in near if _one_matter(best, r, question))]
    if len({value(_said(r.unit)) for r in matter}) == 1:
        return best, []
    heaviest = max(matter, key=lambda r: r.unit.passage.weight)
    mine, against = value(_said(heaviest.unit)), dict[str, Ranked]()
    agreeing = {r.unit.passage.document for r in ranked if value(_said(r.unit)) == mine}
    for other in matter:
        lighter = other.unit.passage.weight < heaviest.unit.passage.weight
        if lighter and other.unit.passage.document not in agreeing and _worth_saying(other.unit):
            against.setdefault(other.unit.passage.document, other)
    return heaviest, list(against.values())[:MOST_SAID]


def conflict_line(unit: Unit, language: Spoken) -> str:
    """The sentence about a source that says otherwise, with its date and marker."""
    passage = unit.passage
    key = "conflicting_old" if passage.superseded else "conflicting"
    quote = _said(unit).strip("| ").replace(" | ", " / ").rstrip("。.")
    said = say(language, key, date=passage.updated, title=passage.title, quote=quote)
    return said + f" [{passage.marker}]" + ("。" if language == "ja" else ".")


def _leader(ranked: Sequence[Ranked], language: Spoken) -> Ranked:
    fitting = [r for r in ranked if r.fits] or list(ranked)
    best = fitting[0]
    own = (r for r in fitting if r.unit.passage.language in (language, "und") and not r.unit.asks)
    near = next(own, best)
    return near if near.score >= best.score * OWN_LANGUAGE else best


def in_dispute(one: Ranked, other: Ranked, question: str) -> bool:
    """Whether two units of different documents give different numbers for one matter."""
    return _one_matter(one, other, question) and value(_said(one.unit)) != value(_said(other.unit))


def _one_matter(one: Ranked, other: Ranked, question: str) -> bool:
    """Whether two units of different documents each give a number for the same thing: nearly the same sentence, or, in
    another language or form, both answers to a question about a number, in the same measure."""
    a, b = one.unit, other.unit
    if a.passage.document == b.passage.document or not (value(_said(a)) and value(_said(b))):
        return False
    if a.passage.language == b.passage.language and a.kind == b.kind:
        return _same(a, b)
    asked = measures(question)
    return one.fits and other.fits and bool(asked) and measures(a.shown) >= asked <= measures(b.shown)


def _same(one: Unit, other: Unit) -> bool:
    """Whether two sentences differ in little but their numbers."""
    a, b = ({t for t in unit.terms if not t.isdigit()} for unit in (one, other))
    return bool(a and b) and len(a & b) / len(a | b) >= 0.5


def _worth_saying(unit: Unit) -> bool:
    """A manual, or a source that was replaced: what colleagues once wrote needs no correction."""
    return unit.passage.source == "manual" or unit.passage.superseded


def _said(unit: Unit) -> str:
    return unit.shown.splitlines()[-1]
