"""Channels that rest: a provider asked to wait, or its settings are wrong. Kept where every sender sees it."""

from __future__ import annotations

from typing import NamedTuple

import sqlalchemy as sa

from banso.core.database import Database
from banso.review.store import Transaction


class Hold(NamedTuple):
    """A channel that rests until a moment, and why."""

    channel: str
    until: str
    """ISO 8601 in UTC."""
    fault: str
    """busy: the provider asked to wait; settings: an operator must mend something."""
    note: str


def holds(database: Database, now: str) -> list[Hold]:
    """The channels that rest at `now`, by name."""
    sql = "SELECT channel, until, fault, note FROM channel_holds WHERE until > :now ORDER BY channel"
    with database.read() as db:
        return [Hold(*row) for row in db.execute(sa.text(sql), {"now": now})]


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
