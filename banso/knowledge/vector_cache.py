"""Vectors already computed, by model and text: embedding is nearly the whole cost of ingestion."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from banso.knowledge.embedding import Vectors

LIMIT = 1_000_000  # vectors kept: 0.9 GB at 384 dimensions
_PARAMETERS = 500  # of one statement; SQLite allows at least 999
_PAGE = 16_384  # bytes, of a new file: four vectors leave a fifth of SQLite's usual page empty
_MANY = 4_000  # from here the whole table is read through, which costs less than looking each one up


class VectorCache:
    """Half-precision vectors in a SQLite file. Losing it costs time, nothing else."""

    def __init__(self, path: Path, model: str, limit: int = LIMIT) -> None:
        self._model, self._limit = model, limit
        self._lock = threading.Lock()
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._db = sqlite3.connect(path, timeout=30, isolation_level=None, check_same_thread=False)
        for statement in (
            f"PRAGMA page_size={_PAGE}",
            "PRAGMA journal_mode=WAL",
            "PRAGMA synchronous=NORMAL",
            "PRAGMA secure_delete=ON",
            "CREATE TABLE IF NOT EXISTS vectors (id INTEGER PRIMARY KEY, model TEXT NOT NULL, digest TEXT NOT NULL, "
            "vector BLOB NOT NULL, UNIQUE (model, digest))",
        ):
            self._db.execute(statement)

    def get(self, digests: Sequence[str]) -> dict[str, Vectors]:
        """The known ones of these digests, each of shape (dimension,)."""
        return {
            digest: vector
            for found, vectors in self.load(digests)
            for digest, vector in zip(found, vectors, strict=True)
        }

    def load(self, digests: Sequence[str]) -> Iterator[tuple[list[str], Vectors]]:
        """The known ones of these digests with their vectors, of shape (len, dimension), some at a time."""
        for rows in self._all(set(digests)) if len(digests) >= _MANY else self._each(digests):
            if rows:
                joined = np.frombuffer(b"".join(blob for _, blob in rows), dtype="<f2")
                yield [digest for digest, _ in rows], joined.reshape(len(rows), -1).astype(np.float32)

    def _each(self, digests: Sequence[str]) -> Iterator[list[tuple[str, bytes]]]:
        for start in range(0, len(digests), _PARAMETERS):
            part = digests[start : start + _PARAMETERS]
            query = f"SELECT digest, vector FROM vectors WHERE model = ? AND digest IN ({','.join('?' * len(part))})"
            with self._lock:
                rows = self._db.execute(query, (self._model, *part)).fetchall()
            yield rows

    def _all(self, digests: set[str]) -> Iterator[list[tuple[str, bytes]]]:
        last = 0
        while True:
            with self._lock:
                rows = self._db.execute(
                    "SELECT id, digest, vector FROM vectors WHERE id > ? AND model = ? ORDER BY id LIMIT ?",
                    (last, self._model, _MANY),
                ).fetchall()
            if not rows:
                return
            last = rows[-1][0]
            yield [(digest, blob) for _, digest, blob in rows if digest in digests]

    def put(self, digests: Sequence[str], vectors: Vectors) -> None:
        """Keep these; the oldest go when there are more than `limit`."""
        rows = [(self._model, d, v.astype("<f2").tobytes()) for d, v in zip(digests, vectors, strict=True)]
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            self._db.executemany("INSERT OR REPLACE INTO vectors(model, digest, vector) VALUES (?, ?, ?)", rows)
            newest = self._db.execute("SELECT max(id) FROM vectors").fetchone()[0] or 0
            self._db.execute("DELETE FROM vectors WHERE id <= ?", (newest - self._limit,))
            self._db.execute("COMMIT")

    def forget(self, digests: Sequence[str]) -> None:
        """Drop these."""
        with self._lock:
            self._db.executemany(
                "DELETE FROM vectors WHERE model = ? AND digest = ?", [(self._model, digest) for digest in digests]
            )

    def close(self) -> None:
        """Close the file."""
        self._db.close()
