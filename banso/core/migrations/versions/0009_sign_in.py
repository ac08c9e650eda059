"""Sign-in: failed tries by name and address, and people who may not sign in any more."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision: str | None = "0008"


def upgrade() -> None:
    """Add the table of tries and the mark of a disabled person."""
    op.create_table(
        "sign_in_tries",
        sa.Column("name", sa.Text, primary_key=True),  # empty: any name from this address
        sa.Column("address", sa.Text, primary_key=True),  # empty: this name from anywhere
        sa.Column("failed", sa.Integer, nullable=False),
        sa.Column("since", sa.Text, nullable=False),
        sa.Column("locked_until", sa.Text),
        sa.Column("signed_in", sa.Text),
    )
    # The role that comes back when the person is enabled. Meanwhile `role` says csm: the guards of the review tables,
    # which read `role`, then take no decision of theirs.
    op.add_column("users", sa.Column("disabled_role", sa.Text))


def downgrade() -> None:
    """Never: back up the data folder before an upgrade instead."""
    raise NotImplementedError("restore the backup taken before the upgrade")
