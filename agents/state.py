"""What a conversation remembers. Input is narrow; the state is wide and every channel says how it grows."""

from __future__ import annotations

import operator
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal, TypedDict

from langchain.messages import AnyMessage
from langgraph.graph.message import add_messages

from agents.account_facts import NO_FACTS, AccountFacts
from agents.answers import Trace, Turn
from agents.periods import used_periods
from agents.running import Halt
from agents.usage import Usage
from agents.wording import Spoken, say
from banso.core.preferences import Preferences
from banso.core.users import User
from banso.knowledge.documents import Hit, Scope

Task = Literal["question", "draft"]


def add_hits(known: Sequence[Hit], found: Sequence[Hit]) -> tuple[Hit, ...]:
    """Reducer: passages in the order of their finding, each once. Their places are their numbers in an answer."""
    return tuple({hit.chunk_id: hit for hit in [*known, *found]}.values())


class TurnInput(TypedDict):
    """What a new turn brings. `messages` and `evidence` begin anew; `turns` is the memory between turns."""

    question: str
    task: Task
    language: Spoken
    messages: list[AnyMessage]
    evidence: object
    rounds: int
    draft: str
    redraft: str
    speaker: str
    spared: str
    usage: tuple[Usage, ...]


class State(TypedDict):
    """Everything a node may read."""

    question: str
    task: Task
    language: Spoken
    messages: Annotated[list[AnyMessage], add_messages]
    evidence: Annotated[tuple[Hit, ...], add_hits]
    draft: str
    """Id of the draft that waits for review; empty: none."""
    redraft: str
    """Id of the draft that a reviewer sent back and that is being written again; empty: none."""
    rounds: int
    """How often the model was asked in this turn."""
    speaker: str
    """Name of the chat model that does this turn; empty: nobody has spoken yet."""
    spared: str
    """Why another model than the chosen one does this turn; empty: it does not."""
    usage: tuple[Usage, ...]
    """What the models of this turn took so far."""
    turns: Annotated[list[Turn], operator.add]


@dataclass(frozen=True)
class Context:
    """Who asks, about whom, and what may be seen: fixed by the server for each run, never read from a checkpoint."""

    user: User
    account: str
    account_name: str
    thread: str
    scope: Scope
    language: Spoken
    started: float = 0.0
    """On the monotonic clock; 0 where nobody waits."""
    wanted: Preferences = field(default_factory=Preferences)
    """How this person wants to be answered."""
    halt: Halt = field(default_factory=Halt)
    """Stops the turn."""
    facts: AccountFacts = NO_FACTS
    """What the CRM says about the account."""

    def seconds(self) -> float:
        """How long the person has waited."""
        return time.monotonic() - self.started if self.started else 0.0


def turn_input(question: str, task: Task, hints: dict[str, Any], language: Spoken) -> TurnInput:
    """A new turn. `hints`: what the server knows about it, for a model that reads structured hints."""
    from langchain.messages import HumanMessage, RemoveMessage
    from langgraph.graph.message import REMOVE_ALL_MESSAGES
    from langgraph.types import Overwrite

    said = question
    if task == "draft":
        key = "draft_task" if hints.get("to") else "draft_task_main"
        said = say(language, key, about=question, to=hints.get("to", ""))
    human = HumanMessage(said, additional_kwargs={"banso": {"task": task, "about": question, **hints}})
    return TurnInput(
        question=question,
        task=task,
        language=language,
        messages=[RemoveMessage(id=REMOVE_ALL_MESSAGES), human],  # type: ignore[list-item]
        evidence=Overwrite(()),
        rounds=0,
        draft="",
        redraft="",
        speaker="",
        spared="",
        usage=(),
    )


def trace_of(values: dict[str, Any]) -> Trace:
    """What the last turn did, from the state it left."""
    from langchain.messages import ToolMessage

    ran = [message.name or "" for message in values.get("messages", []) if isinstance(message, ToolMessage)]
    periods = used_periods(values.get("messages", []))
    return Trace(tools=tuple(ran), found=tuple(values.get("evidence", ())), periods=periods)
