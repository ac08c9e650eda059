"""Channels that rest: a provider asked to wait, or its settings are wrong. Kept where every sender sees it, and where
the screens can show it beside the kill switch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import sqlalchemy as sa

from banso.core.database import Database
from banso.review import queries
from banso.review.store import Transaction

_STATES = ("queued", "sending", "sent", "unknown", "cancelled")
_COUNTS = "SELECT state, COUNT(*) FROM outbox GROUP BY state"
_HOLDS = "SELECT channel, until, fault, note FROM channel_holds WHERE until > :now ORDER BY channel"


class Hold(NamedTuple):
    """A channel that rests until a moment, and why."""

    channel: str
    until: str
    """ISO 8601 in UTC."""
    fault: str
    """busy: the provider asked to wait; settings: an operator must mend something."""
    note: str


@dataclass(frozen=True)
class OutboxStatus:
    """The state of sending, for a screen or an operator."""

    paused: bool
    people: str
    """two: an approver may not have asked for or edited the text; one: they may (recorded in the audit trail)."""
    counts: dict[str, int]
    """Messages by state, also those that are none."""
    holds: tuple[Hold, ...]


def outbox_status(database: Database, now: str) -> OutboxStatus:
    """What the outbox holds at `now` and what keeps it from leaving."""
    with database.read() as db:
        counted = {state: int(number) for state, number in db.execute(sa.text(_COUNTS))}
        return OutboxStatus(
            paused=queries.switch(db, "sending", "on") == "paused",
            people=queries.switch(db, "people", "two"),
            counts=dict.fromkeys(_STATES, 0) | counted,
            holds=tuple(Hold(*row) for row in db.execute(sa.text(_HOLDS), {"now": now})),
        )


def rests(t: Transaction, channel: str) -> bool:
    """Whether the channel rests now."""
    sql = "SELECT 1 FROM channel_holds WHERE channel = :channel AND until > :now"
    return t.run(sql, channel=channel, now=t.now).one_or_none() is not None


def hold(t: Transaction, made: Hold) -> None:
    """Let the channel rest."""
    t.run(
        "INSERT INTO channel_holds (channel, until, fault, note) VALUES (:channel, :until, :fault, :note)"
        " ON CONFLICT (channel) DO UPDATE SET until = :until, fault = :fault, note = :note",
        **made._asdict(),
    )


def forget_faults(t: Transaction) -> None:
    """A sender has just been started, perhaps with better settings: what rested for theirs is tried again."""
    t.run("DELETE FROM channel_holds WHERE fault = 'settings'")
