"""The lists of FTS5 in memory: for each term that was asked for, the chunks that have it and how much it counts there.

BM25 as SQLite computes it (Robertson and Zaragoza 2009, k1 1.2, b 0.75), figure for figure; but SQLite looks up the
length of a chunk again for each match, and half the index matches a Japanese question. Lists are kept while the
registry stays as it is: questions share their common terms, which are the long lists.
"""

from __future__ import annotations

import math
import sqlite3
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from banso.knowledge.documents import Scope
from banso.knowledge.roster import Roster, Rosters
from banso.knowledge.swaps import Swap

HEADING_WEIGHT = 2.0  # a term in a heading counts twice one in the text
K1, B = 1.2, 0.75
LEAST_IDF = 1e-6  # what SQLite gives a term that most chunks have
MOST = 4_000_000  # postings kept, 12 bytes each


@dataclass(frozen=True)
class Postings:
    """Rows of the roster with a term, and its BM25 score there."""

    rows: NDArray[np.int32]
    scores: NDArray[np.float64]


class Lists:
    """The lists of one roster. Threads may share it; each brings its own connection."""

    def __init__(self, db: sqlite3.Connection, roster: Roster) -> None:
        self.roster = roster
        self._keys = np.array(roster.keys, dtype=np.int64)
        lengths = _lengths(db, self._keys)
        self._total = len(lengths)
        average = float(lengths.sum()) / max(self._total, 1)
        self._norms = K1 * (1 - B + B * lengths / average) if average else lengths
        self._kept: dict[str, Postings] = {}
        self._known: dict[str, int] = {}
        self._size, self._lock = 0, threading.Lock()

    def frequency(self, db: sqlite3.Connection, term: str) -> int:
        """How many chunks have this term."""
        if (known := self._known.get(term)) is None:
            row = db.execute("SELECT doc FROM vocabulary WHERE term = ?", (term,)).fetchone()
            known = self._known[term] = row[0] if row else 0
        return known

    def best(  # noqa: PLR0913
        self, db: sqlite3.Connection, terms: Sequence[str], scope: Scope, limit: int, *, hidden: bool,
        swaps: Sequence[Swap] = (),
    ) -> dict[str, float]:  # fmt: skip
        """Up to `limit` chunk ids with their BM25 score, best first, among what the scope admits. A chunk counts a word
        by itself or by one of its equals in `swaps`, whichever is more."""
        scores, left = np.zeros(self._total), dict.fromkeys(terms)
        for word in dict.fromkeys(swap.own for swap in swaps):
            mine = [term for term in word if left.pop(term, left) is None]
            scores += self._word(db, mine, [swap.other for swap in swaps if swap.own == word])
        scores += self._sum(db, list(left))
        rows = np.flatnonzero((scores > 0) & self.roster.admitted(scope, hidden=hidden))
        own = scores[rows]
        first = np.argpartition(-own, limit)[:limit] if limit < len(own) else np.arange(len(own))
        first = first[np.lexsort((first, -own[first]))]
        return dict(zip((self.roster.ids[row] for row in rows[first].tolist()), own[first].tolist(), strict=True))

    def _sum(self, db: sqlite3.Connection, terms: Sequence[str]) -> NDArray[np.float64]:
        scores = np.zeros(self._total)
        for term in terms:
            found = self._of(db, term)
            scores[found.rows] += found.scores
        return scores

    def _word(
        self, db: sqlite3.Connection, own: Sequence[str], others: Sequence[tuple[str, ...]]
    ) -> NDArray[np.float64]:
        """The scores of a word, or of an equal one where that is more: only in chunks with all of its terms, and scaled
        so that a rare or a long one is worth what the word itself is."""
        scores, worth = self._sum(db, own), sum(self._idf(db, term) for term in own)
        for other in others if own else ():
            there = np.zeros(self._total, dtype=np.int32)
            for term in other:
                there[self._of(db, term).rows] += 1
            scale = worth / (sum(self._idf(db, term) for term in other) or 1.0)
            np.maximum(scores, np.where(there == len(other), self._sum(db, other) * scale, 0.0), out=scores)
        return scores

    def _idf(self, db: sqlite3.Connection, term: str) -> float:
        known = self.frequency(db, term)
        return max(math.log((self._total - known + 0.5) / (known + 0.5)), LEAST_IDF)

    def _of(self, db: sqlite3.Connection, term: str) -> Postings:
        found = self._kept.get(term)
        if found is None:
            found = self._read(db, term)
            with self._lock:
                if self._size + len(found.rows) > MOST:
                    self._kept, self._size = {}, 0
                self._kept[term] = found
                self._size += len(found.rows)
        return found

    def _read(self, db: sqlite3.Connection, term: str) -> Postings:
        """One text of numbers costs half of one row each."""
        query = "SELECT group_concat(2 * doc + (col = 'body')) FROM occurrences WHERE term = ?"
        (text,) = db.execute(query, (term,)).fetchone()
        places = np.fromstring(text or "", dtype=np.int64, sep=",")
        keys, where = np.unique(places >> 1, return_inverse=True)
        counts = np.bincount(where, weights=np.where(places & 1, 1.0, HEADING_WEIGHT), minlength=len(keys))
        rows = np.asarray(np.searchsorted(self._keys, keys))
        there = np.append(self._keys, -1)[rows] == keys  # another process may have written meanwhile
        rows, counts = rows[there], counts[there]
        idf = math.log((self._total - len(rows) + 0.5) / (len(rows) + 0.5))
        scores = max(idf, LEAST_IDF) * ((counts * (K1 + 1.0)) / (counts + self._norms[rows]))
        return Postings(rows.astype(np.int32), scores)


class PostingLists:
    """The lists of the registry as it is now."""

    def __init__(self, rosters: Rosters) -> None:
        self._rosters, self._lock = rosters, threading.Lock()
        self._lists: Lists | None = None

    def now(self, db: sqlite3.Connection) -> Lists:
        """The present lists; made anew when something was written since."""
        roster = self._rosters.now()
        with self._lock:
            if self._lists is None or self._lists.roster is not roster:
                self._lists = Lists(db, roster)
            return self._lists


def _lengths(db: sqlite3.Connection, keys: NDArray[np.int64]) -> NDArray[np.float64]:
    """Terms of each chunk, headings included, as FTS5 keeps them."""
    sizes: Mapping[int, bytes] = dict(db.execute("SELECT id, sz FROM lexical_docsize").fetchall())
    return np.array([_sum_of_varints(sizes.get(key, b"")) for key in keys.tolist()], dtype=np.float64)


def _sum_of_varints(sizes: bytes) -> int:
    total = value = 0
    for byte in sizes:
        value = value << 7 | byte & 0x7F
        if byte < 0x80:  # the high bit says that the number goes on
            total, value = total + value, 0
    return total
