"""Which chunks there are and which of them a scope admits, answered from memory: SQLite needs 10 ms for 20,000 rows.

The wall is still `scoping.condition` alone. Chunks that differ in nothing it asks for form a group; the condition is
put to a small table with one row a group.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from banso.knowledge.documents import Language, Scope
from banso.knowledge.registry import Registry
from banso.knowledge.scoping import condition, of_all_times, undated, within

_GROUPED = ("realm", "source", "account", "product", "language", "visibility", "hidden")
_REALM, _LANGUAGE = 0, 4
_KEPT = 64  # scopes whose answer is remembered


class Roster:
    """The chunks of one generation of the registry, in the order of their keys. Never changed once made."""

    def __init__(self, rows: Sequence[tuple[Any, ...]]) -> None:
        """`rows`: key, id, digest, dated, pending, then the columns of `_GROUPED`; in the order of keys."""
        codes: dict[tuple[Any, ...], int] = {}
        self.keys = [row[0] for row in rows]
        self.ids = [row[1] for row in rows]
        self.digests = ["" if row[4] else row[2] for row in rows]
        """What each vector is called in the cache; empty while it is still to be written."""
        self._dated = np.array([row[3] for row in rows], dtype=np.float64)  # no date: NaN, outside every stretch
        self._group = np.array([codes.setdefault(row[5:], len(codes)) for row in rows], dtype=np.int32)
        self._groups, self._lock = list(codes), threading.Lock()
        self._admitted: dict[tuple[Scope, bool], NDArray[np.bool_]] = {}
        self._table = _table_of(self._groups)

    @cached_property
    def row_of(self) -> dict[str, int]:
        """Place of each id in this roster."""
        return {one: row for row, one in enumerate(self.ids)}

    def admitted(self, scope: Scope, *, hidden: bool) -> NDArray[np.bool_]:
        """For each chunk: whether the scope admits it."""
        found: NDArray[np.bool_] = self._groups_admitted(undated(scope), hidden)[self._group]
        if not (scope.since or scope.until):
            return found
        timeless: NDArray[np.bool_] = self._groups_admitted(of_all_times(scope), hidden)[self._group]
        return found & (within(scope, self._dated) | timeless)

    def present(self, scope: Scope, *, hidden: bool) -> dict[tuple[str, Language], int]:
        """How many chunks the scope admits, by realm and language."""
        counts = np.bincount(self._group[self.admitted(scope, hidden=hidden)], minlength=len(self._groups))
        found: dict[tuple[str, Language], int] = {}
        for group, count in zip(self._groups, counts.tolist(), strict=True):
            if count:
                key = (group[_REALM], group[_LANGUAGE])
                found[key] = found.get(key, 0) + count
        return found

    def _groups_admitted(self, scope: Scope, hidden: bool) -> NDArray[np.bool_]:
        with self._lock:
            known = self._admitted.get((scope, hidden))
            if known is None:
                clause, values = condition(scope, hidden=hidden)
                known = np.zeros(len(self._groups), dtype=np.bool_)
                known[[row[0] for row in self._table.execute(f"SELECT code FROM chunks WHERE {clause}", values)]] = True
                if len(self._admitted) >= _KEPT:
                    self._admitted.clear()
                self._admitted[scope, hidden] = known
            return known


class Rosters:
    """The roster of the registry as it is now."""

    def __init__(self, registry: Registry) -> None:
        self._registry, self._lock = registry, threading.Lock()
        self._generation, self._roster = "", Roster(())

    def now(self) -> Roster:
        """The present roster; read anew when this or another process has written since."""
        generation = self._registry.meta("generation", "0")
        with self._lock:
            if generation != self._generation:
                self._roster = Roster(self._rows())
                self._generation = generation
            return self._roster

    def _rows(self) -> list[tuple[Any, ...]]:
        columns = ", ".join(("key", "id", "digest", "dated", "pending", *_GROUPED))
        return self._registry.db.execute(f"SELECT {columns} FROM chunks ORDER BY key").fetchall()


def _table_of(groups: Sequence[tuple[Any, ...]]) -> sqlite3.Connection:
    """The groups as a table with the name and the columns that the condition speaks of."""
    table = sqlite3.connect(":memory:", check_same_thread=False)
    table.execute(f"CREATE TABLE chunks (code INTEGER PRIMARY KEY, {', '.join(_GROUPED)})")
    marks = ", ".join("?" * (1 + len(_GROUPED)))
    table.executemany(f"INSERT INTO chunks VALUES ({marks})", [(code, *group) for code, group in enumerate(groups)])
    return table
