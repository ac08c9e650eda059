"""Whether a sentence tells what was true once: a source says that it was replaced, or a newer one says otherwise.

Four signs, each in public text: a source names the sentence's own amount as the former one ("60 before version 3.2"); it
names the sentence's menu or feature as gone; a newer source gives another amount of the same measure for the same thing;
the source that carries the sentence is an older copy of a newer page, which no longer says it.
"""

# ruff: noqa: E501 - one pattern a line reads as a table
from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from banso.gate.remembered import sentences, words
from banso.knowledge.amounts import Claim, claims, topic_of
from banso.knowledge.documents import Hit
from banso.knowledge.vocabulary import plain

_N = r"(?<![\d.])(\d++(?:\.\d++)?+)\s*([^\s\d,、。()|*]{0,12})"
_FORMER = (
    re.compile(rf"\bfrom {_N}[^.;。]{{0,12}}? to (?=\d)"),
    re.compile(rf"(?:改定前|変更前|それまでは?|これまでは?|以前は?|従来は?)[^\d。]{{0,12}}{_N}"),
    re.compile(rf"{_N}\s*(?:\w+ ){{0,2}}(?:before\b|until then|previously|formerly)"),
    re.compile(rf"(?:instead of|up from|down from|previously|formerly|used to be|rather than) {_N}"),
    re.compile(rf"{_N}\s*(?:→|->|⇒|から)\s*(?=\d)"),
)
_GONE = re.compile(
    r"廃止|終了しました|なくなりました|移りました|移動しました|使えなくなりました|\b(?:is|are|was|were|has been|have been) (?:gone|removed|retired|moved|discontinued|replaced)\b|\bno longer\b"
)
_COUNTED = re.compile(r"(?<![\d.-])(\d{1,6})(?!\d)\s*(枚|個|台|通|本|箇所|か所|つ|項目)(?!目)")
_TOWARDS = re.compile(r"(?:に|へ|\bto)[^\w]*$|(?:に|へ)移")
_PAST = re.compile(
    r"廃止|終了|なくなり|以前|これまで|それまで|改定前|変更前|従来|当時|かつて|旧|までは|までの|\b(?:gone|removed|retired|moved|before|until|previously|formerly|no longer|used to|was|were|old|existing|keep|from \d+ to)\b|→|instead of"
)
"""The sentence itself speaks of what was."""
_PATH = re.compile(r"(?<![\w・])[\w・]++(?:\s{0,2}>\s{0,2}[\w・]++(?: (?!page|menu|to|and|in)[a-z][a-z-]*+)*+)++")
LONGEST = 600
"""Characters of a sentence that can state something; longer ones are data, on which patterns would take minutes."""
NEAR_BY = 30
"""Characters between the name of a menu and the words that it is gone."""
COPY = 0.8
"""Share of a page's terms that a later version of it still has."""
TOLD, DROPPED = 0.6, 0.15
"""Likeness (Dice) from which a sentence of a page is the claim's own, and what a copy without it falls short by."""
SAME = 0.5
"""Share of the terms that say of what, from which two amounts are about one thing."""


@dataclass(frozen=True)
class Stated:
    """One sentence of a passage, as patterns see it."""

    hit: Hit
    said: str
    about: frozenset[str]


def outdated(claim: str, carrying: Sequence[Hit], among: Sequence[Hit]) -> Hit | None:
    """The source that says that the claim no longer holds; None when none does. `carrying`: what carries the claim."""
    said = plain(claim)
    if len(claim) > LONGEST or _PAST.search(said):
        return None
    mine = _valid(claim)
    about = topic_of(said)
    for one in _statements(among):
        if _replaced(mine, about, one) or _left(said, one):
            return one.hit
    return next(_contrary(claim, mine, carrying, among), None) or _newer_copy(claim, carrying, among)


def _valid(text: str) -> list[Claim]:
    """Amounts; a bare count says too little to compare."""
    return [one for one in claims(text) if one.kind != "count" or one.per]


def _counted(text: str) -> dict[str, frozenset[str]]:
    """Counts of a text by their counter: {"枚": {"2"}}."""
    found: dict[str, frozenset[str]] = {}
    for number, counter in _COUNTED.findall(plain(text)):
        found[counter] = found.get(counter, frozenset()) | {number}
    return found


def _statements(hits: Sequence[Hit]) -> Iterator[Stated]:
    for hit in hits:
        for said in _looking_back(hit.text) if not hit.superseded_by else ():
            yield Stated(hit, said, _about(f"{said} {' '.join(hit.heading_path)} {hit.title}"))


