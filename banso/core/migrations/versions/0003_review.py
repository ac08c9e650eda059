"""Drafts, decisions, outbox and audit, with the guards that hold whatever program is writing.

Each guard is one trigger that refuses when its condition is true, written once in the SQL that SQLite and PostgreSQL
share. The application has no second copy of these rules: it tries, and translates the guard's name to a sentence.
"""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision: str | None = "0002"

TABLES = {
    "draft_versions": """
        draft TEXT NOT NULL, version INTEGER NOT NULL, account TEXT NOT NULL, recipient TEXT NOT NULL,
        subject TEXT NOT NULL, body TEXT NOT NULL, evidence TEXT NOT NULL, author TEXT NOT NULL, hash TEXT NOT NULL,
        via TEXT NOT NULL CHECK (via IN ('agent', 'person')), thread TEXT NOT NULL,
        created_at TEXT NOT NULL, expires_at TEXT NOT NULL, PRIMARY KEY (draft, version)""",
    "decisions": """
        draft TEXT NOT NULL, ordinal INTEGER NOT NULL, id TEXT NOT NULL UNIQUE, version INTEGER NOT NULL,
        hash TEXT NOT NULL, reviewer TEXT NOT NULL,
        decision TEXT NOT NULL CHECK (decision IN ('approve', 'return', 'reject', 'revoke')),
        reason TEXT NOT NULL, created_at TEXT NOT NULL, PRIMARY KEY (draft, ordinal)""",
    "outbox": """
        draft TEXT NOT NULL PRIMARY KEY, version INTEGER NOT NULL, hash TEXT NOT NULL, decision TEXT NOT NULL,
        key TEXT NOT NULL UNIQUE, queued_at TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('queued', 'sending', 'sent', 'unknown', 'cancelled')),
        channel TEXT NOT NULL DEFAULT '', lease_owner TEXT NOT NULL DEFAULT '', lease_until TEXT NOT NULL DEFAULT '',
        attempts INTEGER NOT NULL DEFAULT 0, tried TEXT NOT NULL DEFAULT '' CHECK (tried IN ('', 'not_sent')),
        note TEXT NOT NULL DEFAULT '', resolved_by TEXT NOT NULL DEFAULT '', updated_at TEXT NOT NULL""",
    "review_switches": """
        ordinal INTEGER NOT NULL PRIMARY KEY, name TEXT NOT NULL, value TEXT NOT NULL, set_by TEXT NOT NULL,
        created_at TEXT NOT NULL,
        CHECK (name = 'people' AND value IN ('one', 'two') OR name = 'sending' AND value IN ('on', 'paused'))""",
    "audit": """
        seq INTEGER NOT NULL PRIMARY KEY, at TEXT NOT NULL, actor TEXT NOT NULL, action TEXT NOT NULL,
        draft TEXT NOT NULL, detail TEXT NOT NULL, previous TEXT NOT NULL, hash TEXT NOT NULL""",
}

_VERSIONS = "SELECT 1 FROM draft_versions v WHERE v.draft = NEW.draft"
_DECISIONS = "SELECT 1 FROM decisions d WHERE d.draft = NEW.draft"
_NEWEST = "(SELECT MAX(v.version) FROM draft_versions v WHERE v.draft = NEW.draft)"
_LAST = "(SELECT MAX(l.ordinal) FROM decisions l WHERE l.draft = NEW.draft)"
_SWITCH = "COALESCE((SELECT s.value FROM review_switches s WHERE s.name = '{}' ORDER BY s.ordinal DESC LIMIT 1), '{}')"
_TWO_PEOPLE = _SWITCH.format("people", "two") + " = 'two'"
_PAUSED = _SWITCH.format("sending", "on") + " = 'paused'"
_LIVE_APPROVAL = (
    f"{_DECISIONS} AND d.ordinal = {_LAST} AND d.decision = 'approve' AND d.id = NEW.decision"
    " AND d.version = NEW.version AND d.hash = NEW.hash"
)
_STEPS = (
    "queued>sending", "queued>cancelled", "sending>sending", "sending>sent", "sending>unknown",
    "unknown>sent", "unknown>cancelled",
)  # fmt: skip
_FROZEN = ("draft", "version", "hash", "decision", "key", "queued_at")

