"""The CRM tables: accounts and what hangs on them, the keys they are found by, what was loaded."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision: str | None = "0001"

TABLES = {
    "crm_accounts": (
        "name kana domain industry segment plan country language owner status created_at",
        (),
    ),
    "crm_contacts": ("account_id name kana role email phone last_contacted_at", ("is_primary",)),
    "crm_contracts": (
        "account_id plan mrr arr currency start_date end_date renewal_date status",
        ("seats", "auto_renew"),
    ),
    "crm_usage": ("account_id week_start", ("active_users", "seats", "logins", "events", "errors")),
    "crm_surveys": ("account_id answered_at kind score comment", ()),
    "crm_tickets": ("account_id subject status priority created_at closed_at csat", ()),
    "crm_events": ("account_id at kind reason comment", ()),
}
"""Per table: text columns (dates as ISO 8601, money as decimal digits), then whole numbers (yes/no as 1 and 0)."""


def upgrade() -> None:
    """Create the tables. NULL means "not recorded", never zero."""
    for name, (texts, numbers) in TABLES.items():
        op.create_table(
            name,
            sa.Column("id", sa.Text, primary_key=True),
            *(sa.Column(column, sa.Text) for column in texts.split()),
            *(sa.Column(column, sa.BigInteger) for column in numbers),
            sa.Column("collection", sa.Text, nullable=False),
            sa.Column("digest", sa.Text, nullable=False),
        )
        if "account_id" in texts:
            op.create_index(f"{name}_by_account", name, ["account_id"])
    op.create_table(
        "crm_keys",
        sa.Column("account_id", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
    )
    op.create_index("crm_keys_by_key", "crm_keys", ["key", "kind"])
    op.create_table(
        "crm_loads",
        sa.Column("collection", sa.Text, primary_key=True),
        sa.Column("fingerprint", sa.Text, nullable=False),
        sa.Column("loaded_at", sa.Text, nullable=False),
        sa.Column("outcome", sa.Text, nullable=False),
    )


def downgrade() -> None:
    """Never: back up the data folder before an upgrade instead."""
    raise NotImplementedError("restore the backup taken before the upgrade")
