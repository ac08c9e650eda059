"""Whose conversation is whose. A thread belongs to one user and one account for good."""

from __future__ import annotations

import sqlalchemy as sa

from agents.answers import ThreadSummary
from banso.core.clock import Clock, new_id, utc_now
from banso.core.database import Database
from banso.core.errors import NotFound
from banso.core.users import User

TITLE_LENGTH = 48

_COLUMNS = ("id", "user", "account", "title", "created_at", "updated_at")
_conversations = sa.table("conversations", *(sa.column(name) for name in _COLUMNS))


class Threads:
    """The table of conversations."""

    def __init__(self, database: Database, clock: Clock = utc_now) -> None:
        self._database, self._clock = database, clock

    def start(self, user: User, account: str, question: str) -> ThreadSummary:
        """A new conversation, titled by its first question."""
        now = self._clock()
        summary = ThreadSummary(
            id=new_id("th"), user=user.name, account=account, title=title(question), created_at=now, updated_at=now
        )
        stamps = {"created_at": now.isoformat(), "updated_at": now.isoformat()}
        with self._database.write() as db:
            db.execute(sa.insert(_conversations).values(summary.model_dump() | stamps))
        return summary

    def get(self, thread: str, user: User) -> ThreadSummary:
        """This user's conversation. Raises NotFound, the same for another user's as for none."""
        found = self.find(thread)
        if found is None or found.user != user.name:
            raise NotFound(f"no conversation {thread!r}", "start a new one by leaving the thread out")
        return found

    def find(self, thread: str) -> ThreadSummary | None:
        """The conversation, whoever owns it: for the server's own use."""
        with self._database.read() as db:
            query = sa.select(_conversations).where(_conversations.c.id == thread)
            row = db.execute(query).mappings().one_or_none()
        return ThreadSummary.model_validate(dict(row)) if row else None

    def touch(self, thread: str) -> None:
        """Note that something was said now."""
        now = self._clock().isoformat()
        with self._database.write() as db:
            db.execute(sa.update(_conversations).where(_conversations.c.id == thread).values(updated_at=now))

    def of_user(self, user: User, limit: int = 50) -> list[ThreadSummary]:
        """The user's conversations, newest first."""
        mine = sa.select(_conversations).where(_conversations.c.user == user.name)
        query = mine.order_by(_conversations.c.updated_at.desc()).limit(limit)
        with self._database.read() as db:
            return [ThreadSummary.model_validate(dict(row)) for row in db.execute(query).mappings()]


def title(question: str) -> str:
    """The first line of the first question, cut to 48 characters."""
    line = " ".join(question.split())
    return line if len(line) <= TITLE_LENGTH else line[: TITLE_LENGTH - 1] + "…"
