"""The graph's conversations: run a turn, read what is kept, leave a stopped turn in order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from agents import checkpoints
from agents.answers import Answer, Event, Turn
from agents.graph import Graph
from agents.running import Stopped
from agents.state import Context
from agents.threads import Threads
from agents.wording import say
from banso.core.clock import Clock
from banso.core.errors import Unavailable

if TYPE_CHECKING:
    from langgraph.checkpoint.base import BaseCheckpointSaver

RECURSION_LIMIT = 25


@dataclass(frozen=True)
class Conversations:
    """What the session does with its graph."""

    graph: Graph
    checkpointer: BaseCheckpointSaver[Any]
    threads: Threads
    clock: Clock

    def values(self, thread: str) -> dict[str, Any]:
        """Everything that a thread remembers."""
        values: dict[str, Any] = self.graph.get_state(_config(thread)).values
        return values

    def turns(self, thread: str) -> list[Turn]:
        """Questions and answers, oldest first."""
        return list(self.values(thread).get("turns", []))

    def stream(self, given: Any, context: Context) -> Iterator[Event]:
        """Run a turn, or resume a paused one. A turn that is stopped ends with a word about it, kept as its answer.

        Raises Unavailable when the model went round in circles.
        """
        from langgraph.errors import GraphRecursionError

        config = _config(context.thread)
        events = self.graph.stream(given, config, context=context, stream_mode="custom", durability="sync")
        try:
            for said in events:
                yield _event(said, context.thread)
        except GeneratorExit:  # nobody listens any more
            self._leave(events, context)
            raise
        except Stopped:
            self._note_stop(context)
        except GraphRecursionError as error:
            raise Unavailable("the model went round in circles and was stopped", "ask in other words") from error
        self.threads.touch(context.thread)
        checkpoints.prune(self.checkpointer, context.thread)

    def _leave(self, events: Iterator[Any], context: Context) -> None:
        """Stop the model and let the step at work end: what a tool has begun is kept or not begun, never half."""
        context.halt.stop()
        try:
            for _ in events:
                pass
        except (Stopped, Unavailable):
            self._note_stop(context)

    def _note_stop(self, context: Context) -> None:
        from langchain.messages import AIMessage

        kept = self.values(context.thread)
        answer = Answer(
            thread=context.thread, text=say(context.language, "stopped"), grounded="chat", stopped=True,
            seconds=context.seconds(), usage=kept.get("usage", ()),
        )  # fmt: skip
        turn = Turn(question=kept["question"], answer=answer, at=self.clock())
        # As the model's own last word, after which the graph has nothing left to do.
        said = {"turns": [turn], "messages": [AIMessage(answer.text)]}
        self.graph.update_state(_config(context.thread), said, as_node="call_model")


def _config(thread: str) -> Any:
    return {"configurable": {"thread_id": thread}, "recursion_limit": RECURSION_LIMIT}


def _event(said: dict[str, Any], thread: str) -> Event:
    if "text" in said:
        return Event(kind="text", text=said["text"], thread=thread)
    return Event(kind="step", step=said["step"], detail=said.get("detail", ""), thread=thread)
