"""What a reviewer approved leaves only while they are a reviewer: not after their role or their account was taken away.

Form and meaning of a guard: migration 0003.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision: str | None = "0010"

GUARDS = [
    (
        "outbox_approver",
        "outbox",
        "UPDATE",
        "NEW.state = 'sending' AND NOT EXISTS (SELECT 1 FROM decisions d JOIN users u ON u.name = d.reviewer"
        " AND u.role = 'reviewer' WHERE d.id = NEW.decision)",
    ),
]


def upgrade() -> None:
    """Add the guard."""
    if op.get_bind().dialect.name == "postgresql":
        _guard_postgres()
        return
    for name, table, event, condition in GUARDS:
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW WHEN {condition} "
            f"BEGIN SELECT RAISE(ABORT, 'guard {name}'); END"
        )


def _guard_postgres() -> None:
    schema = op.get_bind().scalar(sa.text("SELECT quote_ident(current_schema())"))
    for name, table, event, condition in GUARDS:
        op.execute(
            # The path is pinned for the reason given in 0005.
            f"CREATE FUNCTION banso_{name}() RETURNS trigger LANGUAGE plpgsql SET search_path = {schema}, pg_temp"
            f" AS $$ BEGIN IF {condition} THEN RAISE EXCEPTION 'guard {name}'; END IF; RETURN NEW; END $$"
        )
        op.execute(f"CREATE TRIGGER g98_{name} BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION banso_{name}()")
    # 0010 made this function anew, by which it lost the path that `database grant` had pinned.
    op.execute(f"ALTER FUNCTION banso_outbox_human() SET search_path = {schema}, pg_temp")


def downgrade() -> None:
    """Never: back up the data folder before an upgrade instead."""
    raise NotImplementedError("restore the backup taken before the upgrade")
