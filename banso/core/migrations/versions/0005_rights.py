"""What the roles of the database need: a lock that takes no right on the audit, guards that look where they should.

The rights themselves are in banso/core/rights.py: on PostgreSQL an operator grants them once, on SQLite each
connection takes them on.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision: str | None = "0004"


def upgrade() -> None:
    """Add the channels' rests and the writers' turn; on PostgreSQL pin where the guards look for their tables."""
    op.create_table(
        "channel_holds",
        sa.Column("channel", sa.Text, primary_key=True),
        sa.Column("until", sa.Text, nullable=False),
        sa.Column("fault", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
    )
    # Locked by every writer of the review tables. LOCK needs UPDATE on what it locks, which no one has on the audit.
    op.create_table("review_turn", sa.Column("id", sa.Integer, primary_key=True))
    if op.get_bind().dialect.name == "postgresql":
        _pin_guards()


def _pin_guards() -> None:
    # A guard runs with the rights and the search path of whoever writes. With a temporary table `users` of their own,
    # they would be asked whether they are a reviewer, and answer yes.
    schema = op.get_bind().scalar(sa.text("SELECT quote_ident(current_schema())"))
    functions = op.get_bind().scalars(
        sa.text(
            "SELECT p.proname FROM pg_proc p WHERE p.pronamespace = current_schema()::regnamespace"
            " AND p.proname LIKE 'banso\\_%' AND p.prorettype = 'trigger'::regtype"
        )
    )
    for name in functions.all():
        op.execute(f"ALTER FUNCTION {name}() SET search_path = {schema}, pg_temp")


def downgrade() -> None:
    """Never: back up the data folder before an upgrade instead."""
    raise NotImplementedError("restore the backup taken before the upgrade")
