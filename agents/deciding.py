"""Words on which a statement turns: what it costs, whether one must, how many, and who. A sentence that puts "for free"
or another person into its source's words shares nearly all of them, so these words are compared by themselves."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import combinations
from pathlib import Path
from typing import Any, Literal

import yaml

from banso.gate.agreement import CLAUSE
from banso.knowledge.documents import Hit
from banso.knowledge.sentences import sentences
from banso.knowledge.support import REMEMBERED, foreign, likeness, words
from banso.knowledge.vocabulary import fold

FILE = Path(__file__).parent / "deciding.yaml"
LEAST = 2
"""Terms of its own from which a clause is compared by itself: 管理者は、 belongs to what follows."""
KEPT = 256
"""Passages whose clauses are kept: the sentences of an answer are compared with the same few."""
_PARTICLE = r"(?:だけ|のみ)?(から|まで|[がはもをにへのとで])"


@dataclass(frozen=True)
class Word:
    """One meaning. `there`: what a source may say for it; `general`: of a role that anybody may have."""

    said: re.Pattern[str]
    there: re.Pattern[str]
    general: bool = False


def decided(sentence: str, one: Hit) -> bool:
    """Whether the passage has each such word of the sentence where it says the same as the sentence."""
    if not (_named(sentence, "words") or _named(sentence, "roles")):
        return True
    return all(_priced(part, one) and _same_people(part, one) for part in _parts(sentence))


def _priced(said: str, one: Hit) -> bool:
    """Whether its nearest sentence, or what stands above that, has the words of cost, duty and number."""
    named = _named(said, "words")
    return not named or all(_listed("words")[name].there.search(_near(said, one)) for name in named)


def _same_people(said: str, one: Hit) -> bool:
    """Whether who does it is who does it there. Where the nearest words name nobody, the passage must elsewhere."""
    roles = _named(said, "roles")
    if not roles:
        return True
    parts = _sentences(one.text) if len(roles) > 1 else _clauses(one.text)
    nearest = "" if foreign(said, one) else _nearest(said, parts)
    there = _named(nearest, "roles")
    if _swapped(said, nearest, roles & there):
        return False
    special = {name for name in roles if not _listed("roles")[name].general}
    if there:
        return special <= there and bool(roles & there)
    return special <= _named(_whole(one), "roles")


def _swapped(said: str, there: str, both: frozenset[str]) -> bool:
    """Whether two people who stand in both have changed places."""
    if len(both) < 2:
        return False
    if not re.search(r"[ぁ-ん]", said):
        return _doer(said, both) != _doer(there, both)
    now, then = _marked(said), _marked(there)
    return any(
        {a, b} <= now.keys() & then.keys() and now[a] != now[b] and (now[a], now[b]) == (then[b], then[a])
        for a, b in combinations(sorted(both), 2)
    )


def _doer(text: str, roles: frozenset[str]) -> str:
    """Who of these does it in an English sentence: whoever stands behind "by", else first."""
    plain = fold(text)
    by = next((name for name in sorted(roles) if re.search(rf"\bby (?:an? |the )?{_role(name)}", plain)), "")
    return by or min(roles, key=lambda name: _place(name, plain))


def _place(name: str, text: str) -> int:
    found = _listed("roles")[name].said.search(text)
    return found.start() if found else len(text)


def _marked(text: str) -> dict[str, str]:
    """The particle behind each role of a Japanese sentence. は counts as が where nobody else has a が."""
    plain = fold(text)
    behind = {name: re.search(_role(name) + _PARTICLE, plain) for name in _listed("roles")}
    found = {name: match[1] for name, match in behind.items() if match}
    return found if "が" in found.values() else {name: "が" if mark == "は" else mark for name, mark in found.items()}


def _role(name: str) -> str:
    return f"(?:{_listed('roles')[name].said.pattern})"


def _near(said: str, one: Hit) -> str:
    """The nearest sentence of the passage below its headings, and the line that leads to it: "Only owners can:"."""
    if foreign(said, one):
        return fold(_whole(one))
    nearest = _nearest(said, _sentences(one.text))
    before = one.text[: one.text.find(nearest)].splitlines()
    leads = [line for line in before if line.rstrip().endswith((":", "："))][-1:]
    return fold("\n".join((one.title, *one.heading_path, one.table_head, *leads, nearest)))


def _nearest(said: str, parts: Sequence[str]) -> str:
    """The part that says the same, these words aside."""
    wanted = words(_without(said))
    return max(parts, key=lambda part: likeness(wanted, _without(part)), default="")


def _parts(text: str) -> Sequence[str]:
    """The clauses of a sentence; one with hardly a word of its own belongs to the next."""
    found, held, own = [], list[str](), set[str]()
    for clause in CLAUSE.split(text):
        held.append(clause)
        own |= words(_without(clause))
        if len(own) >= LEAST:
            found.append(" ".join(held))
            held, own = [], set()
    return [*found, " ".join(held)] if "".join(held).strip() else found


@lru_cache(KEPT)
def _clauses(text: str) -> tuple[str, ...]:
    return tuple(part for sentence in _sentences(text) for part in _parts(sentence))


@lru_cache(KEPT)
def _sentences(text: str) -> tuple[str, ...]:
    return tuple(text[start:end] for start, end in sentences(text)) or (text,)


@lru_cache(REMEMBERED)
def _named(text: str, kind: Literal["words", "roles"]) -> frozenset[str]:
    plain = fold(text)
    return frozenset(name for name, word in _listed(kind).items() if word.said.search(plain))


@lru_cache(REMEMBERED)
def _without(text: str) -> str:
    plain = fold(text)
    for word in (*_listed("words").values(), *_listed("roles").values()):
        plain = word.said.sub(" ", plain)
    return plain


def _whole(one: Hit) -> str:
    return "\n".join((one.title, *one.heading_path, one.table_head, one.text))


@cache
def _listed(kind: Literal["words", "roles"]) -> Mapping[str, Word]:
    rows: Mapping[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))[kind]
    return {name: _word(row) for name, row in rows.items()}


def _word(row: Mapping[str, Any]) -> Word:
    wider = "|".join(filter(None, (row["said"], row.get("or", ""))))
    return Word(re.compile(row["said"], re.I), re.compile(wider, re.I), bool(row.get("general", False)))
