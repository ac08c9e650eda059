"""What the roles of the database need: a lock that takes no right on the audit, and a place for channels that rest.

The rights themselves are in banso/core/rights.py: on PostgreSQL an operator grants them, on SQLite each connection
takes them on.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision: str | None = "0004"


def upgrade() -> None:
    """Add the channels' rests and the writers' turn."""
    op.create_table(
        "channel_holds",
        sa.Column("channel", sa.Text, primary_key=True),
        sa.Column("until", sa.Text, nullable=False),
        sa.Column("fault", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
    )
    # Locked by every writer of the review tables. LOCK needs UPDATE on what it locks, which no one has on the audit.
    op.create_table("review_turn", sa.Column("id", sa.Integer, primary_key=True))


def downgrade() -> None:
    """Never: back up the data folder before an upgrade instead."""
    raise NotImplementedError("restore the backup taken before the upgrade")
