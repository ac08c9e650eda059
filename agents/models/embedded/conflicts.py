"""Which unit leads the answer when several could, and which sources say otherwise."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from agents.models.embedded.ranking import Ranked
from agents.models.embedded.reading import AUTHORITY, Passage
from agents.wording import Spoken, language_of, say
from banso.knowledge.amounts import Claim, claims, topic_of, with_sounds
from banso.knowledge.vocabulary import content_terms

OWN_LANGUAGE = 0.9
"""Share of the best score that a unit in the question's language needs to lead."""
IN_DISPUTE = 0.45
"""Share of the best score above which units that state another number are about the same matter."""
MOST_SAID = 2
OF_RANK = 0.1
"""What a step of authority adds to the score when several agree and one must lead."""
DAYS_OF_RANK = 180
"""So much newer must a ticket be than a manual, or Slack than a ticket, to be believed against it."""


@dataclass(frozen=True)
class Stated:
    """What a unit states in answer to the question."""

    by: Ranked
    claim: Claim

    @property
    def passage(self) -> Passage:
        """Where it stands."""
        return self.by.unit.passage


def settled(ranked: Sequence[Ranked], question: str, language: Spoken) -> tuple[Ranked, list[str]]:
    """The unit to answer with, and a line in `language` for each source of less weight that states another number for
    the same matter.

    What a later source says was changed ("from 60 to 120") is outdated; of the rest a current source comes before a
    superseded one, then the newer, where each step of authority (manual, ticket, Slack) is worth half a year.
    """
    best = _leader(ranked, language_of(question))
    first = stated(best, question)
    if first is None:
        return best, []
    near = [s for r in ranked if r.score >= best.score * IN_DISPUTE and (s := stated(r, question))]
    matter = [first, *(s for s in near if s.by is not best and one_matter(first, s, question))]
    right = max(matter, key=lambda s: (not _outdated(s, matter), *_standing(s.passage, matter)))
    agreeing = [s for s in matter if not s.claim.differs(right.claim)]
    lead = max(agreeing, key=lambda s: (not s.passage.superseded, _leads(s, question)))
    against = list(_against(matter, right, agreeing))
    newer = [lead if lead.passage.updated > other.passage.updated else right for other in against]
    return lead.by, [_line(o, mine, language) for o, mine in zip(against, newer, strict=True)]


def stated(one: Ranked, question: str) -> Stated | None:
    """The amount in the unit that is about what the question is about; None when it states none, or several of one
    measure about the same thing, as a row with a good and a bad value does."""
    found = claims(one.unit.shown, one.unit.kind) if one.fits and not one.unit.asks else []
    asked = topic_of(question)
    near = {c: len(c.about & asked) - len(c.about - asked) * 0.1 for c in found}
    best = [c for c in found if near[c] == max(near.values())]
    return Stated(one, best[0]) if best and not any(c.measures_as(best[0]) for c in best[1:]) else None


def one_matter(one: Stated, other: Stated, question: str) -> bool:
    """Whether two documents give an amount for one thing: the same measure, a subject that the question names, nothing
    that only one of them is about, and whatever of the question the one covers, the other covers too. In doubt they do
    not: a conflict that is none costs more trust than one that nobody named."""
    a, b, asked = one.claim, other.claim, topic_of(question)
    if one.passage.document == other.passage.document or not a.measures_as(b):
        return False
    if one.passage.language != other.passage.language:
        heard_a, heard_b = ({t for t in claim.about if t.startswith("~")} for claim in (a, b))
        return bool(asked & heard_a & heard_b) and not asked & heard_a - _passage_terms(other.passage)
    if not asked & a.about & b.about or min(len(asked & _around(s)) for s in (one, other)) * 2 < len(asked):
        return False
    if a.about - asked - _around(other) or b.about - asked - _around(one):
        return False
    return (asked & _around(one)) <= _passage_terms(other.passage)


