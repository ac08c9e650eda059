"""A copilot that kills its own process with SIGKILL at a chosen point of the graph."""

from __future__ import annotations

import os
import signal
from typing import Any

from langchain_core.messages import AIMessage

from agents import checkpoints
from agents.models.roster import roster_of
from agents.session import Copilot
from agents.threads import Threads
from banso.core.database import Database
from banso.core.settings import Settings
from banso.core.users import User
from banso.review.ledger import Ledger
from tests.agents.fakes import DOCUMENTS, NOW, ListCrm, ListKnowledge, ScriptedChat
from tests.review.passing import Passing

SEARCH = [("search_knowledge", {"query": "HR-1007 ロック 解除"})]
LOOKUP = [("lookup_account", {"query": "AC-1"})]
DRAFT = [
    ("draft_reply", {"subject": "ロックの解除", "body": "30分待つとロックは自動で解除されます。[1]", "sources": [1]})
]
SCRIPT = [SEARCH, LOOKUP, DRAFT, "NO_ANSWER"]

ASKING = {
    "call_model, first": ("model", 0),
    "call_model, after the tools": ("model", 1),
    "call_model, before the draft": ("model", 2),
    "tools, searching": ("search", 1),
    "tools, looking up": ("find", 1),
    "tools, before the draft is filed": ("before file", 1),
    "tools, after the draft is filed": ("file", 1),
    "after the graph": ("touch", 1),
}
DECIDING = {
    "review, before the ledger is read": ("before state", 2),
    "review, after the ledger is read": ("state", 2),
    "review, between state and reason": ("before decisions", 1),
    "review, after the reason is read": ("decisions", 1),
    "after the graph": ("touch", 1),
}
"""Point -> (what dies, at which call). `before x` dies before the call reaches x, `x` after it."""


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class DyingChat(ScriptedChat):
    """Dies instead of saying its nth reply (from 0)."""

    dies_at: int = -1

    def _next(self, messages: Any) -> AIMessage:
        if self.said == self.dies_at:
            die()
        return super()._next(messages)


class Dying:
    """Passes every call on and dies at one of them."""

    def __init__(self, inner: Any, point: tuple[str, int]) -> None:
        self._inner, (self._what, self._left) = inner, point

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._inner, name)
        if name != self._what.removeprefix("before "):
            return method

        def call(*given: Any, **named: Any) -> Any:
            self._left -= 1
            if self._left == 0 and self._what.startswith("before "):
                die()
            result = method(*given, **named)
            if self._left == 0:
                die()
            return result

        return call


def copilot(settings: Settings, point: tuple[str, int] = ("", 0), script: Any = SCRIPT) -> Copilot:
    """A copilot that dies at `point`; without one, it lives."""
    database = Database(settings.database)
    ledger = Ledger(database, clock=lambda: NOW, check=Passing())
    what, at = point
    parts = [Dying(part, point) for part in (ListKnowledge(DOCUMENTS), ListCrm(), ledger)]
    model = DyingChat(script=script, dies_at=at if what == "model" else -1)
    threads: Any = Dying(Threads(database, lambda: NOW), point)
    made: Any = Copilot(
        *parts, roster_of(model, settings.model), settings, checkpoints.open_checkpointer(settings), threads,
        clock=lambda: NOW, release=database.close,
    )  # fmt: skip
    return made  # type: ignore[no-any-return]


def ask(settings: Settings, point: tuple[str, int], user: User) -> None:
    """Ask for a draft, and die on the way."""
    copilot(settings, point).ask("HR-1007 のロックの解除を返信して", user=user, account="AC-1")


def decided(settings: Settings, point: tuple[str, int], thread: str) -> None:
    """Tell the conversation of a decision, and die on the way."""
    copilot(settings, point).decided(thread)