# (guard, table, event, condition under which it refuses). Ordered: the first that applies is the one reported.
GUARDS = [
    *((f"{table}_kept", table, "DELETE", "") for table in TABLES),
    *((f"{table}_unchanged", table, "UPDATE", "") for table in TABLES if table != "outbox"),
    # --- draft_versions
    ("version_author", "draft_versions", "INSERT", "NOT EXISTS (SELECT 1 FROM users u WHERE u.name = NEW.author)"),
    ("version_queued", "draft_versions", "INSERT", "EXISTS (SELECT 1 FROM outbox o WHERE o.draft = NEW.draft)"),
    ("version_rejected", "draft_versions", "INSERT", f"EXISTS ({_DECISIONS} AND d.decision = 'reject')"),
    ("version_stale", "draft_versions", "INSERT", f"NEW.version <> COALESCE({_NEWEST}, 0) + 1"),
    ("version_account", "draft_versions", "INSERT", f"EXISTS ({_VERSIONS} AND v.account <> NEW.account)"),
    # --- decisions
    (
        "decision_role",
        "decisions",
        "INSERT",
        "NOT EXISTS (SELECT 1 FROM users u WHERE u.name = NEW.reviewer AND u.role = 'reviewer')",
    ),
    (
        "decision_late",
        "decisions",
        "INSERT",
        "EXISTS (SELECT 1 FROM outbox o WHERE o.draft = NEW.draft AND o.state <> 'queued')",
    ),
    ("decision_final", "decisions", "INSERT", f"EXISTS ({_DECISIONS} AND d.decision IN ('reject', 'revoke'))"),
    (
        "decision_revoke",
        "decisions",
        "INSERT",
        "NEW.decision = 'revoke' AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.draft = NEW.draft)",
    ),
    (
        "decision_once",
        "decisions",
        "INSERT",
        f"NEW.decision IN ('approve', 'return') AND EXISTS ({_DECISIONS} AND d.version = NEW.version)",
    ),
    ("decision_stale", "decisions", "INSERT", f"NEW.version <> COALESCE({_NEWEST}, 0)"),
    (
        "decision_hash",
        "decisions",
        "INSERT",
        f"NOT EXISTS ({_VERSIONS} AND v.version = NEW.version AND v.hash = NEW.hash)",
    ),
    (
        "decision_two_people",
        "decisions",
        "INSERT",
        f"NEW.decision = 'approve' AND {_TWO_PEOPLE} AND EXISTS ({_VERSIONS} AND v.author = NEW.reviewer)",
    ),
    (
        "decision_expired",
        "decisions",
        "INSERT",
        f"NEW.decision = 'approve' AND EXISTS ({_VERSIONS} AND v.version = NEW.version"
        " AND v.expires_at <= NEW.created_at)",
    ),
    (
        "decision_order",
        "decisions",
        "INSERT",
        f"NEW.ordinal <> COALESCE({_LAST}, 0) + 1 OR EXISTS (SELECT 1 FROM decisions x WHERE x.id = NEW.id)",
    ),
    # --- outbox
    (
        "outbox_once",
        "outbox",
        "INSERT",
        "EXISTS (SELECT 1 FROM outbox o WHERE o.draft = NEW.draft OR o.key = NEW.key)",
    ),
    ("outbox_start", "outbox", "INSERT", "NEW.state <> 'queued'"),
    ("outbox_approval", "outbox", "INSERT", f"NOT EXISTS ({_LIVE_APPROVAL})"),
    ("outbox_latest", "outbox", "INSERT", f"NEW.version <> COALESCE({_NEWEST}, 0)"),
    (
        "outbox_hash",
        "outbox",
        "INSERT",
        f"NOT EXISTS ({_VERSIONS} AND v.version = NEW.version AND v.hash = NEW.hash)",
    ),
    (
        "outbox_role",
        "outbox",
        "INSERT",
        "NOT EXISTS (SELECT 1 FROM decisions d JOIN users u ON u.name = d.reviewer AND u.role = 'reviewer'"
        " WHERE d.id = NEW.decision)",
    ),
    (
        "outbox_two_people",
        "outbox",
        "INSERT",
        f"{_TWO_PEOPLE} AND EXISTS (SELECT 1 FROM decisions d JOIN draft_versions v"
        " ON v.draft = d.draft AND v.author = d.reviewer WHERE d.id = NEW.decision)",
    ),
    ("outbox_frozen", "outbox", "UPDATE", " OR ".join(f"NEW.{name} <> OLD.{name}" for name in _FROZEN)),
    (
        "outbox_step",
        "outbox",
        "UPDATE",
        "(OLD.state || '>' || NEW.state) NOT IN (" + ", ".join(f"'{step}'" for step in _STEPS) + ")",
    ),
    (
        "outbox_revoked",
        "outbox",
        "UPDATE",
        f"NEW.state = 'sending' AND NOT EXISTS ({_LIVE_APPROVAL})",
    ),
    ("outbox_paused", "outbox", "UPDATE", f"NEW.state = 'sending' AND {_PAUSED}"),
    (
        "outbox_human",
        "outbox",
        "UPDATE",
        "OLD.state = 'unknown' AND NOT EXISTS (SELECT 1 FROM users u WHERE u.name = NEW.resolved_by)",
    ),
    # --- switches and audit
    (
        "switch_order",
        "review_switches",
        "INSERT",
        "NEW.ordinal <> COALESCE((SELECT MAX(s.ordinal) FROM review_switches s), 0) + 1",
    ),
    (
        "switch_admin",
        "review_switches",
        "INSERT",
        "NEW.name = 'sending' AND NOT EXISTS (SELECT 1 FROM users u WHERE u.name = NEW.set_by AND u.role = 'admin')",
    ),
    (
        "audit_order",
        "audit",
        "INSERT",
        "NEW.seq <> COALESCE((SELECT MAX(a.seq) FROM audit a), 0) + 1 OR NEW.previous <>"
        " COALESCE((SELECT a.hash FROM audit a ORDER BY a.seq DESC LIMIT 1), '')",
    ),
]


