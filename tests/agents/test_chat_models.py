"""What every chat model has to do to stand behind the copilot: the embedded one, and any that LiteLLM reaches."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import reduce
from typing import Any

import pytest
from langchain.chat_models import BaseChatModel
from langchain.messages import AIMessage, AnyMessage, HumanMessage, SystemMessage, ToolMessage
from langchain.tools import BaseTool, tool

from agents.grounding import NO_ANSWER, conclude
from agents.models.extractive import ExtractiveChat
from banso.core.settings import Settings
from banso.knowledge.documents import Scope
from tests.agents.fakes import LOCK_JA, BagEmbedder, ListKnowledge
from tests.agents.test_litellm import Server, call, model, server
from tools.evidence import passages_json

__all__ = ["server"]
QUESTION = "HR-1007 のロックは何分で解除されますか？"
SYSTEM = SystemMessage("rules", additional_kwargs={"banso": {"rules": [], "fence": "f00dcafe"}})
ASKED = HumanMessage(QUESTION, additional_kwargs={"banso": {"task": "question", "about": QUESTION}})
HIT = ListKnowledge([LOCK_JA]).search(QUESTION, Scope())[0]


@tool
def search_knowledge(query: str) -> str:
    """Search."""
    return query


TOOLS: list[BaseTool] = [search_knowledge]


def prompted(body: dict[str, Any]) -> dict[str, Any]:
    """What a well-behaved hosted model says: a look first, then the first sentence that it was given, or nothing."""
    found = [str(message["content"]) for message in body["messages"] if message["role"] == "tool"]
    if body.get("tools") and not found:
        return {"content": None, "tool_calls": [call("search_knowledge", {"query": QUESTION})]}
    passages = re.findall(r'\{"passage": (\d+).*\}\n([^。\n]+。[^。\n]+)。', found[-1]) if found else []
    return {"content": f"{passages[0][1].split('。')[1]} [{passages[0][0]}]。" if passages else NO_ANSWER}


@pytest.fixture(params=["embedded", "litellm"])
def chat(request: pytest.FixtureRequest, settings: Settings) -> Iterator[BaseChatModel]:
    if request.param == "embedded":
        yield ExtractiveChat(embedder=BagEmbedder())
        return
    one: Server = request.getfixturevalue("server")
    one.reply = prompted
    yield model(settings)


def after(*hits: Any, number: int = 1) -> list[AnyMessage]:
    """The turn with what a search brought."""
    asked = AIMessage("", tool_calls=[{"name": "search_knowledge", "args": {"query": QUESTION}, "id": "1"}])  # type: ignore[typeddict-item]
    found = passages_json([(number + place, hit) for place, hit in enumerate(hits)])
    return [SYSTEM, ASKED, asked, ToolMessage(found, tool_call_id="1", name="search_knowledge")]


def said(chat: BaseChatModel, messages: list[AnyMessage], tools: bool = True) -> AIMessage:
    speaker = chat.bind_tools(TOOLS) if tools else chat
    return reduce(lambda one, other: one + other, speaker.stream(messages))  # type: ignore[return-value, arg-type]


def test_it_looks_before_it_answers(chat: BaseChatModel) -> None:
    reply = said(chat, [SYSTEM, ASKED])
    assert [one["name"] for one in reply.tool_calls] == ["search_knowledge"] and not reply.text
    assert "HR-1007" in reply.tool_calls[0]["args"]["query"]


@pytest.mark.parametrize("number", [1, 7])
def test_it_answers_with_the_numbers_it_was_given(chat: BaseChatModel, number: int) -> None:
    reply = said(chat, after(HIT, number=number))
    assert set(re.findall(r"\[(\d+)\]", reply.text)) == {str(number)}
    padded = [HIT.model_copy(update={"chunk_id": f"other:{place}", "text": "別の話"}) for place in range(number - 1)]
    answer = conclude(reply.text, QUESTION, [*padded, HIT], [], "ja", "t")
    assert answer.grounded == "cited" and "30分" in answer.text and answer.removed == ()


def test_it_says_that_nothing_answers(chat: BaseChatModel) -> None:
    assert NO_ANSWER in said(chat, after()).text


def test_all_at_once_is_the_same_as_piece_by_piece(chat: BaseChatModel) -> None:
    whole = chat.bind_tools(TOOLS).invoke(after(HIT))
    assert whole.text == said(chat, after(HIT)).text


def test_without_tools_none_is_called(chat: BaseChatModel) -> None:
    assert said(chat, after(HIT), tools=False).tool_calls == []


def test_what_it_is_given_stays_as_it_is(chat: BaseChatModel) -> None:
    given = after(HIT)
    before = [message.model_dump() for message in given]
    said(chat, given)
    assert [message.model_dump() for message in given] == before
