"""A stopped turn: its model's work ends, its question stays, and the conversation goes on."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from langchain_core.messages import AIMessageChunk
from langchain_core.outputs import ChatGenerationChunk
from pydantic import Field

from agents.session import Copilot
from banso.core.errors import NotFound
from banso.core.users import User
from banso.review.ledger import Ledger
from tests.agents.conftest import Make
from tests.agents.fakes import ScriptedChat

SEARCH = [("search_knowledge", {"query": "HR-1007 ロック"})]
ASKED = "HR-1007 のロックは？"


class SlowChat(ScriptedChat):
    """Searches, then says one sentence again and again until it is hung up on; each after somebody lets it."""

    may_speak: Any = Field(default_factory=lambda: threading.Semaphore(0))
    hung_up: Any = Field(default_factory=threading.Event)
    lines: int = 0

    def _stream(
        self, messages: Any, stop: Any = None, run_manager: Any = None, **kwargs: Any
    ) -> Iterator[ChatGenerationChunk]:
        if self.said < len(self.script) - 1:
            yield from super()._stream(messages, stop, run_manager, **kwargs)
            return
        try:
            while True:
                assert self.may_speak.acquire(timeout=20)
                self.lines += 1
                yield ChatGenerationChunk(message=AIMessageChunk(content="30分待つとロックは自動で解除されます[1]。\n"))
        finally:
            self.hung_up.set()


def stopped_after_first_text(copilot: Copilot, model: SlowChat, csm: User, thread: str = "") -> list[Any]:
    """Every event of a turn that is stopped when its first words are there."""
    events = []
    model.may_speak.release(2)
    for event in copilot.stream(ASKED, user=csm, thread=thread):
        events.append(event)
        if event.kind == "text":
            assert copilot.stop(event.thread, user=csm)
    return events


def test_a_stopped_turn_ends_while_its_model_is_silent_and_the_model_is_hung_up_on(make: Make, csm: User) -> None:
    model = SlowChat(script=[SEARCH, ""])
    copilot = make(model)
    events = stopped_after_first_text(copilot, model, csm)
    answer = events[-1].answer
    assert answer is not None and answer.stopped and "停止しました" in answer.text and answer.citations == ()
    before = model.lines
    model.may_speak.release(5)
    assert model.hung_up.wait(20) and model.lines <= before + 1
    (turn,) = copilot.history(answer.thread, user=csm)
    assert turn.question == ASKED and turn.answer.stopped


def test_after_a_stop_the_question_can_be_asked_again_and_others_too(make: Make, csm: User) -> None:
    model = SlowChat(script=[SEARCH, ""])
    thread = stopped_after_first_text(make(model), model, csm)[-1].answer.thread
    copilot = make(ScriptedChat(script=[SEARCH, "30分待つとロックは自動で解除されます[1]。"]))
    again = [*copilot.again(thread, user=csm)][-1].answer
    assert again is not None and again.grounded == "cited"
    assert copilot.ask("ほかの方法は？", user=csm, thread=thread).thread == thread
    assert [turn.answer.stopped for turn in copilot.history(thread, user=csm)] == [True, False, False]


def test_whoever_leaves_the_page_stops_the_turn_and_finds_the_question_there(make: Make, csm: User) -> None:
    model = SlowChat(script=[SEARCH, ""])
    copilot = make(model)
    model.may_speak.release(2)
    stream = copilot.stream(ASKED, user=csm)
    thread = next(event.thread for event in stream if event.kind == "text")
    stream.close()  # type: ignore[attr-defined]
    model.may_speak.release(2)
    assert model.hung_up.wait(20)
    assert [turn.answer.stopped for turn in copilot.history(thread, user=csm)] == [True]
    assert not copilot.stop(thread, user=csm)


def test_a_stop_that_comes_too_late_leaves_the_filed_draft_waiting(make: Make, csm: User, ledger: Ledger) -> None:
    draft = ("draft_reply", {"subject": "ご案内", "body": "30分お待ちください。", "sources": [1]})
    copilot = make(ScriptedChat(script=[SEARCH, [draft]]))
    events = []
    for event in copilot.stream("返信の下書きを書いて", user=csm, account="AC-1"):
        events.append(event)
        if event.step == "drafting":
            copilot.stop(event.thread, user=csm)
    answer = events[-1].answer
    assert answer is not None and answer.draft and not answer.stopped
    assert copilot.pending(answer.thread) == answer.draft and ledger.state(answer.draft) == "waiting"


def test_another_person_cannot_stop_it(make: Make, csm: User, reviewer: User) -> None:
    copilot = make()
    stream = copilot.stream(ASKED, user=csm)
    thread = next(stream).thread
    with pytest.raises(NotFound):
        copilot.stop(thread, user=reviewer)
    answer = [*stream][-1].answer
    assert answer is not None and not answer.stopped


def test_an_error_of_the_model_still_reaches_the_person(make: Make, csm: User) -> None:
    class Broken(ScriptedChat):
        def _stream(self, *args: Any, **kwargs: Any) -> Iterator[ChatGenerationChunk]:
            raise NotFound("no such model")
            yield

    with pytest.raises(NotFound, match="no such model"):
        make(Broken(script=[""])).ask(ASKED, user=csm)
