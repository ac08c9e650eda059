"""When the embedded model takes a turn over: the chosen one did not answer, or said nothing that could be used."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from langchain.messages import AnyMessage, HumanMessage, ToolMessage

from agents.answers import Answer
from agents.grounding import NO_ANSWER
from agents.state import Task

Spared = Literal["", "failed", "nonsense"]
"""Why the embedded model speaks; empty: it does not."""


def lost(said: str, answer: Answer, task: Task, messages: Sequence[AnyMessage]) -> bool:
    """Whether what a model said leaves the person with nothing. That nothing answers is an answer, after a look."""
    if NO_ANSWER in said and looked(messages):
        return False
    return task == "draft" or answer.grounded == "refused"


def looked(messages: Sequence[AnyMessage]) -> bool:
    """Whether a tool was asked in this turn."""
    return any(isinstance(message, ToolMessage) for message in messages)


def begun(messages: Sequence[AnyMessage]) -> list[AnyMessage]:
    """The turn as it stood when a person had spoken last: what the other model asked for since is left out."""
    last = max(place for place, message in enumerate(messages) if isinstance(message, HumanMessage))
    return list(messages[: last + 1])
