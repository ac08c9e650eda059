"""The one door to the copilot for the app, the evals, the command line and tests."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from agents.answers import Answer, Event, Grounded, StepKey, ThreadSummary, Turn
from banso.core.settings import Settings
from banso.core.users import User

__all__ = ["Answer", "Copilot", "Event", "Grounded", "StepKey", "ThreadSummary", "Turn", "open_copilot"]


class Copilot:
    """Questions in, cited answers and waiting drafts out. Threads of a program may share one."""

    def ask(self, question: str, *, user: User, account: str = "", thread: str = "") -> Answer:
        """Answer in a new conversation, or go on in `thread`.

        Raises NotFound for a thread that is not this user's or belongs to another account, Unavailable when the model
        or another system did not answer or the thread is busy.
        """
        raise NotImplementedError

    def stream(self, question: str, *, user: User, account: str = "", thread: str = "") -> Iterator[Event]:
        """The same as `ask`, event by event; the last event carries the answer."""
        raise NotImplementedError

    def draft(self, about: str, *, user: User, account: str, to: str = "") -> Any:
        """File a draft reply for review and return its DraftVersion. Nothing is sent."""
        raise NotImplementedError

    def pending(self, thread: str) -> str | None:
        """The id of the draft that this conversation waits for, or None."""
        raise NotImplementedError

    def decided(self, thread: str, decision: str = "") -> Answer | None:
        """Tell the conversation that a decision was taken; what was decided is read from the ledger."""
        raise NotImplementedError

    def history(self, thread: str, *, user: User) -> list[Turn]:
        """Questions and answers, oldest first. Raises NotFound for another user's thread."""
        raise NotImplementedError

    def threads(self, user: User, *, limit: int = 50) -> list[ThreadSummary]:
        """The user's conversations, newest first."""
        raise NotImplementedError

    def close(self) -> None:
        """Release files and connections."""
        raise NotImplementedError


def open_copilot(settings: Settings) -> Copilot:
    """The copilot of these settings. Raises ConfigError when something it needs cannot be opened."""
    raise NotImplementedError
