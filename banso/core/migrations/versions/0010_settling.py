"""A message in doubt is settled by a reviewer or an admin, not by anyone who is registered."""

from __future__ import annotations

from alembic import op

revision = "0010"
down_revision: str | None = "0009"

CONDITION = (
    "OLD.state = 'unknown' AND NOT EXISTS (SELECT 1 FROM users u"
    " WHERE u.name = NEW.resolved_by AND u.role IN ('reviewer', 'admin'))"
)


def upgrade() -> None:
    """Make the guard `outbox_human` of 0003 anew."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE OR REPLACE FUNCTION banso_outbox_human() RETURNS trigger LANGUAGE plpgsql AS"
            f" $$ BEGIN IF {CONDITION} THEN RAISE EXCEPTION 'guard outbox_human'; END IF; RETURN NEW; END $$"
        )
        return
    op.execute("DROP TRIGGER outbox_human")
    op.execute(
        f"CREATE TRIGGER outbox_human BEFORE UPDATE ON outbox FOR EACH ROW WHEN {CONDITION} "
        "BEGIN SELECT RAISE(ABORT, 'guard outbox_human'); END"
    )


def downgrade() -> None:
    """Never: back up the data folder before an upgrade instead."""
    raise NotImplementedError("restore the backup taken before the upgrade")
