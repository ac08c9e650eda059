"""One search over both indexes: words from SQLite, meanings from Chroma, fused into one order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from banso.knowledge import fusion, lexical
from banso.knowledge.documents import Hit, Scope
from banso.knowledge.embedding import Embedder
from banso.knowledge.levels import NAMED, Levels
from banso.knowledge.listing import Listing
from banso.knowledge.neighbours import Neighbours
from banso.knowledge.registry import Registry, passage_of
from banso.knowledge.reranker import Reranker
from banso.knowledge.vectors import VectorStore

CANDIDATES = 100  # from each side
RERANKED = 30  # candidates that a reranker reads


class Finder:
    """Answers `Knowledge.search`. `refresh` is called before the vectors are read: another process may have written."""

    def __init__(  # noqa: PLR0913, PLR0917 - the parts of one index
        self,
        registry: Registry,
        listing: Listing,
        vectors: VectorStore,
        embedder: Embedder,
        levels: Levels,
        reranker: Reranker | None,
        refresh: Callable[[], None],
    ) -> None:
        self._registry, self._listing, self._neighbours = registry, listing, Neighbours(vectors, listing)
        self._embedder, self._levels, self._reranker, self._refresh = embedder, levels, reranker, refresh

    def find(self, query: str, scope: Scope, k: int, *, hidden: bool) -> list[Hit]:
        """The best `k` chunks, best first; none for an empty question."""
        if not query.strip() or k <= 0:
            return []
        weights = lexical.term_weights(self._registry.db, query)
        words = lexical.find(self._registry.db, weights, scope, CANDIDATES, hidden=hidden)
        cosines, levels = self._near(query, scope, hidden=hidden)
        stored = {row["chunk_id"]: row for row in self._listing.hits([*words, *cosines], scope, hidden=hidden)}
        meanings = _compared(cosines, levels, stored)
        weight, lower = _word_weights(weights, [one for one in words if one in stored], stored, levels)
        scores = fusion.fuse(
            words, meanings, weight, {one: lower.get(stored[one]["language"], weight) for one in stored}
        )
        if self._reranker:
            scores = self._reranked(self._reranker, query, scores, stored)
        found = [
            Hit(score=scores[one], lexical=words.get(one, 0.0), dense=cosines.get(one, 0.0), **row)
            for one, row in stored.items()
            if one in scores
        ]
        settled = fusion.settle(found, k)
        return [hit.model_copy(update={"coverage": _covered(weights, stored[hit.chunk_id])}) for hit in settled]

    def _reranked(
        self, reranker: Reranker, query: str, scores: dict[str, float], stored: dict[str, dict[str, Any]]
    ) -> dict[str, float]:
        """The best candidates in the reranker's order, ahead of all others."""
        first = sorted((one for one in scores if one in stored), key=lambda one: -scores[one])[:RERANKED]
        passages = [passage_of(stored[o]["title"], stored[o]["heading_path"], stored[o]["text"]) for o in first]
        fresh = dict(zip(first, reranker.scores(query, passages), strict=True))
        return {one: 0.5 + 0.5 * fresh[one] if one in fresh else 0.5 * score for one, score in scores.items()}

    def _near(self, query: str, scope: Scope, *, hidden: bool) -> tuple[dict[str, float], dict[str, float]]:
        """Cosines of the nearest chunks of each language, and the level to take off them, by language."""
        present = self._listing.present(scope, hidden=hidden)
        if not present:
            return {}, {}
        self._refresh()
        vector = self._embedder.queries([query])[0]
        found = self._neighbours.nearest(vector, scope, present, CANDIDATES, hidden=hidden)
        return found, self._levels.of(vector, {language for _, language in present})


def _compared(
    cosines: dict[str, float], levels: dict[str, float], stored: dict[str, dict[str, Any]]
) -> dict[str, float]:
    """The best candidates by how far their cosine is above the level of their language."""
    above = {one: cos - levels.get(stored[one]["language"], 0.0) for one, cos in cosines.items() if one in stored}
    return dict(sorted(above.items(), key=lambda pair: -pair[1])[:CANDIDATES])


def _word_weights(
    weights: dict[str, float], words: Sequence[str], stored: dict[str, dict[str, Any]], levels: dict[str, float]
) -> tuple[float, dict[str, float]]:
    """How much words count, and how much in each language of `levels`: by what its three best hits by words cover."""

    def weight(among: Sequence[str]) -> float:
        return fusion.lexical_weight(max((_covered(weights, stored[one]) for one in among[:3]), default=0.0))

    if not levels:
        return weight(words), {}
    own: dict[str, float] = {one: weight([word for word in words if stored[word]["language"] == one]) for one in NAMED}
    return max(weight(words), *own.values()), own


def _covered(weights: dict[str, float], row: dict[str, Any]) -> float:
    return lexical.coverage(weights, "\n".join((row["title"], *row["heading_path"], row["text"])))