@lru_cache(2048)
def _looking_back(text: str) -> tuple[str, ...]:
    """The sentences of a passage that speak of what was."""
    found = (_plain(text[start:end][:LONGEST]) for start, end in sentences(text))
    return tuple(said for said in found if _PAST.search(said))


def _replaced(mine: Sequence[Claim], about: frozenset[str], one: Stated) -> bool:
    """Whether the statement names one of these amounts as the former one of the same thing, and another as the new."""
    if not about & one.about or not mine:
        return False
    now = set(re.findall(r"\d+(?:\.\d+)?", one.said))
    for pattern in _FORMER:
        for number, _unit in pattern.findall(one.said):
            fits = any(_equal(claim.value, number) for claim in mine)
            if fits and now - {number} and _one_thing(about, one.about):
                return True
    return False


def _left(said: str, one: Stated) -> bool:
    """Whether the statement says that the sentence's menu is gone."""
    if not _GONE.search(one.said):
        return False
    for path in _PATH.findall(said):
        wanted = _steps(path)
        for other in _PATH.finditer(one.said):
            before = _steps(other.group())
            near = _GONE.search(one.said, other.end())
            between = one.said[other.end() : near.start()] if near else ""
            same = len(before) > 1 and wanted[-len(before) :] == before
            if same and near and len(between) < NEAR_BY and not _TOWARDS.search(between):
                return True
    return False


def _contrary(claim: str, mine: Sequence[Claim], carrying: Sequence[Hit], among: Sequence[Hit]) -> Iterator[Hit]:
    """Newer pages that state another amount of one measure about the same thing."""
    counted, wanted = _counted(claim), set(words(claim))
    best = max(carrying, key=lambda hit: _nearest(wanted, hit), default=None)
    if best is None or best.updated_at is None or not (mine or counted):
        return
    for hit in among:
        if hit.superseded_by or hit.document_id == best.document_id or not _later(hit, best.updated_at):
            continue
        for start, end in sentences(hit.text):
            theirs = _claims(hit.text[start:end][:LONGEST])
            pairs = [(a, b) for a in mine for b in theirs if a.measures_as(b) and a.about and a.about == b.about]
            if pairs and all(a.differs(b) for a, b in pairs):
                yield hit
            if counted and _otherwise(claim, counted, hit.text[start:end][:LONGEST]):
                yield hit


def _otherwise(claim: str, counted: dict[str, frozenset[str]], other: str) -> bool:
    """Whether another sentence counts the same thing and comes to another number."""
    theirs = _counted(other)
    unlike = any(counter in theirs and not numbers & theirs[counter] for counter, numbers in counted.items())
    return unlike and _one_thing(_about(plain(claim)), _about(plain(other)))


def _newer_copy(claim: str, carrying: Sequence[Hit], among: Sequence[Hit]) -> Hit | None:
    """A later page with nearly all the words of the one that carries the claim, which does not carry it."""
    wanted = set(words(claim))
    best = max(carrying, key=lambda hit: _nearest(wanted, hit), default=None)
    if best is None or best.updated_at is None or (near := _nearest(wanted, best)) < TOLD:
        return None
    mine = words(best.text)
    for hit in among:
        copy = hit.document_id != best.document_id and len(mine & words(hit.text)) >= COPY * len(mine)
        if copy and _later(hit, best.updated_at) and not hit.superseded_by and _nearest(wanted, hit) <= near - DROPPED:
            return hit
    return None


def _nearest(wanted: set[str], hit: Hit) -> float:
    """Likeness of the passage's nearest sentence."""
    near = (words(hit.text[start:end]) for start, end in sentences(hit.text))
    return max((2 * len(wanted & there) / (len(wanted) + len(there) or 1) for there in near), default=0.0)


def _later(hit: Hit, than: datetime) -> bool:
    return hit.updated_at is not None and hit.updated_at > than


def _one_thing(mine: frozenset[str], theirs: frozenset[str]) -> bool:
    return len(mine & theirs) >= SAME * len(mine)


def _equal(one: str, other: str) -> bool:
    return float(one) == float(other)


def _steps(path: str) -> tuple[str, ...]:
    return tuple(step.strip(" *`「」") for step in re.split(r"\s*>\s*", path))


@lru_cache(4096)
def _plain(text: str) -> str:
    return plain(text)


@lru_cache(4096)
def _about(text: str) -> frozenset[str]:
    return topic_of(text)


@lru_cache(4096)
def _claims(text: str) -> tuple[Claim, ...]:
    return tuple(_valid(text))
