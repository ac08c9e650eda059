"""Thumbs on answers, with a reason: what the team says about the copilot's work."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import sqlalchemy as sa
from pydantic import BaseModel, ConfigDict, Field

from banso.core.clock import Clock, utc_now
from banso.core.database import Database

Thumb = Literal["up", "down"]
MAX_REASON = 2000

_COLUMNS = ("thread", "turn", "user", "thumb", "reason", "at", "asked")
_feedback = sa.table("feedback", *(sa.column(name) for name in _COLUMNS))


class Asked(BaseModel):
    """What a thumb is about: the question, the answer with its markers, and the refs of the sources it cites."""

    model_config = ConfigDict(frozen=True)

    question: str
    text: str
    refused: bool = False
    sources: tuple[str, ...] = ()


class Feedback(BaseModel):
    """One thumb: which answer (the turn of a thread, from 0), whose, up or down, and why."""

    model_config = ConfigDict(frozen=True)

    thread: str
    turn: int = Field(ge=0)
    user: str
    thumb: Thumb
    reason: str = Field("", max_length=MAX_REASON)
    at: datetime
    asked: Asked | None = None


class FeedbackBook:
    """The table of thumbs. A person has one thumb an answer; a new one replaces it."""

    def __init__(self, database: Database, clock: Clock = utc_now) -> None:
        self._database, self._clock = database, clock

    def give(  # noqa: PLR0913
        self, thread: str, turn: int, user: str, thumb: Thumb, reason: str = "", *, asked: Asked | None = None
    ) -> Feedback:
        """Record a thumb; the reason is cut at 2,000 characters. With `asked`, it can become a test case."""
        given = Feedback(
            thread=thread, turn=turn, user=user, thumb=thumb, reason=reason.strip()[:MAX_REASON], at=self._clock(),
            asked=asked,
        )  # fmt: skip
        same = sa.and_(_feedback.c.thread == thread, _feedback.c.turn == turn, _feedback.c.user == user)
        with self._database.write() as db:
            db.execute(sa.delete(_feedback).where(same))
            db.execute(
                sa.insert(_feedback).values(
                    given.model_dump() | {"at": given.at.isoformat(), "asked": asked.model_dump_json() if asked else ""}
                )
            )
        return given

    def recent(self, limit: int = 100) -> list[Feedback]:
        """The newest thumbs first."""
        return self._read(sa.select(_feedback).order_by(_feedback.c.at.desc()).limit(limit))

    def _read(self, query: sa.Select[tuple[object, ...]]) -> list[Feedback]:
        with self._database.read() as db:
            return [_feedback_of(row) for row in db.execute(query).mappings()]


def _feedback_of(row: sa.RowMapping) -> Feedback:
    asked = Asked.model_validate_json(row["asked"]) if row["asked"] else None
    return Feedback.model_validate({**row, "asked": asked})
