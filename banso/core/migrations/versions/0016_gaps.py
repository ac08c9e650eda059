"""Knowledge gaps with each time that they were asked about, questions to colleagues, and the decisions about both."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision: str | None = "0015"


def _text(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text, nullable=False) for name in names]


def upgrade() -> None:
    """Create the tables."""
    number = sa.Column("number", sa.Integer, primary_key=True, autoincrement=False)
    op.create_table("gaps", number, *_text("question", "normal", "marks", "embedder", "vector", "created_at"))
    op.create_table(
        "gap_askings",
        sa.Column("gap", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("thread", sa.Text, primary_key=True),
        sa.Column("turn", sa.Integer, primary_key=True, autoincrement=False),
        *_text("asked_by", "account", "question", "at"),
    )
    op.create_table(
        "colleague_questions",
        number.copy(),
        sa.Column("turn", sa.Integer, nullable=False),
        *_text("question", "whom", "note", "thread", "account", "asked_by", "created_at"),
    )
    op.create_table(
        "gap_decisions",
        sa.Column("kind", sa.Text, primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("ordinal", sa.Integer, primary_key=True, autoincrement=False),
        *_text("standing", "words", "decided_by", "at"),
        sa.CheckConstraint("kind IN ('gap', 'question')", name="gap_decisions_kind"),
        sa.CheckConstraint("standing IN ('open', 'answered', 'closed')", name="gap_decisions_standing"),
    )


def downgrade() -> None:
    """Never: back up the data folder before an upgrade instead."""
    raise NotImplementedError("restore the backup taken before the upgrade")
