"""What sources state for one thing, which of them is right, and the sentence about one that says otherwise. Every chat
model uses it: the embedded one while it chooses what to say, the others through `agents/disputes.py`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from agents.models.embedded.reading import AUTHORITY, Passage
from agents.models.embedded.units import Unit
from agents.wording import Spoken, say
from banso.knowledge.amounts import Claim, claims, topic_of, with_sounds
from banso.knowledge.vocabulary import content_terms

MOST_SAID = 2
DAYS_OF_RANK = 180
"""So much newer must a ticket be than a manual, or Slack than a ticket, to be believed against it."""


@dataclass(frozen=True)
class Stated:
    """What a unit states in answer to a question."""

    unit: Unit
    claim: Claim

    @property
    def passage(self) -> Passage:
        """Where it stands."""
        return self.unit.passage


Some = TypeVar("Some", bound=Stated)


def claim_about(unit: Unit, question: str) -> Claim | None:
    """The amount in the unit that is about what the question is about; None when it states none, or several of one
    measure about the same thing, as a row with a good and a bad value does."""
    found = claims(unit.shown, unit.kind) if not unit.asks else []
    asked = topic_of(question)
    near = {c: len(c.about & asked) - len(c.about - asked) * 0.1 for c in found}
    best = [c for c in found if near[c] == max(near.values())]
    return best[0] if best and not any(c.measures_as(best[0]) for c in best[1:]) else None


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


def weightiest(matter: Sequence[Some]) -> Some:
    """The source that is right.

    What a later source says was changed ("from 60 to 120") is outdated; of the rest a current source comes before a
    superseded one or one that is not for the version sought, then the newer, where each step of authority (manual,
    ticket, Slack) is worth half a year.
    """
    return max(matter, key=lambda s: (not outdated(s, matter), *standing(s.passage, matter)))


def outdated(one: Stated, matter: Sequence[Stated]) -> bool:
    """Whether a source that is not older says that this amount was replaced by another."""
    changes = (s for s in matter if s.claim.old is not None and s.claim.differs(one.claim))
    return any(s.claim.old == one.claim.amount and s.passage.updated >= one.passage.updated for s in changes)


def standing(passage: Passage, matter: Sequence[Stated]) -> tuple[bool, float, int]:
    """A source without a date counts as old as the oldest."""
    dates = sorted(s.passage.updated for s in matter if s.passage.updated)
    on = date.fromisoformat(passage.updated or dates[0]).toordinal() if dates else 0
    rank = AUTHORITY.get(passage.source, 0) + (passage.status in ("solved", "closed")) / 2
    return passage.current, on + rank * DAYS_OF_RANK, len(passage.updated)


def against(matter: Sequence[Some], right: Stated, agreeing: Sequence[Stated]) -> Iterator[Some]:
    """Sources that say otherwise and that somebody may rely on: manuals, replaced sources, and what is newer. What
    holds for customers on another version or edition is no conflict."""
    heard = {s.passage.document for s in agreeing}
    said = 0
    for one in sorted(matter, key=lambda s: standing(s.passage, matter), reverse=True):
        relied_on = one.passage.source == "manual" or one.passage.superseded
        if (
            one.passage.elsewhere
            or one.passage.document in heard
            or said == MOST_SAID
            or not one.claim.differs(right.claim)
        ):
            continue
        if relied_on or one.passage.updated > right.passage.updated:
            heard.add(one.passage.document)
            said += 1
            yield one


def otherwise(right: Passage, other: Passage) -> str:
    """The key of the phrase for a source that says otherwise than the right one: it was replaced, or is about an older
    version, or that is newer, or more official."""
    if other.superseded:
        return "conflict_replaced"
    if other.misfit:
        return "conflict_older_version"
    return "conflict_newer" if right.updated and right.updated > other.updated else "conflict_official"


def line(key: str, named: Stated, other: Stated, language: Spoken) -> str:
    """The sentence of this key that quotes the source `named` and gives what `other` states: both dates, both
    markers."""
    theirs, mine = named.passage, other.passage
    said = say(
        language, key, date=theirs.updated or say(language, "undated"), title=theirs.title,
        quote=quote_of(named.unit), mine=mine.updated or say(language, "undated"), value=other.claim.value,
    )  # fmt: skip
    return f"{said} [{theirs.marker}] [{mine.marker}]" + ("。" if language == "ja" else ".")


def quote_of(unit: Unit) -> str:
    """The words of a unit as a sentence quotes them; of a table, its row."""
    return unit.shown.splitlines()[-1].strip("| ").replace(" | ", " / ").rstrip("。.")


def _around(one: Stated) -> frozenset[str]:
    """The terms of a unit with its title and headings."""
    unit = one.unit
    return _terms(" ".join((unit.shown, unit.heading, unit.passage.title, *unit.passage.heading)))


def _passage_terms(passage: Passage) -> frozenset[str]:
    return _terms(" ".join((passage.text, passage.title, *passage.heading)))


def _terms(text: str) -> frozenset[str]:
    return with_sounds(content_terms(text))
