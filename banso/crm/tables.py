"""The CRM tables as SQLAlchemy sees them (migrations 0002 and 0017 make them), and rows to records and back."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeVar

import sqlalchemy as sa

from banso.crm.accounts import Account, Contact, Contract, CrmEvent, CrmTicket, Record, Stored, Survey, UsageWeek

KINDS: dict[str, type[Stored]] = {
    "accounts": Account,
    "contacts": Contact,
    "contracts": Contract,
    "usage": UsageWeek,
    "surveys": Survey,
    "tickets": CrmTicket,
    "events": CrmEvent,
}
"""Kind of record -> its type. The table is `crm_<kind>`; the order is the order of loading."""

R = TypeVar("R", bound=Record)

TABLES: dict[str, sa.TableClause] = {
    kind: sa.table(f"crm_{kind}", *(sa.column(n) for n in (*model.model_fields, "collection", "digest")))
    for kind, model in KINDS.items()
}
keys = sa.table("crm_keys", *(sa.column(n) for n in ("account_id", "kind", "key")))
loads = sa.table("crm_loads", *(sa.column(n) for n in ("collection", "fingerprint", "loaded_at", "outcome")))


def as_row(record: Record) -> dict[str, Any]:
    """Column values: dates as ISO 8601, money as digits, yes/no as 1 and 0, so that both databases agree."""
    return {name: _plain(value) for name, value in record}


def as_record(model: type[R], row: sa.Row[Any]) -> R:
    """The record of a stored row. NULL becomes the field's own "not recorded"."""
    return model.model_validate({n: v for n, v in row._mapping.items() if n in model.model_fields and v is not None})


def _plain(value: object) -> object:
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value
