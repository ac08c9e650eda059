"""Working the queue: who is on a draft, who has it open, and what the team says to each other about it.

Comments are records: insert-only, with the same kind of guards as migration 0003. Claims and presence are the present
state; what happened to a claim is in the audit trail.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision: str | None = "0006"

TABLES = {
    "draft_claims": """
        draft TEXT NOT NULL PRIMARY KEY, holder TEXT NOT NULL DEFAULT '', held_until TEXT NOT NULL DEFAULT '',
        assignee TEXT NOT NULL DEFAULT '', updated_at TEXT NOT NULL""",
    "draft_presence": """
        draft TEXT NOT NULL, person TEXT NOT NULL, seen_at TEXT NOT NULL, PRIMARY KEY (draft, person)""",
    "draft_comments": """
        draft TEXT NOT NULL, ordinal INTEGER NOT NULL, id TEXT NOT NULL UNIQUE, author TEXT NOT NULL,
        body TEXT NOT NULL, created_at TEXT NOT NULL, PRIMARY KEY (draft, ordinal)""",
}
# (guard, event, condition under which it refuses), all on draft_comments; the first that applies is reported.
GUARDS = [
    ("draft_comments_kept", "DELETE", ""),
    ("draft_comments_unchanged", "UPDATE", ""),
    ("comment_author", "INSERT", "NOT EXISTS (SELECT 1 FROM users u WHERE u.name = NEW.author)"),
    ("comment_draft", "INSERT", "NOT EXISTS (SELECT 1 FROM draft_versions v WHERE v.draft = NEW.draft)"),
    (
        "comment_order",
        "INSERT",
        "NEW.ordinal <> COALESCE((SELECT MAX(c.ordinal) FROM draft_comments c WHERE c.draft = NEW.draft), 0) + 1"
        " OR EXISTS (SELECT 1 FROM draft_comments c WHERE c.id = NEW.id)",
    ),
]


def upgrade() -> None:
    """Create the tables and the guards of the comments."""
    postgres = op.get_bind().dialect.name == "postgresql"
    for table, columns in TABLES.items():
        # As in 0003: no rowid, so no second key by which INSERT OR REPLACE could push out a row.
        op.execute(f"CREATE TABLE {table} ({columns})" + ("" if postgres else " WITHOUT ROWID"))
    if postgres:
        _guard_postgres()
    else:
        _guard_sqlite()


def _guard_sqlite() -> None:
    for name, event, condition in reversed(GUARDS):  # SQLite fires the youngest first
        when = f"WHEN {condition} " if condition else ""
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {event} ON draft_comments FOR EACH ROW {when}"
            f"BEGIN SELECT RAISE(ABORT, 'guard {name}'); END"
        )


def _guard_postgres() -> None:
    for number, (name, event, condition) in enumerate(GUARDS, 10):  # PostgreSQL fires by name
        row = "OLD" if event == "DELETE" else "NEW"
        _function(f"banso_{name}", f"IF {condition or 'TRUE'} THEN RAISE EXCEPTION 'guard {name}'; END IF", row)
        op.execute(
            f"CREATE TRIGGER g{number}_{name} BEFORE {event} ON draft_comments"
            f" FOR EACH ROW EXECUTE FUNCTION banso_{name}()"
        )
    _function("banso_draft_comments_whole", "RAISE EXCEPTION 'guard draft_comments_kept'", "NULL")
    op.execute(
        "CREATE TRIGGER draft_comments_whole BEFORE TRUNCATE ON draft_comments"
        " FOR EACH STATEMENT EXECUTE FUNCTION banso_draft_comments_whole()"
    )


def _function(name: str, statement: str, row: str) -> None:
    schema = op.get_bind().scalar(sa.text("SELECT quote_ident(current_schema())"))
    op.execute(
        # The path is pinned for the reason given in 0005.
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql SET search_path = {schema}, pg_temp"
        f" AS $$ BEGIN {statement}; RETURN {row}; END $$"
    )


def downgrade() -> None:
    """Never: back up the data folder before an upgrade instead."""
    raise NotImplementedError("restore the backup taken before the upgrade")
