"""What has been taken into the embedded CRM: one entry for each export."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from banso.crm.accounts import Record
from banso.crm.store import Outcome
from banso.crm.tables import TABLES, loads


class Holding(Record):
    """One export. `records`: kind (accounts, contacts, contracts, usage, …) -> how many are stored, each kind named."""

    collection: str
    """The absolute path of the export's folder."""
    records: dict[str, int]
    loaded_at: datetime
    """When a run last changed something, in UTC."""
    failures: tuple[tuple[str, str, str], ...] = ()
    """Rows that could not go in: file and line, why, what to do."""


def holdings(db: sa.Connection) -> list[Holding]:
    """Every export that was taken in, by its path."""
    counts = {kind: _counts(db, table) for kind, table in TABLES.items()}
    return [
        Holding(
            collection=load.collection,
            records={kind: found.get(load.collection, 0) for kind, found in counts.items()},
            loaded_at=datetime.fromisoformat(load.loaded_at),
            failures=Outcome.model_validate_json(load.outcome).failures,
        )
        for load in db.execute(sa.select(loads).order_by(loads.c.collection))
    ]


def _counts(db: sa.Connection, table: sa.TableClause) -> dict[str, int]:
    query = sa.select(table.c.collection, sa.func.count()).group_by(table.c.collection)
    return {row[0]: row[1] for row in db.execute(query)}
