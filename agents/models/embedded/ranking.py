"""Which units answer the question: meaning (cosine), words (weighted), the kind of answer wanted, and authority."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from agents.models.embedded.reading import Passage
from agents.models.embedded.units import Unit, units
from agents.models.embedded.words import codes_in, content_terms, term_set, wanted
from agents.wording import language_of


class Embeds(Protocol):
    """The part of an embedder that ranking needs: unit vectors, one row a text."""

    def passages(self, texts: Sequence[str]) -> np.ndarray: ...  # noqa: D102
    def queries(self, texts: Sequence[str]) -> np.ndarray: ...  # noqa: D102


MEASURED = 36
MEASURED_FOREIGN = 24
FOREIGN_WORDS = 0.4
FOREIGN_NEARER = 0.015
"""What e5-small gives a sentence less for being in the other language, about."""
"""Units whose meaning is measured: an e5 sentence costs about 20 ms on one core."""
UNLIKE, ALIKE = 0.76, 0.90
"""Cosines of e5-small for an unrelated and for an answering sentence."""
_ANSWERS = {
    "price": re.compile(r"\d[\d,]*\s*(?:円|JPY|USD|ドル|%|％)|[¥$€]\s?\d|無料|free", re.I),
    "date": re.compile(
        r"\d{4}[-/年]|\d{1,2}月|\d+\s*(?:日|営業日|days?|時間|hours?|分|minutes?|か月|months?|週)|\d{1,2}:\d{2}", re.I
    ),
    "number": re.compile(r"\d|無制限|なし|ありません|unlimited|none", re.I),
}  # fmt: skip


@dataclass(frozen=True)
class Ranked:
    """A unit with its scores, each 0 to 1: `words` is the share of the question's term weight found in the unit
    with its title and headings, `own` in the unit alone, `meaning` the scaled cosine."""

    unit: Unit
    score: float
    words: float
    own: float
    meaning: float


def rank(question: str, passages: Sequence[Passage], embedder: Embeds) -> list[Ranked]:
    """Units best first."""
    every = [unit for passage in passages for unit in units(passage)]
    if not every:
        return []
    weights = _weights(question, every)
    lexical = [_share(weights, unit.terms | _around(unit.passage)) for unit in every]
    own = [_share(weights, unit.terms) for unit in every]
    rough = [words + mine + unit.passage.score for unit, words, mine in zip(every, lexical, own, strict=True)]
    chosen = _candidates(every, rough, language_of(question))
    meaning = _meaning(question, [every[i] for i in chosen], embedder)
    for i, near in zip(chosen, meaning, strict=True):
        if every[i].passage.language not in (language_of(question), "und"):  # words cannot be shared: meaning stands in
            lexical[i], own[i] = max(lexical[i], near * FOREIGN_WORDS), max(own[i], near * FOREIGN_WORDS)
    kind, codes = wanted(question), codes_in(question)
    ranked = [
        Ranked(
            every[i],
            _score(every[i], lexical[i], own[i], near, kind) + _coded(codes, every[i]),
            lexical[i],
            own[i],
            near,
        )
        for i, near in zip(chosen, meaning, strict=True)
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


def _score(unit: Unit, words: float, own: float, meaning: float, kind: str) -> float:
    passage = unit.passage
    score = 0.40 * meaning + 0.20 * words + 0.25 * own + 0.15 * passage.score
    if kind in _ANSWERS:
        score += 0.08 if _ANSWERS[kind].search(unit.shown.splitlines()[-1]) else -0.06
    score -= 0.25 * unit.asks + 0.15 * passage.superseded + 0.08 * (len(unit.shown) < 12) + 0.05 * unit.leads_on
    score += {"customer": -0.15, "support": 0.02, "resolution": 0.08, "asker": -0.15, "reply": 0.05}.get(
        unit.voice, 0.0
    )
    return score + {"manual": 0.06, "crm": 0.08, "ticket": 0.0, "slack": -0.06}.get(passage.source, 0.0)


def _coded(codes: frozenset[str], unit: Unit) -> float:
    """A sentence about the code that was asked about is worth more, one about another code less."""
    if not codes:
        return 0.0
    here = codes_in(unit.shown.splitlines()[-1])
    return 0.12 if here & codes else (-0.15 if here else 0.0)


def _meaning(question: str, chosen: Sequence[Unit], embedder: Embeds) -> list[float]:
    if not chosen:
        return []
    texts = [_in_context(unit) for unit in chosen]
    cosines = embedder.passages(texts) @ embedder.queries([question])[0]
    language = language_of(question)
    lifted = [
        cosine + FOREIGN_NEARER * (unit.passage.language not in (language, "und"))
        for cosine, unit in zip(cosines, chosen, strict=True)
    ]
    return [float(min(1.0, max(0.0, (cosine - UNLIKE) / (ALIKE - UNLIKE)))) for cosine in lifted]


def _in_context(unit: Unit) -> str:
    heading = unit.passage.heading[-1] if unit.passage.heading else unit.passage.title
    shown = unit.shown if unit.kind != "table" else " ".join(unit.shown.splitlines()[::2])
    return f"{heading}: {shown}"[:300]


def _around(passage: Passage) -> frozenset[str]:
    return term_set(" ".join((passage.title, *passage.heading)))


def _weights(question: str, every: Sequence[Unit]) -> dict[str, float]:
    """Weight of each question term: what kind of term it is, and how rare it is among these units."""
    weights = {}
    for term, weight in content_terms(question).items():
        among = sum(term in unit.terms for unit in every)
        weights[term] = weight * math.log(1 + len(every) / (1 + among))
    return weights


def _share(weights: dict[str, float], terms: frozenset[str]) -> float:
    whole = sum(weights.values())
    return sum(weight for term, weight in weights.items() if term in terms) / whole if whole else 0.0