def upgrade() -> None:
    """Create the tables and their guards."""
    postgres = op.get_bind().dialect.name == "postgresql"
    for table, columns in TABLES.items():
        # Without a rowid there is no second key by which INSERT OR REPLACE could push out a row.
        op.execute(f"CREATE TABLE {table} ({columns})" + ("" if postgres else " WITHOUT ROWID"))
    op.execute("CREATE INDEX outbox_by_state ON outbox (state, queued_at)")
    op.execute("CREATE INDEX audit_by_draft ON audit (draft, seq)")
    if postgres:
        _guard_postgres()
    else:
        _guard_sqlite()


def _guard_sqlite() -> None:
    # SQLite fires the youngest trigger first, hence the reversed order.
    for name, table, event, condition in reversed(GUARDS):
        when = f"WHEN {condition} " if condition else ""
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW {when}"
            f"BEGIN SELECT RAISE(ABORT, 'guard {name}'); END"
        )


def _guard_postgres() -> None:
    # PostgreSQL fires triggers by name, hence the number in it.
    for number, (name, table, event, condition) in enumerate(GUARDS, 10):
        row = "OLD" if event == "DELETE" else "NEW"
        _postgres_function(
            f"banso_{name}", f"IF {condition or 'TRUE'} THEN RAISE EXCEPTION 'guard {name}'; END IF", row
        )
        op.execute(
            f"CREATE TRIGGER g{number}_{name} BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION banso_{name}()"
        )
    for table in TABLES:
        _postgres_function(f"banso_{table}_whole", f"RAISE EXCEPTION 'guard {table}_kept'", "NULL")
        op.execute(
            f"CREATE TRIGGER {table}_whole BEFORE TRUNCATE ON {table}"
            f" FOR EACH STATEMENT EXECUTE FUNCTION banso_{table}_whole()"
        )


def _postgres_function(name: str, statement: str, row: str) -> None:
    op.execute(
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {statement}; RETURN {row}; END $$"
    )


def downgrade() -> None:
    """Never: back up the data folder before an upgrade instead."""
    raise NotImplementedError("restore the backup taken before the upgrade")
