"""Vectors already computed, by model and text: embedding is nearly the whole cost of ingestion."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from banso.knowledge.embedding import Vectors

LIMIT = 200_000  # vectors kept: 150 MB at 384 dimensions
_PARAMETERS = 500  # of one statement; SQLite allows at least 999


class VectorCache:
    """Half-precision vectors in a SQLite file. Losing it costs time, nothing else."""

    def __init__(self, path: Path, model: str, limit: int = LIMIT) -> None:
        self._model, self._limit = model, limit
        self._lock = threading.Lock()
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._db = sqlite3.connect(path, timeout=30, isolation_level=None, check_same_thread=False)
        for statement in (
            "PRAGMA journal_mode=WAL",
            "PRAGMA synchronous=NORMAL",
            "PRAGMA secure_delete=ON",
            "CREATE TABLE IF NOT EXISTS vectors (id INTEGER PRIMARY KEY, model TEXT NOT NULL, digest TEXT NOT NULL, "
            "vector BLOB NOT NULL, UNIQUE (model, digest))",
        ):
            self._db.execute(statement)

    def get(self, digests: Sequence[str]) -> dict[str, Vectors]:
        """The known ones of these digests, each of shape (dimension,)."""
        found: dict[str, Vectors] = {}
        for start in range(0, len(digests), _PARAMETERS):
            part = digests[start : start + _PARAMETERS]
            query = f"SELECT digest, vector FROM vectors WHERE model = ? AND digest IN ({','.join('?' * len(part))})"
            with self._lock:
                rows = self._db.execute(query, (self._model, *part)).fetchall()
            found.update((digest, np.frombuffer(blob, dtype="<f2").astype(np.float32)) for digest, blob in rows)
        return found

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
