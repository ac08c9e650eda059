"""Writing transactions of the review tables: one at a time, guards translated, the audit head exported after commit."""

from __future__ import annotations

import random
import re
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import sqlalchemy as sa

from banso.core.clock import Clock
from banso.core.database import Database
from banso.review import audit
from banso.review.refusal import Refused

T = TypeVar("T")
_GUARD = re.compile(r"guard (\w+)")
_TRIES = 20
_AGAIN = {"40001", "40P01"}  # PostgreSQL: serialisation failure, deadlock


class Transaction:
    """A write in progress: the connection, the moment it began, and the audit lines it adds."""

    def __init__(self, db: sa.Connection, now: datetime) -> None:
        self.db, self.now, self.head = db, stamp(now), audit.Head(0, "")

    def run(self, sql: str, **values: object) -> sa.CursorResult[tuple[object, ...]]:
        """Execute one statement with named values."""
        return self.db.execute(sa.text(sql), values)

    def record(self, actor: str, action: str, draft: str = "", **detail: object) -> None:
        """Add an audit line."""
        self.head = audit.append(self.db, at=self.now, actor=actor, action=action, draft=draft, detail=detail)


class Store:
    """The review tables of one database. `head` is the audit head file; None: beside a SQLite file, else none."""

    def __init__(self, database: Database, clock: Clock, head: Path | None = None) -> None:
        self.database, self.clock = database, clock
        self.head = head or _beside(database.url)

    def write(self, work: Callable[[Transaction], T]) -> T:
        """Run `work` in one transaction. A guard that refuses raises Refused and nothing is kept."""
        for attempt in range(1, _TRIES + 1):
            try:
                return self._once(work)
            except sa.exc.DBAPIError as error:
                guard = _GUARD.search(str(error.orig))
                if guard:
                    raise Refused(guard.group(1)) from error
                if attempt == _TRIES or getattr(error.orig, "sqlstate", "") not in _AGAIN:
                    raise
                time.sleep(random.uniform(0, 0.01 * attempt))
        raise AssertionError("the last try either returned or raised")

    def _once(self, work: Callable[[Transaction], T]) -> T:
        with self.database.write() as db:
            if db.dialect.name == "postgresql":
                # Before the first query, so that the snapshot is taken when the writer's turn has come.
                db.execute(sa.text("LOCK TABLE review_turn IN EXCLUSIVE MODE"))
            transaction = Transaction(db, self.clock())
            result = work(transaction)
        if self.head is not None and transaction.head.seq:
            audit.export_head(self.head, transaction.head)
        return result


def stamp(moment: datetime) -> str:
    """ISO 8601 in UTC at fixed width, so that texts sort as times under any collation."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def _beside(url: str) -> Path | None:
    database = sa.engine.make_url(url).database
    if not url.startswith("sqlite") or database in (None, "", ":memory:"):
        return None
    return Path(str(database)).parent / audit.HEAD
