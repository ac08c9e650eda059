"""Many short claims against the index at once, each with its own passages: made for checking, not for answering.

A claim needs whatever could carry it, not the best order: the nearest passages by meaning in every language, in one
call for all claims, and the best by words of a few claims together. A search for each would cost ten times as much.
"""

from __future__ import annotations

from collections.abc import Sequence

from banso.knowledge.documents import Hit, Language, Scope
from banso.knowledge.embedding import Vectors
from banso.knowledge.lexical import Lexicon
from banso.knowledge.listing import Listing
from banso.knowledge.matrix import Matrix

TOGETHER = 4
"""Claims that share one search by words."""


class ClaimSearch:
    """Answers `Knowledge.search_claims`."""

    def __init__(self, listing: Listing, matrix: Matrix, lexicon: Lexicon) -> None:
        self._listing, self._matrix, self._lexicon = listing, matrix, lexicon

    def find(self, claims: Sequence[str], vectors: Vectors, scope: Scope, k: int) -> list[list[Hit]]:
        """Per claim up to `k` passages by meaning of each language, nearest first, then up to `k` by words. Row i of
        `vectors` is the vector of `claims[i]`."""
        present = self._listing.present(scope, hidden=False)
        if not claims or not present:
            return [[] for _ in claims]
        near = self._near(vectors, scope, present, k)
        words = self._words(claims, scope, k)
        ids = dict.fromkeys(one for found in (*near, *words) for one in found)
        stored = {row["chunk_id"]: row for row in self._listing.hits(list(ids), scope, hidden=False)}
        known = self._matrix.stored([one for one in dict.fromkeys(o for w in words for o in w) if one in stored])
        found = []
        for vector, meant, worded in zip(vectors, near, words, strict=True):
            cosines = meant | {one: float(known[one] @ vector) for one in worded if one in known and one not in meant}
            order = [one for one in dict.fromkeys((*meant, *worded)) if one in stored]
            found.append([_hit(stored[one], cosines.get(one, 0.0), worded.get(one, 0.0)) for one in order])
        return found

    def _near(
        self, vectors: Vectors, scope: Scope, present: dict[tuple[str, Language], int], k: int
    ) -> list[dict[str, float]]:
        """Cosines of the nearest passages of each language, per claim."""
        languages = dict.fromkeys(language for _, language in present)
        scopes = [scope.model_copy(update={"languages": (language,)}) for language in languages]
        found = self._matrix.view().nearest(vectors, scopes, k, hidden=False)
        each = ([one for some in by_language for one in some] for by_language in found)
        return [dict(sorted(mine, key=lambda one: -one[1])) for mine in each]

    def _words(self, claims: Sequence[str], scope: Scope, k: int) -> list[dict[str, float]]:
        """BM25 of the best passages of a few claims together, the same for each of them."""
        found: list[dict[str, float]] = []
        for first in range(0, len(claims), TOGETHER):
            some = claims[first : first + TOGETHER]
            weights = self._lexicon.weights(" ".join(some))
            best = self._lexicon.find(weights, scope, k)
            found += [best] * len(some)
        return found


def _hit(row: dict[str, object], dense: float, words: float) -> Hit:
    return Hit.model_validate({**row, "score": max(0.0, min(1.0, dense)), "lexical": words, "dense": dense})
