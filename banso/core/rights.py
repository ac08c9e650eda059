"""Who may do what in the database: the app, the sender, and the owner who migrates.

PostgreSQL: roles with grants (`python -m agents database grant`). SQLite has no roles: there a connection takes its
role on and cannot put it off (an authorizer). Either way the guards of the review tables stay out of reach: neither
role can change the schema, and neither can do the other's part.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import Literal

from banso.core.errors import ConfigError

Role = Literal["owner", "app", "sender"]
"""owner: everything; app: the screens, the agent, the commands; sender: the process that sends."""


class Denied(ConfigError):
    """The role in use has no right to do this."""

    def __init__(self, error: BaseException) -> None:
        super().__init__(
            f"this role may not do that in the database: {str(error).splitlines()[0]}",
            "use the owner's BANSO_DATABASE_URL for users and upgrades; see docs/review.md, Rights in the database",
        )


@dataclass(frozen=True)
class Right:
    """What a role may do with one table. `read` and `update` name columns; None: every one."""

    insert: bool = False
    delete: bool = False
    update: tuple[str, ...] | None = ()
    read: tuple[str, ...] | None = None


EVERYTHING, READ, FILE = Right(True, True, None), Right(), Right(insert=True)
NOTHING = Right(read=())
TURN = Right(update=None)
"""LOCK TABLE needs UPDATE; the table is empty."""
APP: dict[str, Right] = {
    "alembic_version": READ,
    # A role is read from here when someone approves: who writes here decides who decides.
    "users": READ,
    **dict.fromkeys(
        ("draft_versions", "draft_checks", "draft_comments", "decisions", "review_switches", "audit"), FILE
    ),
    **dict.fromkeys(("draft_origins", "draft_rules", "lesson_edits", "lessons", "lesson_decisions"), FILE),
    "outbox": Right(insert=True, update=("state", "note", "resolved_by", "updated_at")),
    "channel_holds": READ,
    "review_turn": TURN,
}
"""What is not named, the app may do everything with: accounts, conversations, feedback."""
_LEASE = ("state", "channel", "lease_owner", "lease_until", "attempts", "tried", "note", "updated_at")
SENDER: dict[str, Right] = {
    "alembic_version": READ,
    "users": Right(read=("name", "role")),  # the guards ask who the approver is
    **dict.fromkeys(("draft_versions", "draft_checks", "decisions", "review_switches"), READ),
    "audit": FILE,
    "outbox": Right(update=_LEASE),  # not resolved_by: only a person settles what is unknown
    "channel_holds": EVERYTHING,
    "review_turn": TURN,
}
"""What is not named, the sender does not even read."""
APP_OUTBOX = (
    "NOT (OLD.state = 'queued' AND NEW.state = 'cancelled'"
    " OR OLD.state = 'unknown' AND NEW.state IN ('sent', 'cancelled'))"
)
"""When a change of an outbox row is not the app's to make."""


def right(role: Role, table: str) -> Right:
    """What the role may do with the table."""
    if role == "owner":
        return EVERYTHING
    return APP.get(table, EVERYTHING) if role == "app" else SENDER.get(table, NOTHING)


# --- SQLite ----------------------------------------------------------------------------------------------------------

_SCHEMA = ("sqlite_master", "sqlite_schema")
_FREE = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_TRANSACTION, sqlite3.SQLITE_SAVEPOINT, sqlite3.SQLITE_RECURSIVE}
_ASKED = {"read_uncommitted", "table_info", "table_xinfo", "index_list", "index_info", "foreign_key_list"}
"""Pragmas that only tell. `data_version` and others may be added; none that sets anything."""


def restrict_sqlite(connection: sqlite3.Connection, role: Role) -> None:
    """Let this connection do what the role may and nothing else, for as long as it lives."""
    if role == "app":
        connection.execute(
            f"CREATE TEMP TRIGGER rights_outbox BEFORE UPDATE ON main.outbox FOR EACH ROW WHEN {APP_OUTBOX}"
            " BEGIN SELECT RAISE(ABORT, 'guard rights_outbox'); END"
        )

    def authorize(action: int, first: str | None, second: str | None, database: str | None, within: str | None) -> int:
        return sqlite3.SQLITE_OK if _allowed(role, action, first or "", second) else sqlite3.SQLITE_DENY

    connection.set_authorizer(authorize)


def _allowed(role: Role, action: int, first: str, second: str | None) -> bool:
    """Whether the role may do this. `first` and `second` as sqlite3_set_authorizer documents them for each action."""
    name, may = first.lower(), right(role, first)
    if action in _FREE:
        return True
    if action == sqlite3.SQLITE_FUNCTION:
        return second not in ("load_extension", "writefile", "readfile", "edit")
    if action == sqlite3.SQLITE_PRAGMA:
        return name in _ASKED and (second is None or name != "read_uncommitted")
    if action == sqlite3.SQLITE_READ:
        return name in _SCHEMA or may.read is None or bool(may.read and second in ("", *may.read))
    # What is left is a write to a table, or a change of the schema, ATTACH, and whatever later versions add: refused.
    return not name.startswith("sqlite_") and (
        (action == sqlite3.SQLITE_INSERT and may.insert)
        or (action == sqlite3.SQLITE_DELETE and may.delete)
        or (action == sqlite3.SQLITE_UPDATE and (may.update is None or second in may.update))
    )