def in_dispute(one: Ranked, other: Ranked, question: str) -> bool:
    """Whether two units give different amounts of one measure: said side by side they would puzzle the reader."""
    a, b = stated(one, question), stated(other, question)
    return bool(a and b) and a.claim.measures_as(b.claim) and a.claim.differs(b.claim)  # type: ignore[union-attr]


def outweighed(one: Ranked, every: Sequence[Ranked], question: str) -> bool:
    """Whether another source is right against this one."""
    first = stated(one, question)
    near = [s for r in every if r is not one and (s := stated(r, question))] if first else []
    matter = [first, *(s for s in near if one_matter(first, s, question))] if first else []
    right = max(matter, key=lambda s: (not _outdated(s, matter), *_standing(s.passage, matter)), default=None)
    return bool(first and right and first.claim.differs(right.claim))


def _outdated(one: Stated, matter: Sequence[Stated]) -> bool:
    """Whether a source that is not older says that this amount was replaced by another."""
    changes = (s for s in matter if s.claim.old is not None and s.claim.differs(one.claim))
    return any(s.claim.old == one.claim.amount and s.passage.updated >= one.passage.updated for s in changes)


def _standing(passage: Passage, matter: Sequence[Stated]) -> tuple[bool, float, int]:
    """A source without a date counts as old as the oldest."""
    dates = sorted(s.passage.updated for s in matter if s.passage.updated)
    on = date.fromisoformat(passage.updated or dates[0]).toordinal() if dates else 0
    rank = AUTHORITY.get(passage.source, 0) + (passage.status in ("solved", "closed")) / 2
    return not passage.superseded, on + rank * DAYS_OF_RANK, len(passage.updated)


def _leads(one: Stated, question: str) -> tuple[bool, float]:
    own = one.passage.language in (language_of(question), "und")
    return own, one.by.score + AUTHORITY.get(one.passage.source, 0) * OF_RANK


def _against(matter: Sequence[Stated], right: Stated, agreeing: Sequence[Stated]) -> Iterator[Stated]:
    """Sources that say otherwise and that somebody may rely on: manuals, replaced sources, and what is newer."""
    heard = {s.passage.document for s in agreeing}
    said = 0
    for one in sorted(matter, key=lambda s: _standing(s.passage, matter), reverse=True):
        relied_on = one.passage.source == "manual" or one.passage.superseded
        if one.passage.document in heard or said == MOST_SAID or not one.claim.differs(right.claim):
            continue
        if relied_on or one.passage.updated > right.passage.updated:
            heard.add(one.passage.document)
            said += 1
            yield one


def _line(other: Stated, right: Stated, language: Spoken) -> str:
    """The sentence about a source that says otherwise: both dates, both markers, and why the other was believed."""
    mine, theirs = right.passage, other.passage
    key = "conflict_newer" if mine.updated and mine.updated > theirs.updated else "conflict_official"
    key = "conflict_replaced" if theirs.superseded else key
    quote = other.by.unit.shown.splitlines()[-1].strip("| ").replace(" | ", " / ").rstrip("。.")
    said = say(
        language, key, date=theirs.updated or say(language, "undated"), title=theirs.title, quote=quote,
        mine=mine.updated or say(language, "undated"), value=right.claim.value,
    )  # fmt: skip
    return f"{said} [{theirs.marker}] [{mine.marker}]" + ("。" if language == "ja" else ".")


def _leader(ranked: Sequence[Ranked], language: Spoken) -> Ranked:
    fitting = [r for r in ranked if r.fits] or list(ranked)
    best = fitting[0]
    own = (r for r in fitting if r.unit.passage.language in (language, "und") and not r.unit.asks)
    near = next(own, best)
    return near if near.score >= best.score * OWN_LANGUAGE else best


def _around(one: Stated) -> frozenset[str]:
    """The terms of a unit with its title and headings."""
    unit = one.by.unit
    return _terms(" ".join((unit.shown, unit.heading, unit.passage.title, *unit.passage.heading)))


def _passage_terms(passage: Passage) -> frozenset[str]:
    return _terms(" ".join((passage.text, passage.title, *passage.heading)))


def _terms(text: str) -> frozenset[str]:
    return with_sounds(content_terms(text))
