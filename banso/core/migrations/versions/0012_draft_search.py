"""The words of each draft as a search compares them, so that a search folds no text but the one it is given.

No record, only a copy: the row of a draft is emptied by the database whenever one of its versions comes, changes or
goes, so that no words stay here that are not in `draft_versions`. Whoever writes a version fills the row again
(banso/review/rows.py); where nobody did, a search looks into the version itself.
"""

from __future__ import annotations

import unicodedata
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision: str | None = "0011"

EMPTY = "DELETE FROM draft_search WHERE draft = {row}.draft; INSERT INTO draft_search (draft) VALUES ({row}.draft)"
GONE = "DELETE FROM draft_search WHERE draft = OLD.draft"
STEPS = [
    ("draft_search_new", "INSERT", EMPTY.format(row="NEW")),
    ("draft_search_changed", "UPDATE", EMPTY.format(row="NEW")),
    ("draft_search_gone", "DELETE", GONE),
]
LATEST = """
    SELECT v.draft, v.subject, v.body, v.recipient, v.account FROM draft_versions v
    WHERE v.version = (SELECT MAX(version) FROM draft_versions WHERE draft = v.draft)
"""


def upgrade() -> None:
    """Create the table, fill it, and let the database empty it."""
    op.execute("CREATE TABLE draft_search (draft TEXT NOT NULL PRIMARY KEY, folded TEXT)")
    _fill(op.get_bind())
    for name, event, statements in STEPS:
        if op.get_bind().dialect.name == "postgresql":
            _postgres(name, event, statements)
        else:
            op.execute(f"CREATE TRIGGER {name} AFTER {event} ON draft_versions FOR EACH ROW BEGIN {statements}; END")


def _fill(db: Any) -> None:
    """As `banso.review.listing.folded` did when this was written."""
    insert = sa.text("INSERT INTO draft_search (draft, folded) VALUES (:draft, :folded)")
    for some in db.execute(sa.text(LATEST)).partitions(1000):
        whole = ((row.draft, f"{row.subject}\n{row.body}\n{row.recipient}\n{row.account}") for row in some)
        rows = [{"draft": draft, "folded": unicodedata.normalize("NFKC", text).casefold()} for draft, text in whole]
        db.execute(insert, rows)


def _postgres(name: str, event: str, statements: str) -> None:
    schema = op.get_bind().scalar(sa.text("SELECT quote_ident(current_schema())"))
    op.execute(
        # The path is pinned for the reason given in 0005.
        f"CREATE FUNCTION banso_{name}() RETURNS trigger LANGUAGE plpgsql SET search_path = {schema}, pg_temp"
        f" AS $$ BEGIN {statements}; RETURN NULL; END $$"
    )
    op.execute(f"CREATE TRIGGER {name} AFTER {event} ON draft_versions FOR EACH ROW EXECUTE FUNCTION banso_{name}()")


def downgrade() -> None:
    """Never: back up the data folder before an upgrade instead."""
    raise NotImplementedError("restore the backup taken before the upgrade")
