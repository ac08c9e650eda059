"""What a cosine is worth in each language: a multilingual model puts text in the question's own language nearer."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from banso.knowledge.documents import Language
from banso.knowledge.embedding import Vectors
from banso.knowledge.registry import Registry
from banso.knowledge.vectors import VectorStore

NAMED: tuple[Language, ...] = ("ja", "en")  # und (numbers, codes) is nobody's own language
SAMPLE = 256  # chunks of a language whose cosines show how near that language is
QUANTILE = 0.9  # of them: the mean depends more on what else a language's documents are about
PRIOR = 10  # chunks' worth of belief that a language is no farther than the nearest one


class Levels:
    """Per language, the cosine that a question reaches with text that it is not about."""

    def __init__(self, registry: Registry, vectors: VectorStore) -> None:
        self._registry, self._vectors = registry, vectors
        self._held: tuple[str, dict[str, Vectors]] = ("", {})

    def of(self, vector: Vectors, languages: Iterable[str]) -> dict[str, float]:
        """The levels of these languages, to be taken off their cosines; empty when only one is a named language, as
        nothing needs comparing then. `vector` has shape (dimension,)."""
        wanted = [language for language in languages if language in NAMED]
        samples = self._samples() if len(wanted) == len(NAMED) else {}
        if len(samples) < len(NAMED):
            return {}
        raw = {one: float(np.quantile(samples[one] @ vector, QUANTILE)) for one in wanted}
        nearest = max(raw.values())
        sizes = {one: len(samples[one]) for one in wanted}
        levels: dict[str, float] = {
            one: (sizes[one] * raw[one] + PRIOR * nearest) / (sizes[one] + PRIOR) for one in wanted
        }
        return {"und": nearest, **levels}

    def _samples(self) -> dict[str, Vectors]:
        """Vectors of each language's sample. Digests are hashes, so the first of them are a random choice."""
        generation = self._registry.meta("generation", "0")
        if self._held[0] != generation:
            known = {one: self._vectors.stored(self._registry.sample(one, SAMPLE)) for one in NAMED}
            self._held = generation, {one: rows for one, rows in known.items() if len(rows)}
        return self._held[1]
