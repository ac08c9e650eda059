"""What is known about a passage found for a question, as numbers between 0 and 1: what the ranker weighs, and what a
team reads when it asks why a passage stands where it stands."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from banso.core.language import language_of
from banso.knowledge.loanwords import sound
from banso.knowledge.terms import terms

RARE = 3
"""Terms of a question, heaviest first, that say most about what it asks."""
_CODE = re.compile(
    r"[A-Za-z]{1,8}-?\d{2,}(?:[-.]\d+)*|v?\d+(?:\.\d+)+|\w+\.(?:[a-z]{2,5})\b"
    r"|[A-Z][A-Z0-9]*_[A-Z0-9_]+|[a-z]+[A-Z]\w+"
)
_QUOTED = re.compile(
    r"「([^「」\n]{2,60})」|『([^『』\n]{2,60})』|“([^“”\n]{2,60})”|\"([^\"\n]{2,60})\"|`([^`\n]{2,60})`"
)
_KATAKANA = re.compile(r"[ァ-ヺー]{3,}")
_LATIN = re.compile(r"[a-z]{3,}")


class Features(NamedTuple):
    """All in [0, 1]; higher is more, not always better."""

    fused: float
    """The convex fusion of words and meaning."""
    words: float
    """BM25 beside the best and the worst found by words; 0 when not found by words."""
    meaning: float
    """Cosine with what is the question's own, beside the nearest and the farthest; 0 when not found by meaning."""
    among_own: float
    """The same beside the nearest and the farthest of its own language: text in another language is farther from every
    question."""
    first_by_words: float
    """1 / rank by words."""
    first_by_meaning: float
    """1 / rank by meaning."""
    coverage: float
    """Share of the question's term weight (idf) in title, headings and text."""
    rare: float
    """The same of its heaviest terms."""
    title: float
    """The same in the title alone."""
    exact: float
    """Share of its codes, versions, file names and quotes that stand there."""
    sounds: float
    """Share of its katakana or Latin words whose loan in the other script stands there, in the other language."""
    foreign: float
    """1 for a passage in another language than the question's."""
    unsolved: float
    """1 for another customer's ticket that nobody has solved: it asks what is asked, and does not answer."""


class Question:
    """A question, taken apart once for all its passages."""

    def __init__(self, query: str, weights: Mapping[str, float]) -> None:
        self.weights = weights
        self.whole = sum(weights.values())
        heavy = sorted(weights.values(), reverse=True)[:RARE]
        self.rare = {term: weight for term, weight in weights.items() if heavy and weight >= heavy[-1]}
        self.exact = frozenset(_exact(query))
        self.language = language_of(query)
        self.sounds = _sounds(query, self.language)

    def share(self, there: frozenset[str]) -> float:
        """Share of the question's term weight."""
        found = sum(weight for term, weight in self.weights.items() if term in there)
        return found / self.whole if self.whole else 0.0


class Signals(NamedTuple):
    """What the retrievers say of one passage, each in [0, 1], ranks from 1 (0: not found)."""

    fused: float
    words: float
    meaning: float
    among_own: float
    words_rank: int
    meaning_rank: int


class Measured(NamedTuple):
    """A passage's terms, kept from one question to the next."""

    there: frozenset[str]
    title: frozenset[str]


def features(question: Question, row: Mapping[str, Any], signals: Signals, *, unsolved: bool) -> Features:
    """The features of a stored passage (fields of Hit) for a question. `unsolved`: see `unsolved_among`."""
    seen = measured(row["title"], tuple(row["heading_path"]), row["text"])
    foreign = row["language"] not in (question.language, "und") and question.language != "und"
    folded = unicodedata.normalize("NFKC", row["text"]).casefold() if question.exact or question.sounds else ""
    return Features(
        fused=signals.fused,
        words=signals.words,
        meaning=signals.meaning,
        among_own=signals.among_own,
        first_by_words=1 / signals.words_rank if signals.words_rank else 0.0,
        first_by_meaning=1 / signals.meaning_rank if signals.meaning_rank else 0.0,
        coverage=question.share(seen.there),
        rare=_weighed(question.rare, seen.there),
        title=question.share(seen.title),
        exact=_exact_share(question.exact, f"{row['title']}\n{folded}".casefold()),
        sounds=_sound_share(question, row, folded) if foreign else 0.0,
        foreign=float(foreign),
        unsolved=float(unsolved),
    )


def unsolved_among(rows: Mapping[str, Mapping[str, Any]], account: str) -> frozenset[str]:
    """Ids of the passages of open tickets, but those of the account that is asked about: what is open there is asked
    for. A ticket of unknown status counts where others of its export are known to be solved."""
    tickets = {one: row for one, row in rows.items() if row["source"] == "ticket"}
    telling = {row["collection"] for row in tickets.values() if row["status"] in {"solved", "closed"}}
    return frozenset(
        one
        for one, row in tickets.items()
        if (row["status"] == "open" or (row["status"] == "unknown" and row["collection"] in telling))
        and not (account and row["account"] == account)
    )


@lru_cache(maxsize=4096)
def measured(title: str, headings: tuple[str, ...], text: str) -> Measured:
    """The terms of a passage. Cached: the passages of one question are read again by the next."""
    in_title = frozenset(terms(title))
    return Measured(in_title.union(terms("\n".join((*headings, text)))), in_title)


def _weighed(weights: Mapping[str, float], there: frozenset[str]) -> float:
    whole = sum(weights.values())
    return sum(weight for term, weight in weights.items() if term in there) / whole if whole else 0.0


def _exact(query: str) -> list[str]:
    plain = unicodedata.normalize("NFKC", query)
    quoted = [next(part for part in found if part) for found in _QUOTED.findall(plain)]
    return [one.casefold() for one in (*quoted, *_CODE.findall(plain))]


def _exact_share(exact: frozenset[str], folded: str) -> float:
    return sum(one in folded for one in exact) / len(exact) if exact else 0.0


def _sounds(query: str, language: str) -> frozenset[str]:
    plain = unicodedata.normalize("NFKC", query).casefold()
    words = _KATAKANA.findall(plain) if language == "ja" else _LATIN.findall(plain)
    return frozenset(heard for word in words if (heard := sound(word)))


def _sound_share(question: Question, row: Mapping[str, Any], folded: str) -> float:
    if not question.sounds:
        return 0.0
    words = (_LATIN if question.language == "ja" else _KATAKANA).findall(f"{row['title'].casefold()}\n{folded}")
    heard = {sound(word) for word in words}
    return len(question.sounds & heard) / len(question.sounds)


def ranks(scores: Mapping[str, float]) -> dict[str, int]:
    """Place from 1, best first."""
    return {one: place for place, one in enumerate(sorted(scores, key=lambda o: -scores[o]), 1)}
