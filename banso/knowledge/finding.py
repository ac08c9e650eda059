"""One search over both indexes: words from SQLite, meanings from Chroma, fused into one order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, islice
from typing import Any

from banso.knowledge import explaining, fusion, lexical
from banso.knowledge.candidates import Candidates
from banso.knowledge.completing import completed
from banso.knowledge.documents import Hit, Scope
from banso.knowledge.embedding import Embedder, Vectors
from banso.knowledge.explaining import Explanation
from banso.knowledge.features import measured
from banso.knowledge.fitting import ANY, fitted, wanted
from banso.knowledge.ground import Ground
from banso.knowledge.heads import Heads
from banso.knowledge.listing import Listing
from banso.knowledge.matrix import Matrix
from banso.knowledge.neighbours import NAMED, Neighbours
from banso.knowledge.ranking import DEPTH, Ranker, dealt
from banso.knowledge.registry import Registry, passage_of
from banso.knowledge.reranker import Reranker
from banso.knowledge.search_options import SearchOptions
from banso.knowledge.subject import Subjects, keeps
from banso.knowledge.variants import WINDOW, collapsed

CANDIDATES = 100  # from each side
RERANKED = 30  # candidates that a reranker reads


class Finder:
    """Answers `Knowledge.search`."""

    def __init__(  # noqa: PLR0913, PLR0917 - the parts of one index
        self,
        registry: Registry,
        listing: Listing,
        vectors: Matrix,
        lexicon: lexical.Lexicon,
        embedder: Embedder,
        ranker: Ranker | None,
        reranker: Reranker | None,
        options: SearchOptions,
    ) -> None:
        self._listing, self._vectors, self._heads = listing, vectors, Heads(registry)
        self._neighbours, self._ground = Neighbours(vectors), Ground(embedder)
        self._embedder, self._ranker, self._reranker, self._lexicon = embedder, ranker, reranker, lexicon
        self._subjects, self._options = Subjects(registry), options

    def find(self, query: str, scope: Scope, k: int, *, hidden: bool) -> list[Hit]:
        """The best `k` chunks, best first; none for an empty question."""
        if not query.strip() or k <= 0:
            return []
        found = self.candidates(query, scope, hidden=hidden)
        return self._settled(found, self._on_subject(found.weights, self._ordered(found), found.stored), scope, k)

    def explain(self, query: str, scope: Scope, k: int) -> list[Explanation]:
        """The hits of `find`, each with why it stands where it stands."""
        if not query.strip() or k <= 0:
            return []
        found = self.candidates(query, scope, hidden=False)
        ordered = self._ordered(found)
        scores = self._on_subject(found.weights, ordered, found.stored)
        elsewhere = {one for one, score in scores.items() if score < ordered[one]}
        ranker = self._ranker if self._options.ranked else None
        return explaining.explained(self._settled(found, scores, scope, k), found, elsewhere, ranker)

    def completed(self, hits: Sequence[Hit], scope: Scope) -> list[Hit]:
        """The hits, and behind them the few passages beside them without which they say half."""
        if not self._options.completed:
            return list(hits)
        whole = completed(hits, scope, self._listing)
        return [*whole[: len(hits)], *map(self._heads.given, whole[len(hits) :])]

    def _ordered(self, found: Candidates) -> dict[str, float]:
        """Scores by id after ranker and reranker."""
        scores = self._ranked(self._ranker, found) if self._ranker and self._options.ranked else found.scores
        if self._reranker:
            scores = self._reranked(self._reranker, found.query, scores, found.stored)
        return scores

    def _settled(self, found: Candidates, scores: dict[str, float], scope: Scope, k: int) -> list[Hit]:
        rows = {one: row for one, row in found.stored.items() if one in scores}
        hits = _hits(found, rows, fusion.settled(rows, scores, conflicts=self._options.conflicts))
        settled = fusion.shared_out(self._sorted_out(hits, found.query, scope), k)
        cosines = self._cosines(found.vector, [hit.chunk_id for hit in settled])
        return [
            self._heads.given(
                hit.model_copy(
                    update={
                        "dense": cosines.get(hit.chunk_id, 0.0),
                        "coverage": _covered(found.weights, found.stored[hit.chunk_id]),
                    }
                )
            )
            for hit in settled
        ]

    def _sorted_out(self, hits: Iterator[Hit], question: str, scope: Scope) -> Iterator[Hit]:
        """The first ones in the order of what is sought, those that say the same as one; then the rest."""
        first = self._listing.with_versions(list(islice(hits, WINDOW)))
        sought = wanted(question, scope.installed, [hit.version for hit in first]) if self._options.fitted else ANY
        first = fitted(first, sought) if self._options.fitted else first
        return chain(collapsed(first, question, sought) if self._options.variants else first, hits)

    def candidates(self, query: str, scope: Scope, *, hidden: bool) -> Candidates:
        """What both retrievers bring, in one convex order."""
        weights = self._lexicon.weights(query)
        words = self._words(weights, scope, hidden=hidden)
        vector, near, bilingual = self._near(query, scope, hidden=hidden)
        near = dict(sorted(near.items(), key=lambda one: -one[1])[:CANDIDATES])
        stored = {row["chunk_id"]: row for row in self._listing.hits([*words, *near], scope, hidden=hidden)}
        meanings = {one: cosine for one, cosine in near.items() if one in stored}
        scores = self._fused(weights, words, meanings, stored, bilingual=bilingual)
        scores = {one: score for one, score in scores.items() if one in stored}
        return Candidates(query, weights, words, meanings, stored, scores, vector, scope.account)

    def _words(self, weights: dict[str, float], scope: Scope, *, hidden: bool) -> dict[str, float]:
        if not self._options.words:
            return {}
        return self._lexicon.find(weights, scope, CANDIDATES, hidden=hidden)

    def _fused(
        self,
        weights: dict[str, float],
        words: dict[str, float],
        meanings: dict[str, float],
        stored: dict[str, dict[str, Any]],
        *,
        bilingual: bool,
    ) -> dict[str, float]:
        if not self._options.calibrated:
            return fusion.fuse(words, meanings, fusion.LEXICAL_WEIGHT[1])
        weight, lower = _word_weights(weights, [one for one in words if one in stored], stored, bilingual=bilingual)
        return fusion.fuse(words, meanings, weight, {one: lower.get(stored[one]["language"], weight) for one in stored})

    def _on_subject(
        self, weights: dict[str, float], scores: dict[str, float], stored: dict[str, dict[str, Any]]
    ) -> dict[str, float]:
        """Pages of another product's manual sink when the question names one."""
        elsewhere = self._subjects.elsewhere(weights) if self._options.subjects else {}
        if not elsewhere:
            return scores
        sunk = dict(scores)
        for one in scores.keys() & stored.keys():
            row = stored[one]
            names = elsewhere.get(row["collection"]) if row["source"] == "manual" else None
            if names:
                sunk[one] *= keeps(names, _terms(row))
        return sunk

    @staticmethod
    def _ranked(ranker: Ranker, found: Candidates) -> dict[str, float]:
        """The best candidates in the ranker's order, ahead of all others."""
        features = found.features(DEPTH)
        sums = dict(zip(features, ranker.sums(list(features.values())), strict=True))
        return dealt(sorted(sums, key=lambda one: (-sums[one], one)), found.scores)

    def _reranked(
        self, reranker: Reranker, query: str, scores: dict[str, float], stored: dict[str, dict[str, Any]]
    ) -> dict[str, float]:
        """The best candidates in the reranker's order, ahead of all others."""
        first = sorted((one for one in scores if one in stored), key=lambda one: -scores[one])[:RERANKED]
        passages = [passage_of(stored[o]["title"], stored[o]["heading_path"], stored[o]["text"]) for o in first]
        fresh = dict(zip(first, reranker.scores(query, passages), strict=True))
        return {one: 0.5 + 0.5 * fresh[one] if one in fresh else 0.5 * score for one, score in scores.items()}

    def _near(self, query: str, scope: Scope, *, hidden: bool) -> tuple[Vectors | None, dict[str, float], bool]:
        """The question's vector, how near the nearest chunks of each language are to what is its own (see `ground`),
        and whether the scope has both languages."""
        present = self._listing.present(scope, hidden=hidden) if self._options.meanings else {}
        if not present:
            return None, {}, False
        vector = self._embedder.queries([query])[0]
        own = vector - self._ground.off(query, vector) if self._options.centred else vector
        found = self._neighbours.nearest(own, scope, present, CANDIDATES, hidden=hidden)
        return vector, found, {language for _, language in present} >= set(NAMED)

    def _cosines(self, vector: Vectors | None, ids: Sequence[str]) -> dict[str, float]:
        """Cosines of these chunks with the question itself."""
        if vector is None:
            return {}
        return {one: float(row @ vector) for one, row in self._vectors.stored(ids).items()}


def _word_weights(
    weights: dict[str, float], words: Sequence[str], stored: dict[str, dict[str, Any]], *, bilingual: bool
) -> tuple[float, dict[str, float]]:
    """How much words count, and how much in each language of two: by what its three best hits by words cover."""

    def weight(among: Sequence[str]) -> float:
        return fusion.lexical_weight(max((_covered(weights, stored[one]) for one in among[:3]), default=0.0))

    if not bilingual:
        return weight(words), {}
    own: dict[str, float] = {one: weight([word for word in words if stored[word]["language"] == one]) for one in NAMED}
    return max(weight(words), *own.values()), own


def _covered(weights: dict[str, float], row: dict[str, Any]) -> float:
    return lexical.coverage(weights, _terms(row))


def _terms(row: dict[str, Any]) -> frozenset[str]:
    return measured(row["title"], tuple(row["heading_path"]), row["text"]).there


def _hits(found: Candidates, rows: dict[str, dict[str, Any]], scores: dict[str, float]) -> Iterator[Hit]:
    """In the order of `scores`, each made when it is wanted: of two hundred candidates most are not."""
    for one, score in scores.items():
        yield Hit(score=score, lexical=found.words.get(one, 0.0), **rows[one])
