"""What the team says to each other about a draft. Never part of the message, its hash or its evidence."""

from __future__ import annotations

import hashlib

import sqlalchemy as sa

from banso.core.clock import Clock, new_id, utc_now
from banso.core.database import Database
from banso.core.users import User
from banso.knowledge.documents import Frozen
from banso.review.refusal import Refused
from banso.review.store import Store, Transaction

LONGEST = 4000
_INSERT = (
    "INSERT INTO draft_comments (draft, ordinal, id, author, body, created_at) VALUES (:draft,"
    " (SELECT COALESCE(MAX(ordinal), 0) + 1 FROM draft_comments WHERE draft = :draft), :id, :author, :body, :at)"
)


class Comment(Frozen):
    """One remark. `created_at` is ISO 8601 in UTC."""

    id: str
    draft: str
    author: str
    body: str
    created_at: str


class Comments:
    """The remarks on every draft: added, never changed. Threads may share one."""

    def __init__(self, database: Database, clock: Clock = utc_now, *, store: Store | None = None) -> None:
        self._store = store or Store(database, clock)

    def add(self, draft: str, body: str, *, author: User) -> Comment:
        """Store a remark. Raises Refused when it is empty, longer than 4,000 characters or about no draft."""

        def work(t: Transaction) -> Comment:
            text = body.strip()
            if not text or len(text) > LONGEST or any(c == "\0" or "\ud800" <= c <= "\udfff" for c in text):
                raise Refused("comment_body")
            made = Comment(id=new_id("co"), draft=draft, author=author.name, body=text, created_at=t.now)
            t.run(_INSERT, draft=draft, id=made.id, author=made.author, body=text, at=t.now)
            digest = hashlib.sha256(text.encode()).hexdigest()
            t.record(author.name, "comment", draft, comment=made.id, sha256=digest)
            return made

        return self._store.write(work)

    def of(self, draft: str) -> list[Comment]:
        """The remarks on this draft, oldest first."""
        sql = "SELECT id, draft, author, body, created_at FROM draft_comments WHERE draft = :draft ORDER BY ordinal"
        with self._store.database.read() as db:
            return [Comment(**row._mapping) for row in db.execute(sa.text(sql), {"draft": draft})]
