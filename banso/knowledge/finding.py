"""One search over both indexes: words from SQLite, meanings from Chroma, fused into one order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from banso.knowledge import fusion, lexical
from banso.knowledge.documents import Hit, Scope
from banso.knowledge.embedding import Embedder
from banso.knowledge.listing import Listing
from banso.knowledge.registry import Registry, passage_of
from banso.knowledge.reranker import Reranker
from banso.knowledge.scoping import where
from banso.knowledge.vectors import VectorStore

CANDIDATES = 100  # from each side
WIDE = 0.4  # a scope that admits this share of the chunks
RERANKED = 30  # candidates that a reranker reads
SPARE = 4  # times as many neighbours for a wide scope


class Finder:
    """Answers `Knowledge.search`. `refresh` is called before the vectors are read: another process may have written."""

    def __init__(  # noqa: PLR0913, PLR0917 - the parts of one index
        self,
        registry: Registry,
        listing: Listing,
        vectors: VectorStore,
        embedder: Embedder,
        reranker: Reranker | None,
        refresh: Callable[[], None],
    ) -> None:
        self._registry, self._listing, self._vectors = registry, listing, vectors
        self._embedder, self._reranker, self._refresh = embedder, reranker, refresh

    def find(self, query: str, scope: Scope, k: int, *, hidden: bool) -> list[Hit]:
        """The best `k` chunks, best first; none for an empty question."""
        if not query.strip() or k <= 0:
            return []
        weights = lexical.term_weights(self._registry.db, query)
        words = lexical.find(self._registry.db, weights, scope, CANDIDATES, hidden=hidden)
        meanings = self._near(query, scope, hidden=hidden)
        stored = {row["chunk_id"]: row for row in self._listing.hits([*words, *meanings], scope, hidden=hidden)}
        best = max((_covered(weights, stored[one]) for one in list(words)[:3] if one in stored), default=0.0)
        scores = fusion.fuse(words, meanings, fusion.lexical_weight(best))
        if self._reranker:
            scores = self._reranked(self._reranker, query, scores, stored)
        found = [
            Hit(score=scores[one], lexical=words.get(one, 0.0), dense=meanings.get(one, 0.0), **row)
            for one, row in stored.items()
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

    def _near(self, query: str, scope: Scope, *, hidden: bool) -> dict[str, float]:
        """Cosines of the nearest chunks that the scope admits, best first. Chroma filters row by row (3 ms
        without, 70 ms with a filter at 20,000 chunks): a wide scope takes more neighbours, the registry admits them."""
        realms = self._listing.realms(scope, hidden=hidden)
        if not realms:
            return {}
        self._refresh()
        vector = self._embedder.queries([query])[0]
        admitted = sum(realms.values())
        if admitted >= WIDE * self._listing.total():
            near = self._admitted(self._vectors.near(vector, SPARE * CANDIDATES), scope, hidden=hidden)
            if len(near) >= min(CANDIDATES, admitted):
                return near
        found = self._vectors.query(vector, where(scope, list(realms)), CANDIDATES)
        return self._admitted(found, scope, hidden=hidden)

    def _admitted(self, found: Sequence[tuple[str, float]], scope: Scope, *, hidden: bool) -> dict[str, float]:
        allowed = self._listing.admitted([one for one, _ in found], scope, hidden=hidden)
        return dict([pair for pair in found if pair[0] in allowed][:CANDIDATES])


def _covered(weights: dict[str, float], row: dict[str, Any]) -> float:
    return lexical.coverage(weights, "\n".join((row["title"], *row["heading_path"], row["text"])))
