"""Which source is right where a prompted model followed one and others say otherwise, and what is to be said of it.

A current page of the manuals is never outweighed here by a ticket or Slack, however new: those are written by anybody.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from agents.models.embedded.reading import AUTHORITY
from agents.stated import Stated, against, otherwise, outdated, standing


@dataclass(frozen=True)
class Dispute:
    """What is to be said: `key` of the phrase, the source that it quotes, and the other one."""

    key: str
    named: Stated
    other: Stated


def weighed(first: Stated, matter: Sequence[Stated]) -> list[Dispute]:
    """What is to be said when the model followed the first of these."""
    right = max(matter, key=lambda s: _weight(s, matter))
    if first.claim.differs(right.claim):
        return [Dispute(_behind(first, right), right, first)]
    agreeing = [s for s in matter if not s.claim.differs(right.claim)]
    made = []
    for other in against(matter, right, agreeing):
        mine = first if _weight(first, matter) > _weight(other, matter) else right
        made.append(Dispute(_ahead(mine, other), other, mine))
    return made


def _weight(one: Stated, matter: Sequence[Stated]) -> tuple[object, ...]:
    """Official before all else; that something was changed counts only from a source of no less authority."""
    official = one.passage.source == "manual" and not one.passage.superseded
    peers = [s for s in matter if _rank(s) >= _rank(one)]
    return official, not outdated(one, peers), *standing(one.passage, matter)


def _rank(one: Stated) -> int:
    return AUTHORITY.get(one.passage.source, 0)


def _ahead(mine: Stated, other: Stated) -> str:
    same = (mine.passage.superseded, _rank(mine), mine.passage.updated)
    if same == (other.passage.superseded, _rank(other), other.passage.updated):
        return "conflict_open"
    return otherwise(mine.passage, other.passage)


def _behind(first: Stated, right: Stated) -> str:
    mine, theirs = first.passage, right.passage
    if mine.superseded and not theirs.superseded:
        return "behind_replaced"
    if mine.updated and theirs.updated > mine.updated:
        return "behind_newer"
    return "behind_official" if _rank(right) > _rank(first) else "conflict_open"
