"""Writing a CRM export into the embedded CRM: compare with what is stored, change only the difference."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from pydantic import BaseModel, ConfigDict

from banso.core.clock import Clock, utc_now
from banso.core.database import Database
from banso.crm.accounts import Account, Contact, Stored
from banso.crm.names import company_key, domain_of, person_key, plain
from banso.crm.tables import KINDS, TABLES, as_record, as_row, keys, loads

BATCH = 500  # ids in one IN (...): SQLite allows 32,766 variables, PostgreSQL 65,535


class Outcome(BaseModel):
    """What the last load of a collection left behind, so that an unchanged export reports the same again."""

    model_config = ConfigDict(frozen=True)

    fingerprint: str
    rows: int
    failures: tuple[tuple[str, str, str], ...] = ()
    warnings: dict[str, int] = {}


@dataclass
class Changes:
    """The difference between an export and what is stored, by kind of record."""

    added: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    updated: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    gone: dict[str, list[str]] = field(default_factory=dict)
    unchanged: int = 0
    stored: int = 0

    def count(self, which: str) -> int:
        """How many records: `added`, `updated` or `gone`."""
        return sum(len(rows) for rows in getattr(self, which).values())


class CrmStore:
    """The one writer of the CRM tables."""

    def __init__(self, database: Database, clock: Clock = utc_now) -> None:
        self._database, self._clock = database, clock

    def last(self, collection: str) -> Outcome | None:
        """The outcome of the last load of this collection."""
        with self._database.read() as db:
            found = db.execute(sa.select(loads.c.outcome).where(loads.c.collection == collection)).scalar()
        return Outcome.model_validate_json(found) if found else None

    def compare(self, collection: str, records: Mapping[str, Iterable[Stored]]) -> Changes:
        """What a load of these records would change. Kinds that are not in `records` count as empty."""
        changes = Changes()
        with self._database.read() as db:
            for kind in KINDS:
                stored = _stored(db, kind, collection)
                changes.stored += sum(owner == collection for _, owner in stored.values())
                fresh = {record.id: _row(record, collection) for record in records.get(kind, ())}
                _divide(changes, kind, collection, stored, fresh)
        return changes

    def apply(self, collection: str, changes: Changes, outcome: Outcome) -> None:
        """Write the difference in one transaction: all of it or nothing."""
        with self._database.write() as db:
            for kind, table in TABLES.items():
                updated = changes.updated.get(kind, [])
                _delete(db, table, [*changes.gone.get(kind, []), *(row["id"] for row in updated)])
                if rows := [*changes.added.get(kind, []), *updated]:
                    db.execute(sa.insert(table), rows)
            _rebuild_keys(db)
            db.execute(sa.delete(loads).where(loads.c.collection == collection))
            values = {"collection": collection, "fingerprint": outcome.fingerprint}
            db.execute(
                sa.insert(loads).values(
                    **values, loaded_at=self._clock().isoformat(), outcome=outcome.model_dump_json()
                )
            )


def _stored(db: sa.Connection, kind: str, collection: str) -> dict[str, tuple[str, str]]:
    """id -> (digest, collection) of every stored record: an id may move from one export to another."""
    table = TABLES[kind]
    return {
        r.id: (r.digest, r.collection) for r in db.execute(sa.select(table.c.id, table.c.digest, table.c.collection))
    }


def _divide(
    changes: Changes,
    kind: str,
    collection: str,
    stored: Mapping[str, tuple[str, str]],
    fresh: dict[str, dict[str, Any]],
) -> None:
    for key, row in fresh.items():
        if key not in stored:
            changes.added.setdefault(kind, []).append(row)
        elif stored[key] != (row["digest"], collection):
            changes.updated.setdefault(kind, []).append(row)
        else:
            changes.unchanged += 1
    gone = [key for key, (_, owner) in stored.items() if owner == collection and key not in fresh]
    if gone:
        changes.gone[kind] = gone


def _row(record: Stored, collection: str) -> dict[str, Any]:
    row = as_row(record)
    digest = hashlib.sha256(json.dumps(row, ensure_ascii=False).encode()).hexdigest()[:32]
    return {**row, "collection": collection, "digest": digest}


def _delete(db: sa.Connection, table: sa.TableClause, ids: list[str]) -> None:
    for start in range(0, len(ids), BATCH):
        db.execute(sa.delete(table).where(table.c.id.in_(ids[start : start + BATCH])))


def _rebuild_keys(db: sa.Connection) -> None:
    """The keys follow from accounts and contacts alone; making them anew is simpler than patching and fast."""
    db.execute(sa.delete(keys))
    rows = [row for a in db.execute(sa.select(TABLES["accounts"])) for row in _account_keys(as_record(Account, a))]
    rows += [row for c in db.execute(sa.select(TABLES["contacts"])) for row in _contact_keys(as_record(Contact, c))]
    if rows:
        db.execute(sa.insert(keys), rows)


def _account_keys(account: Account) -> list[dict[str, str]]:
    found = {
        "id": plain(account.id),
        "name": company_key(account.name),
        "kana": company_key(account.kana),
        "domain": domain_of(account.domain),
    }
    return [{"account_id": account.id, "kind": kind, "key": key} for kind, key in found.items() if key]


def _contact_keys(contact: Contact) -> list[dict[str, str]]:
    found = (
        ("email", plain(contact.email)),
        ("contact", person_key(contact.name)),
        ("contact", person_key(contact.kana)),
    )
    return [{"account_id": contact.account_id, "kind": kind, "key": key} for kind, key in found if key]
