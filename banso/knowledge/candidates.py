"""What both retrievers bring for one question, before it is put in order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from banso.knowledge import fusion
from banso.knowledge.embedding import Vectors
from banso.knowledge.features import Features, Question, Signals, features, ranks, unsolved_among


@dataclass(frozen=True)
class Candidates:
    """Passages found for a question, by id: `words` BM25, `meanings` cosines with what is the question's own, `stored`
    fields of Hit, `scores` the convex fusion, `account` the one that is asked about."""

    query: str
    weights: dict[str, float]
    words: dict[str, float]
    meanings: dict[str, float]
    stored: dict[str, dict[str, Any]]
    scores: dict[str, float]
    vector: Vectors | None
    account: str = ""

    def features(self, depth: int) -> dict[str, Features]:
        """Features of the best `depth` passages, in the order of the fusion."""
        question = Question(self.query, self.weights)
        first = sorted(self.scores, key=lambda one: (-self.scores[one], one))[:depth]
        words, meanings = fusion.normalised(self.words), fusion.normalised(self.meanings)
        own, by_words, by_meaning = self._among_own(), ranks(self.words), ranks(self.meanings)
        unsolved = unsolved_among(self.stored, self.account)
        return {
            one: features(
                question,
                self.stored[one],
                Signals(
                    self.scores[one], words.get(one, 0.0), meanings.get(one, 0.0), own.get(one, 0.0),
                    by_words.get(one, 0), by_meaning.get(one, 0),
                ),
                unsolved=one in unsolved,
            )
            for one in first
        }  # fmt: skip

    def _among_own(self) -> dict[str, float]:
        """Meanings, normalised among those of the same language."""
        groups: dict[str, dict[str, float]] = {}
        for one, meaning in self.meanings.items():
            groups.setdefault(self.stored[one]["language"], {})[one] = meaning
        return {one: value for group in groups.values() for one, value in fusion.normalised(group).items()}
