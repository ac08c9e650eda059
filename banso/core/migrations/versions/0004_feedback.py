"""Conversations (whose they are, about which account) and thumbs on answers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision: str | None = "0003"


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "conversations",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("user", sa.Text, nullable=False, index=True),
        sa.Column("account", sa.Text, nullable=False, server_default=""),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("created_at", sa.Text, nullable=False),
        sa.Column("updated_at", sa.Text, nullable=False),
    )
    op.create_table(
        "feedback",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("thread", sa.Text, nullable=False, index=True),
        sa.Column("turn", sa.Integer, nullable=False),
        sa.Column("user", sa.Text, nullable=False),
        sa.Column("thumb", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False, server_default=""),
        sa.Column("at", sa.Text, nullable=False),
        sa.CheckConstraint("thumb IN ('up', 'down')", name="known_thumb"),
        sa.UniqueConstraint("thread", "turn", "user", name="one_thumb_an_answer"),
    )


def downgrade() -> None:
    """Never: back up the data folder before an upgrade instead."""
    raise NotImplementedError("restore the backup taken before the upgrade")
