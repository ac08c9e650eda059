"""When another model takes a turn over: the chosen one did not answer, or said nothing that could be used."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from langchain.messages import AnyMessage, HumanMessage, ToolMessage

from agents.answers import Answer
from agents.grounding import NO_ANSWER
from agents.models.lookup import EMBEDDED
from agents.models.roster import Speaker
from agents.state import State, Task

Spared = Literal["", "failed", "nonsense"]
"""Why another model than the chosen one speaks; empty: it does not."""


def lost(said: str, answer: Answer, task: Task, messages: Sequence[AnyMessage]) -> bool:
    """Whether what a model said leaves the person with nothing. That nothing answers is an answer, after a look."""
    if NO_ANSWER in said and looked(messages):
        return False
    return task == "draft" or answer.grounded == "refused"


def looked(messages: Sequence[AnyMessage]) -> bool:
    """Whether a tool was asked in this turn."""
    return any(isinstance(message, ToolMessage) for message in messages)


def ahead(speakers: Sequence[Speaker], state: State) -> Sequence[Speaker]:
    """The models from the one that does this turn on: one that gave up in it is not asked again."""
    places = [place for place, one in enumerate(speakers) if one.name == state.get("speaker")]
    return speakers[places[0] :] if places else speakers


def taken_over(state: State, speaker: Speaker) -> tuple[State, bool]:
    """The turn as this model takes it over, and whether it begins anew. The embedded model plans by its own calls, so
    it goes on from where a person spoke last; a prompted one goes on from what another has found."""
    start = begun(state["messages"])
    if speaker.name != EMBEDDED or state.get("speaker") == EMBEDDED or len(start) == len(state["messages"]):
        return state, False
    return {**state, "messages": start, "rounds": 0}, True


def begun(messages: Sequence[AnyMessage]) -> list[AnyMessage]:
    """The turn as it stood when a person had spoken last: what the other model asked for since is left out."""
    last = max(place for place, message in enumerate(messages) if isinstance(message, HumanMessage))
    return list(messages[: last + 1])
