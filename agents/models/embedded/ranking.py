"""Which units answer the question: meaning (cosine), words (weighted), the kind of answer wanted, and authority."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol

import numpy as np

from agents.models.embedded.answer_type import answer_pattern
from agents.models.embedded.direction import opposite, ways
from agents.models.embedded.plan_rows import worth_by_plan
from agents.models.embedded.reading import Passage
from agents.models.embedded.units import Unit, units
from agents.models.embedded.version_rows import worth_by_version
from agents.wording import language_of
from banso.knowledge.ground import Ground
from banso.knowledge.plans import NO_PLANS, Plans
from banso.knowledge.synonyms import NONE, Synonyms, widened
from banso.knowledge.vocabulary import codes_in, content_terms, equal_terms, plain, same_as, term_set


class Embeds(Protocol):
    """The part of an embedder that ranking needs: unit vectors, one row a text."""

    def passages(self, texts: Sequence[str]) -> np.ndarray: ...  # noqa: D102
    def queries(self, texts: Sequence[str]) -> np.ndarray: ...  # noqa: D102
    def __hash__(self) -> int: ...  # noqa: D105


MEASURED = 24
MEASURED_FOREIGN = 12
FOREIGN_WORDS = 0.4
LONGEST_MEASURED = 200
"""Units whose meaning is measured, and their characters: an e5 sentence costs about 20 ms on one core."""
UNLIKE, ALIKE = 0.05, 0.22
"""Nearness of e5-small to what is the question's own (`Ground`): of an unrelated and of an answering sentence."""
FITS, FITS_NOT = 0.10, -0.12
"""For a unit that holds the kind of answer asked for (a number of days, an amount), and for one that does not."""
_OF_VOICE = {"customer": -0.3, "support": 0.02, "resolution": 0.06, "asker": -0.2, "reply": 0.05}
_OF_SOURCE = {"manual": 0.08, "crm": 0.08, "ticket": 0.0, "slack": -0.04}
TELLING, FEW = 1.0, 3
"""A question with a code and hardly a telling word beside it is about the code itself."""
NAMED, NAMED_NOT, LEAST_NAME = 0.06, -0.06, 4
"""For a unit that mentions a product the question names, and one that does not."""
WAY_BACK = -0.5
"""For a unit, or its headings, about the opposite direction of what was asked."""
ECHO = -0.35
"""For a unit that only says the question over again."""
_ASKS_FOR_CODE = re.compile(r"例|サンプル|コマンド|ヘッダー|sample|example|snippet|command|curl|json|header", re.I)


@dataclass(frozen=True)
class Ranked:
    """A unit with its scores, each 0 to 1: `words` is the share of the question's term weight found in the unit
    with its title and headings, `own` in the unit alone, `meaning` the scaled cosine."""

    unit: Unit
    score: float
    words: float
    own: float
    meaning: float
    fits: bool = True
    """Whether it holds the kind of answer that was asked for."""


def rank(
    question: str, passages: Sequence[Passage], embedder: Embeds, synonyms: Synonyms = NONE, plans: Plans = NO_PLANS
) -> list[Ranked]:
    """Units best first. `plans`: the customer's and the others; what is about the customer's own is worth more."""
    every = [unit for passage in passages for unit in units(passage)]
    if not every:
        return []
    weights = _weights(question, every)
    equal = equal_terms(question, synonyms)
    lexical = [_share(weights, widened(unit.terms | _around(unit), equal)) for unit in every]
    own = [_share(weights, widened(unit.terms, equal)) for unit in every]
    rough = [words + mine + unit.passage.score for unit, words, mine in zip(every, lexical, own, strict=True)]
    chosen = _candidates(every, rough, language_of(question))
    meaning = nearness(question, [every[i] for i in chosen], embedder)
    for i, near in zip(chosen, meaning, strict=True):
        if every[i].passage.language not in (language_of(question), "und"):  # words cannot be shared: meaning stands in
            lexical[i], own[i] = max(lexical[i], near * FOREIGN_WORDS), max(own[i], near * FOREIGN_WORDS)
    judge = _Judge(question, _names(question, passages))
    plan = worth_by_plan(question, [every[i] for i in chosen], [lexical[i] for i in chosen], plans)
    version = worth_by_version([every[i] for i in chosen], [lexical[i] for i in chosen])
    ranked = [
        judge.ranked(every[i], lexical[i], own[i], near, worth + loss)
        for i, near, worth, loss in zip(chosen, meaning, plan, version, strict=True)
    ]
    return sorted(ranked, key=lambda r: -r.score)


def _candidates(every: Sequence[Unit], rough: Sequence[float], language: str) -> list[int]:
    """Which units to measure. Words say nothing about units in the other language, so some of those are measured in the
    order of their passages."""
    best = sorted(range(len(every)), key=lambda i: -rough[i])
    foreign = [i for i in best if every[i].passage.language not in (language, "und")]
    near = sorted(foreign, key=lambda i: -every[i].passage.dense)[:MEASURED_FOREIGN]
    chosen = [i for i in best if i not in set(near)][:MEASURED]
    return chosen + near


