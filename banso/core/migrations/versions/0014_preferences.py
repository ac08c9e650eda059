"""How a person wants to be answered."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision: str | None = "0013"


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "preferences",
        sa.Column("user", sa.Text, primary_key=True),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("length", sa.Text, nullable=False),
        sa.Column("updated_at", sa.Text, nullable=False),
        sa.CheckConstraint("language IN ('question', 'ja', 'en')", name="preferences_language"),
        sa.CheckConstraint("length IN ('short', 'normal', 'detailed')", name="preferences_length"),
    )


def downgrade() -> None:
    """Never: back up the data folder before an upgrade instead."""
    raise NotImplementedError("restore the backup taken before the upgrade")
