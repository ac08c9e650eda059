"""A thumb keeps what it is about, and may become a test case of the customer whose conversation it was in."""

from __future__ import annotations

from alembic import op

revision = "0013"
down_revision: str | None = "0012"

CONDITION = (
    "NOT EXISTS (SELECT 1 FROM draft_versions v WHERE v.draft = NEW.draft AND v.version = NEW.version"
    " AND v.via = 'person' AND v.account = NEW.account AND v.author = NEW.editor)"
    " AND NOT (NEW.kind = 'case' AND EXISTS (SELECT 1 FROM feedback f JOIN conversations c ON c.id = f.thread"
    ' WHERE f.thread = NEW.draft AND f.turn = NEW.version AND f."user" = NEW.editor AND c.account = NEW.account))'
)


def upgrade() -> None:
    """Add the column, and make the guard `lesson_account` of 0008 anew."""
    op.execute("ALTER TABLE feedback ADD COLUMN asked TEXT NOT NULL DEFAULT ''")
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE OR REPLACE FUNCTION banso_lesson_account() RETURNS trigger LANGUAGE plpgsql AS"
            f" $$ BEGIN IF {CONDITION} THEN RAISE EXCEPTION 'guard lesson_account'; END IF; RETURN NEW; END $$"
        )
        return
    op.execute("DROP TRIGGER lesson_account")
    op.execute(
        f"CREATE TRIGGER lesson_account BEFORE INSERT ON lessons FOR EACH ROW WHEN {CONDITION} "
        "BEGIN SELECT RAISE(ABORT, 'guard lesson_account'); END"
    )


def downgrade() -> None:
    """Never: back up the data folder before an upgrade instead."""
    raise NotImplementedError("restore the backup taken before the upgrade")
