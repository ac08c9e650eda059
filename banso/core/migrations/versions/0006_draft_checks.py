"""What the draft gate found in each version, and the guards by which an approval needs it.

Form and meaning of a guard: migration 0003. A check is live until `valid_until` and counts for one hash; of the checks
of a version the newest speaks.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision: str | None = "0005"

TABLE = "draft_checks"
COLUMNS = """
    draft TEXT NOT NULL, version INTEGER NOT NULL, ordinal INTEGER NOT NULL, hash TEXT NOT NULL, rules TEXT NOT NULL,
    blocking INTEGER NOT NULL, warnings TEXT NOT NULL, report TEXT NOT NULL, created_at TEXT NOT NULL,
    valid_until TEXT NOT NULL, PRIMARY KEY (draft, version, ordinal)"""

_LAST = "(SELECT MAX(l.ordinal) FROM draft_checks l WHERE l.draft = NEW.draft AND l.version = NEW.version)"
_CHECK = (
    "SELECT 1 FROM draft_checks c WHERE c.draft = NEW.draft AND c.version = NEW.version AND c.hash = NEW.hash"
    f" AND c.ordinal = {_LAST}"
)
_APPROVE = "NEW.decision = 'approve' AND"

# (guard, table, event, condition under which it refuses), as in 0003.
GUARDS = [
    ("draft_checks_kept", TABLE, "DELETE", ""),
    ("draft_checks_unchanged", TABLE, "UPDATE", ""),
    ("check_order", TABLE, "INSERT", f"NEW.ordinal <> COALESCE({_LAST}, 0) + 1"),
    (
        "check_hash",
        TABLE,
        "INSERT",
        "NOT EXISTS (SELECT 1 FROM draft_versions v WHERE v.draft = NEW.draft AND v.version = NEW.version"
        " AND v.hash = NEW.hash)",
    ),
    (
        "decision_unchecked",
        "decisions",
        "INSERT",
        f"{_APPROVE} NOT EXISTS ({_CHECK} AND c.valid_until > NEW.created_at)",
    ),
    ("decision_blocked", "decisions", "INSERT", f"{_APPROVE} EXISTS ({_CHECK} AND c.blocking <> 0)"),
    (
        "decision_unacknowledged",
        "decisions",
        "INSERT",
        f"{_APPROVE} EXISTS ({_CHECK} AND c.warnings <> NEW.acknowledged)",
    ),
    (
        "outbox_unchecked",
        "outbox",
        "INSERT",
        f"NOT EXISTS ({_CHECK} AND c.blocking = 0 AND c.warnings ="
        " COALESCE((SELECT d.acknowledged FROM decisions d WHERE d.id = NEW.decision), c.warnings))",
    ),
]


def upgrade() -> None:
    """Create the table, and let the guards of this migration speak after those of 0003."""
    postgres = op.get_bind().dialect.name == "postgresql"
    op.execute(f"CREATE TABLE {TABLE} ({COLUMNS})" + ("" if postgres else " WITHOUT ROWID"))
    op.execute("ALTER TABLE decisions ADD COLUMN acknowledged TEXT NOT NULL DEFAULT ''")
    if postgres:
        _guard_postgres()
    else:
        _guard_sqlite()


def _guard_sqlite() -> None:
    # SQLite fires the youngest trigger first: the older guards of these tables are made anew, after ours.
    db = op.get_bind()
    older = db.execute(
        sa.text(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name IN ('decisions', 'outbox')"
            " ORDER BY rowid"
        )
    ).all()
    for trigger in older:
        op.execute(f"DROP TRIGGER {trigger.name}")
    for name, table, event, condition in reversed(GUARDS):
        when = f"WHEN {condition} " if condition else ""
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW {when}"
            f"BEGIN SELECT RAISE(ABORT, 'guard {name}'); END"
        )
    for trigger in older:
        db.exec_driver_sql(trigger.sql)


def _guard_postgres() -> None:
    # PostgreSQL fires triggers by name: 0003 counts from 10, so these come after it.
    for number, (name, table, event, condition) in enumerate(GUARDS, 80):
        row = "OLD" if event == "DELETE" else "NEW"
        _postgres_function(
            f"banso_{name}", f"IF {condition or 'TRUE'} THEN RAISE EXCEPTION 'guard {name}'; END IF", row
        )
        op.execute(
            f"CREATE TRIGGER g{number}_{name} BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION banso_{name}()"
        )
    _postgres_function(f"banso_{TABLE}_whole", f"RAISE EXCEPTION 'guard {TABLE}_kept'", "NULL")
    op.execute(
        f"CREATE TRIGGER {TABLE}_whole BEFORE TRUNCATE ON {TABLE} FOR EACH STATEMENT"
        f" EXECUTE FUNCTION banso_{TABLE}_whole()"
    )


def _postgres_function(name: str, statement: str, row: str) -> None:
    op.execute(
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {statement}; RETURN {row}; END $$"
    )


def downgrade() -> None:
    """Never: back up the data folder before an upgrade instead."""
    raise NotImplementedError("restore the backup taken before the upgrade")
