"""Every vector of the index in memory, compared one by one: exact, the same at every opening, and filtered for free.

It is made from the vector cache, and from the vector store where the cache has lost something; both stay what they
are, and nothing of it is on disk. 20,000 chunks take 31 MB and 4 ms a question (docs/scale.md).
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from banso.knowledge.documents import Scope
from banso.knowledge.embedding import Vectors
from banso.knowledge.roster import Roster, Rosters
from banso.knowledge.vector_cache import VectorCache
from banso.knowledge.vectors import VectorStore

TOGETHER = 32  # questions compared at once: their scores are a matrix of this many columns
SPARE = 1.25  # room beyond what is needed when the buffer grows
STALE = 2.0  # rows for each row in use from which the buffer is made anew
ABSENT = -1  # in place of a row: no vector yet


@dataclass(frozen=True)
class View:
    """The vectors at one moment. `slots[i]`: the row of the i-th chunk of the roster, or ABSENT; equal texts share
    one."""

    roster: Roster
    slots: NDArray[np.int64]
    vectors: Vectors

    def nearest(
        self, vectors: Vectors, scopes: Sequence[Scope], limit: int, *, hidden: bool
    ) -> Iterator[list[list[tuple[str, float]]]]:
        """For each row of `vectors`, and in it for each scope: up to `limit` (chunk id, cosine), best first."""
        among = [np.flatnonzero(self.roster.admitted(scope, hidden=hidden) & (self.slots >= 0)) for scope in scopes]
        for start in range(0, len(vectors), TOGETHER):
            for scores in vectors[start : start + TOGETHER] @ self.vectors.T:
                yield [self._best(scores, rows, limit) for rows in among]

    def _best(self, scores: Vectors, rows: NDArray[np.intp], limit: int) -> list[tuple[str, float]]:
        own = scores[self.slots[rows]]
        first = np.argpartition(-own, limit)[:limit] if limit < len(own) else np.arange(len(own))
        first = first[np.lexsort((first, -own[first]))]
        ids = self.roster.ids
        return [(ids[row], cosine) for row, cosine in zip(rows[first].tolist(), own[first].tolist(), strict=True)]


class Matrix:
    """Follows the registry: what is new is loaded at the next question."""

    def __init__(self, rosters: Rosters, cache: VectorCache, store: VectorStore, dimension: int) -> None:
        self._rosters, self._cache, self._store = rosters, cache, store
        self._lock = threading.Lock()
        self._buffer = np.empty((0, dimension), dtype=np.float32)
        self._slot_of: dict[str, int] = {}
        self._view: View | None = None

    def view(self) -> View:
        """The vectors as they are now."""
        roster = self._rosters.now()
        with self._lock:
            if self._view is None or self._view.roster is not roster:
                self._view = self._followed(roster)
            return self._view

    def stored(self, ids: Sequence[str]) -> dict[str, Vectors]:
        """The vectors of those of these ids that are there, each of shape (dimension,)."""
        view = self.view()
        rows = {one: view.roster.row_of[one] for one in ids if one in view.roster.row_of}
        return {one: view.vectors[view.slots[row]] for one, row in rows.items() if view.slots[row] >= 0}

    def _followed(self, roster: Roster) -> View:
        ids = {digest: one for digest, one in zip(roster.digests, roster.ids, strict=True) if digest}
        if len(self._slot_of) > STALE * len(ids):
            self._slot_of, self._buffer = {}, self._buffer[:0].copy()
        missing = [digest for digest in ids if digest not in self._slot_of]
        for digests, vectors in self._cache.load(missing):
            self._append(digests, vectors)
        if lost := {ids[digest]: digest for digest in missing if digest not in self._slot_of}:
            found = self._store.stored(list(lost))
            if found:
                self._append([lost[one] for one in found], np.stack(list(found.values())))
        known = self._slot_of
        slots = np.fromiter((known.get(one, ABSENT) for one in roster.digests), np.int64, len(roster.digests))
        return View(roster, slots, self._buffer[: len(known)])

    def _append(self, digests: Sequence[str], vectors: Vectors) -> None:
        """Rows that a view already has stay as they are: they may be read meanwhile."""
        used = len(self._slot_of)
        end = used + len(digests)
        if end > len(self._buffer):
            grown = np.empty((int(SPARE * end), self._buffer.shape[1]), dtype=np.float32)
            grown[:used] = self._buffer[:used]
            self._buffer = grown
        self._buffer[used:end] = vectors
        self._slot_of.update(zip(digests, range(used, end), strict=True))
