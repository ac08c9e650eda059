"""Reading the review tables. Every function takes a connection, so that it sees its caller's transaction."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, cast, get_args

import sqlalchemy as sa

from banso.core.errors import NotFound
from banso.knowledge.documents import Citation
from banso.review.drafts import Decision, DraftState, DraftSummary, DraftVersion, Event
from banso.review.gate_report import GateReport

_ALL = get_args(DraftState)
_STATE = """
    SELECT v.draft AS id, v.version, v.account, v.hash, v.recipient, v.subject, v.author, v.via, v.thread,
        v.created_at, v.expires_at,
        COALESCE(o.state, CASE d.decision WHEN 'reject' THEN 'rejected' WHEN 'return' THEN 'returned'
            ELSE CASE WHEN v.expires_at <= :now THEN 'expired' ELSE 'waiting' END END) AS state,
        COALESCE(NULLIF(o.note, ''), d.reason, '') AS note
    FROM draft_versions v
    LEFT JOIN outbox o ON o.draft = v.draft
    LEFT JOIN decisions d ON d.draft = v.draft AND d.version = v.version
        AND d.ordinal = (SELECT MAX(ordinal) FROM decisions WHERE draft = v.draft)
    WHERE v.version = (SELECT MAX(version) FROM draft_versions WHERE draft = v.draft)
"""


def versions(db: sa.Connection, draft: str, *, known: bool = True) -> list[DraftVersion]:
    """Every version of the draft, oldest first. Raises NotFound when there is none and it should be `known`."""
    rows = db.execute(sa.text("SELECT * FROM draft_versions WHERE draft = :draft ORDER BY version"), {"draft": draft})
    found = [to_version(row) for row in rows]
    if known and not found:
        raise NotFound(f"no draft {draft!r}", "python -m agents drafts")
    return found


def check(db: sa.Connection, draft: str, version: int) -> GateReport | None:
    """The newest stored report about this version."""
    sql = "SELECT report FROM draft_checks WHERE draft = :draft AND version = :version ORDER BY ordinal DESC LIMIT 1"
    found = db.execute(sa.text(sql), {"draft": draft, "version": version}).scalar_one_or_none()
    return None if found is None else GateReport.model_validate_json(str(found))


def version(db: sa.Connection, draft: str, number: int) -> DraftVersion:
    """One version of the draft. Raises NotFound."""
    for found in versions(db, draft):
        if found.version == number:
            return found
    raise NotFound(f"draft {draft} has no version {number}")


def to_version(row: sa.Row[Any]) -> DraftVersion:
    """The version a row of draft_versions holds."""
    evidence = tuple(Citation(**item) for item in json.loads(row.evidence))
    return DraftVersion(**{**row._mapping, "evidence": evidence})


def state(db: sa.Connection, draft: str, now: str) -> DraftState:
    """The draft's state at `now`. Raises NotFound."""
    sql = f"SELECT state FROM ({_STATE}) AS q WHERE id = :draft"
    found = db.execute(sa.text(sql), {"draft": draft, "now": now}).scalar_one_or_none()
    if found is None:
        raise NotFound(f"no draft {draft!r}", "python -m agents drafts")
    return cast(DraftState, found)


def queue(
    db: sa.Connection, now: str, states: Sequence[DraftState] | None, account: str, limit: int
) -> list[DraftSummary]:
    """Summaries, oldest first."""
    sql = sa.text(
        f"SELECT * FROM ({_STATE}) AS q WHERE state IN :states"
        " AND (:account = '' OR account = :account) ORDER BY created_at, id LIMIT :limit"
    ).bindparams(sa.bindparam("states", expanding=True, type_=sa.Text()))
    values = {
        "now": now, "states": list(_ALL if states is None else states), "account": account, "limit": limit,
    }  # fmt: skip
    return [DraftSummary(**row._mapping) for row in db.execute(sql, values)]


def decisions(db: sa.Connection, draft: str) -> list[Decision]:
    """Every decision about the draft, oldest first."""
    columns = ", ".join(Decision.model_fields)
    rows = db.execute(
        sa.text(f"SELECT {columns} FROM decisions WHERE draft = :draft ORDER BY ordinal"), {"draft": draft}
    )
    return [Decision(**row._mapping) for row in rows]


def events(db: sa.Connection, draft: str) -> list[Event]:
    """What happened to the draft, oldest first."""
    rows = db.execute(sa.text("SELECT * FROM audit WHERE draft = :draft ORDER BY seq"), {"draft": draft})
    return [_event(row, json.loads(row.detail)) for row in rows]


def _event(row: sa.Row[Any], detail: dict[str, Any]) -> Event:
    reason = detail.get("reason", "")
    if row.action == "refused":
        reason = f"{detail.get('tried', '')}: {detail.get('rule', '')}"
    elif row.action == "resolve":
        reason = f"{detail.get('outcome', '')} {reason}".strip()
    return Event(at=row.at, who=row.actor, what=row.action, version=detail.get("version"), reason=reason)


def switch(db: sa.Connection, name: str, otherwise: str) -> str:
    """The newest value of a switch."""
    sql = "SELECT value FROM review_switches WHERE name = :name ORDER BY ordinal DESC LIMIT 1"
    return str(db.execute(sa.text(sql), {"name": name}).scalar_one_or_none() or otherwise)
