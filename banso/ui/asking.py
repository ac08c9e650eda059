"""An answer on its way to the chat: asked, asked again, stopped."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any, cast

import gradio as gr

from banso.core.errors import BansoError
from banso.core.users import User
from banso.ui.answer_view import (
    Message,
    answer_markdown,
    answer_message,
    conversation,
    progress_markdown,
    question_message,
    step_line,
)
from banso.ui.services import EventView, Services, TurnView
from banso.ui.texts import Text

Shown = tuple[list[Message], str, str]
"""Messages of the chat, the thread, the text of the question box."""


@dataclass
class Turn:
    """What one browser tab waits for. A stop may come before there is anything to stop."""

    thread: str = ""
    stopped: bool = False


class Asking:
    """Streams answers. Conversations are read from the copilot, never from what the browser shows."""

    def __init__(self, services: Services, t: Text) -> None:
        self.services, self.t = services, t
        self.zone = services.settings.timezone
        self._turns: dict[str, Turn] = {}

    def begin(self, request: gr.Request) -> None:
        """A question is on its way from this tab."""
        self._turns[str(request.session_hash)] = Turn()

    def ask(self, question: str, thread: str, account: str, request: gr.Request) -> Iterator[Shown]:
        """The conversation while the answer to a new question comes in."""
        question, user = question.strip(), self.services.user(request.username)
        before = self.messages(thread, user)
        if not question:
            yield before, thread, ""
            return
        yield [*before, question_message(question), answer_message("…")], thread, ""
        stream = self.services.copilot.stream(question, user=user, account=account, thread=thread)
        yield from self._shown(stream, [*before, question_message(question)], thread, request, question)

    def again(self, thread: str, request: gr.Request) -> Iterator[Shown]:
        """The conversation while its last question is answered once more."""
        user = self.services.user(request.username)
        turns = self.turns(thread, user)
        if not may_ask_again(turns):
            yield self._messages(turns), thread, ""
            return
        asked = next(turn.question for turn in reversed(turns) if turn.question)
        before = [*self._messages(turns), question_message(asked, self.t("ask.asked_again"))]
        yield [*before, answer_message("…")], thread, ""
        yield from self._shown(self.services.copilot.again(thread, user=user), before, thread, request)

    def stop(self, request: gr.Request) -> None:
        """End the answer that this tab waits for. Its stream then says that it was stopped."""
        turn = self._turns.get(str(request.session_hash))
        if turn is not None:
            turn.stopped = True
            self._heed(turn, self.services.user(request.username))

    def _heed(self, turn: Turn, user: User) -> None:
        if turn.stopped and turn.thread:
            self.services.copilot.stop(turn.thread, user=user)

    def turns(self, thread: str, user: User) -> Sequence[TurnView]:
        """Questions and answers of the person's conversation; none before the first question."""
        return self.services.copilot.history(thread, user=user) if thread else []

    def messages(self, thread: str, user: User) -> list[Message]:
        """The conversation as the chat shows it."""
        return self._messages(self.turns(thread, user))

    def _messages(self, turns: Sequence[TurnView]) -> list[Message]:
        return conversation(turns, self.t, self.zone)

    def _shown(
        self, stream: Iterator[EventView], before: list[Message], thread: str, request: gr.Request, question: str = ""
    ) -> Iterator[Shown]:
        user, tab = self.services.user(request.username), str(request.session_hash)
        turn = self._turns.setdefault(tab, Turn())
        try:
            for markdown, at in self._events(stream):
                thread = turn.thread = at or thread
                self._heed(turn, user)
                yield [*before, answer_message(markdown)], thread, ""
            kept = self.messages(thread, user)
            if len(kept) > len(before):  # an answer that is not kept, such as "a draft waits", stays as it is shown
                yield kept, thread, ""
        except BansoError as error:
            yield [*before, answer_message(failure(error, self.t))], thread, question
        finally:
            self._turns.pop(tab, None)

    def _events(self, stream: Iterator[EventView]) -> Iterator[tuple[str, str]]:
        steps: list[str] = []
        text = ""
        # Whoever leaves the page closes the stream here, which lets the copilot put the conversation in order.
        with closing(cast(Any, stream)):
            for event in stream:
                if event.answer:
                    yield answer_markdown(event.answer, self.t, self.zone), event.answer.thread
                    continue
                text += event.text
                if event.kind == "step":
                    steps, text = [*steps, step_line(event, self.t)], ""  # another model may have taken over
                yield progress_markdown(steps, text), event.thread


def may_ask_again(turns: Sequence[TurnView]) -> bool:
    """Whether the last question can be asked once more: not where a draft came of it."""
    asked = next((turn for turn in reversed(turns) if turn.question), None)
    return asked is not None and not asked.answer.draft


def failure(error: BansoError, t: Text) -> str:
    """What did not work, and what to do."""
    return t("ask.failed", reason=" ".join(part for part in (error.message, error.hint) if part))