class _Judge:
    """Scores units against one question."""

    def __init__(self, question: str, names: frozenset[str]) -> None:
        self._names, self._ways = names, ways(question)
        self._pattern, self._codes = answer_pattern(question), codes_in(question)
        others = [w for term, w in content_terms(question).items() if term not in self._codes and w >= TELLING]
        self._about_code = bool(self._codes) and len(others) <= FEW
        self._asked, self._wants_code = term_set(question), bool(_ASKS_FOR_CODE.search(question))

    def ranked(self, unit: Unit, words: float, own: float, meaning: float, plan: float = 0.0) -> Ranked:
        passage = unit.passage
        score = 0.40 * meaning + 0.20 * words + 0.25 * own + 0.15 * passage.score + plan
        fits = self._pattern is None or bool(self._pattern.search(plain(_last(unit))))
        if self._pattern is not None:
            score += FITS if fits else FITS_NOT
        score -= 0.25 * unit.asks + 0.15 * passage.superseded + 0.08 * (len(unit.shown) < 12) + 0.05 * unit.leads_on
        score -= 0.25 * (unit.kind == "code" and not self._wants_code)
        score -= 0.05 * (unit.kind == "table" and self._pattern is None and not self._codes)
        score += _OF_VOICE.get(unit.voice, 0.0) + _OF_SOURCE.get(passage.source, 0.0)
        if self._names:
            score += NAMED if self._names & (unit.terms | _around(unit)) else NAMED_NOT
        about = (unit.shown, unit.heading, *passage.heading, passage.title)
        score += WAY_BACK * any(opposite(self._ways, text) for text in about)
        score -= 0.15 * (unit.kind == "row" and not self._explains(unit))
        score += self._coded(unit) + (ECHO if self._echoes(unit) else 0.0)
        return Ranked(unit, score, words, own, meaning, fits)

    def _coded(self, unit: Unit) -> float:
        """A sentence about the code that was asked about is worth more, one about another code less; most the row of a
        table that explains codes."""
        if not self._codes:
            return 0.0
        here = codes_in(_last(unit))
        if not here & self._codes:
            return -0.15 if here else 0.0
        return 0.12 + 0.25 * (len(here) == 1 and self._explains(unit))

    def _explains(self, unit: Unit) -> bool:
        """A row of a manual's table that is about the code: it stands in the first cell, elsewhere it is mentioned."""
        if not self._about_code or unit.kind not in ("table", "row") or unit.passage.source != "manual":
            return False
        return bool(self._codes & codes_in(re.split(r"\|| / ", _last(unit).strip("| "))[0]))

    def _echoes(self, unit: Unit) -> bool:
        """In a conversation, nothing but the words of the question: no number and hardly a word is new."""
        if unit.passage.source == "manual" or unit.voice in ("support", "resolution") or not unit.terms:
            return False
        new = [term for term in unit.terms if term not in self._asked]
        return len(new) <= len(unit.terms) // 5 and not any(character.isdigit() for term in new for character in term)


def _names(question: str, passages: Sequence[Passage]) -> frozenset[str]:
    """Latin words of the question that stand in Japanese text too: names of products, such as freee, which any source
    about the matter mentions in whatever language."""
    latin = {t for t in content_terms(question) if t.isascii() and len(t) >= LEAST_NAME and t.isalpha()}
    if not latin:
        return frozenset()
    japanese = [content_terms(p.text) for p in passages if p.language == "ja"]
    english = [content_terms(p.text) for p in passages if p.language == "en"]
    there = {t for t in latin if any(t in terms for terms in japanese)}
    every = len(japanese) + len(english)
    return frozenset(t for t in there if sum(t in terms for terms in [*japanese, *english]) * 2 <= every)


def _last(unit: Unit) -> str:
    return unit.shown.splitlines()[-1]


def nearness(question: str, chosen: Sequence[Unit], embedder: Embeds) -> list[float]:
    """How near each unit is to the question in meaning, 0 to 1."""
    if not chosen:
        return []
    vector = embedder.queries([question])[0]
    own = vector - _ground(embedder).off(question, vector)
    near = embedder.passages([_in_context(unit) for unit in chosen]) @ own
    return [float(min(1.0, max(0.0, (one - UNLIKE) / (ALIKE - UNLIKE)))) for one in near]


@lru_cache(maxsize=2)
def _ground(embedder: Any) -> Ground:
    return Ground(embedder)


def _in_context(unit: Unit) -> str:
    heading = unit.heading or (unit.passage.heading[-1] if unit.passage.heading else unit.passage.title)
    shown = unit.shown if unit.kind != "table" else " ".join(unit.shown.splitlines()[::2])
    return f"{heading}: {shown}"[:LONGEST_MEASURED]


def _around(unit: Unit) -> frozenset[str]:
    return term_set(" ".join((unit.passage.title, *unit.passage.heading, unit.heading)))


def _weights(question: str, every: Sequence[Unit]) -> dict[str, float]:
    """Weight of each question term: what kind of term it is, and how rare it is among these units."""
    weights = {}
    for term, weight in content_terms(question).items():
        among = sum(term in unit.terms for unit in every)
        weights[term] = weight * math.log(1 + len(every) / (1 + among))
    return weights


def _share(weights: dict[str, float], terms: frozenset[str]) -> float:
    whole = sum(weights.values())
    return (
        sum(weight for term, weight in weights.items() if not same_as(term).isdisjoint(terms)) / whole if whole else 0.0
    )
