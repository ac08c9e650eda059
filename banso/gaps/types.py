"""What the screens and commands show of gaps and of questions to colleagues."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from banso.knowledge.documents import Frozen

Standing = Literal["open", "answered", "closed"]


class Decision(Frozen):
    """The last thing that was decided: what it stands at, the reason or the answer, by whom and when."""

    standing: Standing
    words: str
    by: str
    at: datetime


class Asking(Frozen):
    """One time that nothing answered the question: in whose conversation, about which account ("": none), in which
    words."""

    thread: str
    turn: int
    asked_by: str
    account: str
    question: str
    at: datetime


class Gap(Frozen):
    """A question that nothing answers. `askings`: newest first, at least one."""

    number: int
    question: str
    created_at: datetime
    standing: Standing = "open"
    decision: Decision | None = None
    askings: tuple[Asking, ...]

    @property
    def times(self) -> int:
        """How often it was asked."""
        return len(self.askings)

    @property
    def since_closed(self) -> int:
        """How often it was asked after it was closed: what was written does not answer it, or is not found."""
        if self.standing != "closed" or self.decision is None:
            return 0
        return sum(asking.at > self.decision.at for asking in self.askings)


class ColleagueQuestion(Frozen):
    """A question that somebody means to ask a colleague, with the note as they wrote it. Nothing sends it."""

    number: int
    question: str
    whom: str
    note: str = Field(description="ready to be copied")
    thread: str
    turn: int
    account: str
    asked_by: str
    created_at: datetime
    standing: Standing = "open"
    decision: Decision | None = None
