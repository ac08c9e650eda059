"""What a customer runs: version and edition of the product, on the account. NULL means "not recorded"."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision: str | None = "0016"


def upgrade() -> None:
    """Add the columns; accounts taken in earlier have nothing in them until their export is read again."""
    for name in ("version", "edition"):
        op.add_column("crm_accounts", sa.Column(name, sa.Text))


def downgrade() -> None:
    """Never: back up the data folder before an upgrade instead."""
    raise NotImplementedError("restore the backup taken before the upgrade")
