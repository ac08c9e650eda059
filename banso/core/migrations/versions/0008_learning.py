"""What edits teach, which rules a draft followed, who worded it, and the guards by which an agent writes again.

Form and meaning of a guard: migration 0003. All tables are records: insert-only.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision: str | None = "0007"

TABLES = {
    "draft_origins": """
        draft TEXT NOT NULL, version INTEGER NOT NULL, model TEXT NOT NULL, question TEXT NOT NULL,
        PRIMARY KEY (draft, version)""",
    "lesson_edits": """
        draft TEXT NOT NULL, version INTEGER NOT NULL, read_at TEXT NOT NULL, PRIMARY KEY (draft, version)""",
    "lessons": """
        number INTEGER NOT NULL PRIMARY KEY, kind TEXT NOT NULL CHECK (kind IN ('rule', 'case')),
        draft TEXT NOT NULL, version INTEGER NOT NULL, account TEXT NOT NULL, segment TEXT NOT NULL,
        language TEXT NOT NULL, editor TEXT NOT NULL, reason TEXT NOT NULL, content TEXT NOT NULL,
        created_at TEXT NOT NULL""",
    "lesson_decisions": """
        number INTEGER NOT NULL, ordinal INTEGER NOT NULL,
        decision TEXT NOT NULL CHECK (decision IN ('accept', 'refuse', 'off', 'on')),
        decided_by TEXT NOT NULL, scope TEXT NOT NULL CHECK (scope IN ('account', 'segment', 'team')),
        content TEXT NOT NULL, created_at TEXT NOT NULL, PRIMARY KEY (number, ordinal)""",
    "draft_rules": """
        draft TEXT NOT NULL, version INTEGER NOT NULL, rule INTEGER NOT NULL, decision INTEGER NOT NULL,
        PRIMARY KEY (draft, version, rule)""",
}
_FIRST = "SELECT 1 FROM draft_versions v WHERE v.draft = NEW.draft AND v.version = 1"
_THIS = "SELECT 1 FROM draft_versions v WHERE v.draft = NEW.draft AND v.version = NEW.version"
_AGAIN = "NEW.via = 'agent' AND NEW.version > 1"
_ORDINAL = "(SELECT MAX(l.ordinal) FROM lesson_decisions l WHERE l.number = NEW.number)"
_STANDING = (
    "COALESCE((SELECT l.decision FROM lesson_decisions l WHERE l.number = NEW.number"
    " ORDER BY l.ordinal DESC LIMIT 1), '')"
)
_STEPS = (
    ">accept",
    ">refuse",
    "refuse>accept",
    "accept>off",
    "on>off",
    "off>on",
    "off>accept",
    "on>accept",
    "accept>accept",
)

# (guard, table, event, condition under which it refuses), as in 0003.
GUARDS = [
    *((f"{table}_kept", table, "DELETE", "") for table in TABLES),
    *((f"{table}_unchanged", table, "UPDATE", "") for table in TABLES),
    # --- the agent writes again: only what was sent back, for the person and in the conversation that it belongs to
    (
        "redraft_returned",
        "draft_versions",
        "INSERT",
        f"{_AGAIN} AND NOT EXISTS (SELECT 1 FROM decisions d WHERE d.draft = NEW.draft"
        " AND d.version = NEW.version - 1 AND d.decision = 'return'"
        " AND d.ordinal = (SELECT MAX(l.ordinal) FROM decisions l WHERE l.draft = NEW.draft))",
    ),
    ("redraft_author", "draft_versions", "INSERT", f"{_AGAIN} AND NOT EXISTS ({_FIRST} AND v.author = NEW.author)"),
    (
        "redraft_thread",
        "draft_versions",
        "INSERT",
        f"{_AGAIN} AND NOT EXISTS ({_FIRST} AND v.thread = NEW.thread AND v.thread <> '')",
    ),
    # --- where a version comes from
    ("origin_version", "draft_origins", "INSERT", f"NOT EXISTS ({_THIS} AND v.via = 'agent')"),
    # --- lessons
    ("lesson_order", "lessons", "INSERT", "NEW.number <> COALESCE((SELECT MAX(l.number) FROM lessons l), 0) + 1"),
    (
        "lesson_account",
        "lessons",
        "INSERT",
        f"NOT EXISTS ({_THIS} AND v.via = 'person' AND v.account = NEW.account AND v.author = NEW.editor)",
    ),
    (
        "lesson_admin",
        "lesson_decisions",
        "INSERT",
        "NOT EXISTS (SELECT 1 FROM users u WHERE u.name = NEW.decided_by AND u.role = 'admin')",
    ),
    ("lesson_known", "lesson_decisions", "INSERT", "NOT EXISTS (SELECT 1 FROM lessons l WHERE l.number = NEW.number)"),
    ("lesson_turn", "lesson_decisions", "INSERT", f"NEW.ordinal <> COALESCE({_ORDINAL}, 0) + 1"),
    (
        "lesson_step",
        "lesson_decisions",
        "INSERT",
        f"({_STANDING} || '>' || NEW.decision) NOT IN (" + ", ".join(f"'{step}'" for step in _STEPS) + ")",
    ),
    (
        "lesson_case_wall",
        "lesson_decisions",
        "INSERT",
        "NEW.scope <> 'account' AND EXISTS (SELECT 1 FROM lessons l WHERE l.number = NEW.number AND l.kind = 'case')",
    ),
    # --- what a draft followed: a rule in force, and never another customer's
    (
        "rule_in_force",
        "draft_rules",
        "INSERT",
        "NOT EXISTS (SELECT 1 FROM lesson_decisions d JOIN lessons l ON l.number = d.number AND l.kind = 'rule'"
        " WHERE d.number = NEW.rule AND d.ordinal = NEW.decision AND d.decision IN ('accept', 'on')"
        " AND d.ordinal = (SELECT MAX(x.ordinal) FROM lesson_decisions x WHERE x.number = NEW.rule))",
    ),
    (
        "rule_wall",
        "draft_rules",
        "INSERT",
        f"NOT EXISTS ({_THIS} AND EXISTS (SELECT 1 FROM lesson_decisions d JOIN lessons l ON l.number = d.number"
        " WHERE d.number = NEW.rule AND d.ordinal = NEW.decision AND (d.scope <> 'account' OR l.account = v.account)))",
    ),
]  # fmt: skip


def upgrade() -> None:
    """Create the tables, and let the guards of this migration speak after the older ones."""
    postgres = op.get_bind().dialect.name == "postgresql"
    for table, columns in TABLES.items():
        op.execute(f"CREATE TABLE {table} ({columns})" + ("" if postgres else " WITHOUT ROWID"))
    if postgres:
        _guard_postgres()
    else:
        _guard_sqlite()


def _guard_sqlite() -> None:
    # SQLite fires the youngest trigger first: the older guards of drafts are made anew, after ours.
    db = op.get_bind()
    older = db.execute(
        sa.text(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'draft_versions' ORDER BY rowid"
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
    # PostgreSQL fires triggers by name as text: those of 0003 and 0006 begin with two digits, these after g9.
    for number, (name, table, event, condition) in enumerate(GUARDS, 10):
        row = "OLD" if event == "DELETE" else "NEW"
        _function(f"banso_{name}", f"IF {condition or 'TRUE'} THEN RAISE EXCEPTION 'guard {name}'; END IF", row)
        op.execute(
            f"CREATE TRIGGER g9{number}_{name} BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION banso_{name}()"
        )
    for table in TABLES:
        _function(f"banso_{table}_whole", f"RAISE EXCEPTION 'guard {table}_kept'", "NULL")
        op.execute(
            f"CREATE TRIGGER {table}_whole BEFORE TRUNCATE ON {table}"
            f" FOR EACH STATEMENT EXECUTE FUNCTION banso_{table}_whole()"
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
