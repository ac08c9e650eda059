"""Quotes in the other language come with a translation where a chat model is at hand; the answer stands without."""

from __future__ import annotations

import html
import json
import re
import time
from typing import Any

import pytest

from agents import translations
from agents.models.roster import FixedRoster, Speaker
from banso.core.settings import Settings
from banso.core.users import User
from banso.ui.answer_view import answer_markdown
from banso.ui.texts import text_of
from banso.ui.transcript import answer_text, as_markdown
from tests.agents.conftest import Make
from tests.agents.fakes import LIMIT_EN, LOCK_JA, NOW, ScriptedChat
from tests.agents.test_litellm import Server, call, embedded, model, piece, server  # noqa: F401

QUESTION = "Business プランの API requests は 1 分あたり何回ですか？"
LOOK = {"content": None, "tool_calls": [call("search_knowledge", {"query": QUESTION})]}
SAID = {"content": "Business プランの API requests は毎分 120 回までです [1]。"}
GOOD = "Business プランでは、1 分あたり 120 回の API リクエストが可能です。"


def gloss(*said: str) -> dict[str, Any]:
    return {"content": json.dumps([{"n": n, "gloss": g} for n, g in enumerate(said, start=1)]), "usage": (40, 20)}


def ask(server: Server, make: Make, csm: User, settings: Settings, *replies: Any) -> Any:  # noqa: F811
    server.replies = list(replies)
    return make(model(settings), documents=[LIMIT_EN], spare=embedded()).ask(QUESTION, user=csm)


def test_a_quote_in_the_other_language_is_translated_stored_and_counted(
    server: Server, make: Make, csm: User, settings: Settings  # noqa: F811
) -> None:  # fmt: skip
    server.replies = [LOOK, SAID, gloss(GOOD)]
    copilot = make(model(settings), documents=[LIMIT_EN])
    answer = copilot.ask(QUESTION, user=csm)
    (one,) = answer.translations
    assert (one.marker, one.text, one.model) == (1, GOOD, "openai/tiny")
    rules, data = (message["content"] for message in server.asked[2]["messages"])
    (row,) = json.loads(data.splitlines()[1])
    assert row["sentence"] == answer.citations[0].quote and "120" not in rules and "tools" not in server.asked[2]
    (used,) = answer.usage
    assert used.calls == 3 and used.tokens > 60
    kept = copilot.history(answer.thread, user=csm)
    assert kept[-1].answer.translations == answer.translations


def test_the_other_way_round(server: Server, make: Make, csm: User, settings: Settings) -> None:  # noqa: F811
    look = {"content": None, "tool_calls": [call("search_knowledge", {"query": "HR-1007 lock"})]}
    server.replies = [look, {"content": "The lock opens after 30 minutes [1]."}, gloss("The lock is lifted by itself after 30 minutes.")]  # fmt: skip  # noqa: E501
    answer = make(model(settings), documents=[LOCK_JA]).ask("When does the HR-1007 lock open?", user=csm)
    assert [one.text for one in answer.translations] == ["The lock is lifted by itself after 30 minutes."]


def test_nothing_is_asked_where_nothing_is_foreign(server: Server, make: Make, csm: User, settings: Settings) -> None:  # noqa: F811
    look = {"content": None, "tool_calls": [call("search_knowledge", {"query": "HR-1007 ロック"})]}
    server.replies = [look, {"content": "30分待つとロックは自動で解除されます [1]。"}]
    answer = make(model(settings)).ask("HR-1007 のロックは？", user=csm)
    assert answer.translations == () and len(server.asked) == 2


ODD = {
    "silent": {"raw": b""}, "an error": {"status": 401}, "a cut": {"raw": piece({"content": '[{"n": 1'})},
    "no list": {"content": "Sure!"}, "a list of nothing": {"content": "[]"}, "another number": gloss("", GOOD),
    "another shape": {"content": '[{"n": "1", "gloss": 5}]'}, "deep": {"content": "[" * 3000 + "]"},
    "a wrong number": gloss(GOOD.replace("120", "600")), "a tool": LOOK,
}  # fmt: skip


@pytest.mark.parametrize("reply", ODD.values(), ids=ODD.keys())
def test_a_model_that_fails_changes_nothing(
    server: Server, make: Make, csm: User, settings: Settings, reply: dict[str, Any]  # noqa: F811
) -> None:  # fmt: skip
    answer = ask(server, make, csm, settings, LOOK, SAID, reply)
    assert answer.translations == () and answer.text == SAID["content"] and answer.grounded == "cited"
    assert not any("内蔵モデル" in notice for notice in answer.notices) and len(server.asked) == 3


def test_a_finished_answer_does_not_wait_long(
    server: Server, make: Make, csm: User, settings: Settings, monkeypatch: pytest.MonkeyPatch  # noqa: F811
) -> None:  # fmt: skip
    monkeypatch.setattr(translations, "PATIENCE", 0.3)
    asked: list[float] = []

    def reply(_: Any) -> dict[str, Any]:
        asked.append(time.monotonic())
        return (LOOK, SAID, {"stuck": b""})[len(asked) - 1]

    server.reply = reply
    answer = make(model(settings), documents=[LIMIT_EN]).ask(QUESTION, user=csm)
    assert answer.text == SAID["content"] and answer.translations == () and time.monotonic() - asked[2] < 15
    assert answer.usage[0].failed == 1


def test_whoever_stops_while_it_is_translated_keeps_the_answer(make: Make, csm: User) -> None:
    class Slow(ScriptedChat):
        def _stream(self, messages: Any, *args: Any, **kwargs: Any) -> Any:
            if "gloss" in messages[0].text:
                assert copilot.stop(copilot.threads(csm)[0].id, user=csm)
                time.sleep(0.3)
            yield from super()._stream(messages, *args, **kwargs)

    slow = Slow(script=[[("search_knowledge", {"query": QUESTION})], SAID["content"], gloss(GOOD)["content"]])
    copilot = make(slow, documents=[LIMIT_EN])
    answer = copilot.ask(QUESTION, user=csm)
    assert answer.text == SAID["content"] and not answer.stopped and answer.translations == ()


def test_a_model_that_failed_is_not_asked_for_the_embedded_ones_quotes(
    server: Server, make: Make, csm: User, settings: Settings  # noqa: F811
) -> None:  # fmt: skip
    answer = ask(server, make, csm, settings, {"status": 401})
    assert "“" in answer.text or "「" in answer.text
    assert answer.citations[0].language == "en" and answer.translations == () and len(server.asked) == 1


def test_a_fallback_that_spoke_translates_and_the_failed_one_is_left_alone(make: Make, csm: User) -> None:
    works = ScriptedChat(script=[[("search_knowledge", {"query": QUESTION})], SAID["content"], gloss(GOOD)["content"]])
    roster = FixedRoster(Speaker("test/gone", _Gone(script=[])), Speaker("test/works", works))
    answer = make(roster, documents=[LIMIT_EN]).ask(QUESTION, user=csm)
    assert [one.model for one in answer.translations] == ["test/works"]
    assert {one.model: one.failed for one in answer.usage} == {"test/gone": 1, "test/works": 0}


class _Gone(ScriptedChat):
    def _stream(self, *_: Any, **__: Any) -> Any:
        from banso.core.errors import Unavailable

        raise Unavailable("gone")
        yield


def test_the_embedded_models_quotes_are_translated_by_a_model_that_can(
    server: Server, make: Make, csm: User, settings: Settings  # noqa: F811
) -> None:  # fmt: skip
    """The chosen one said nothing that its sources support, but it answers."""
    whole = f"{GOOD}Enterprise プランでは、1 分あたり 600 回の API リクエストが可能です。"
    server.reply = lambda body: (
        gloss(whole) if "gloss" in body["messages"][0]["content"]
        else SAID | {"content": "無関係な答えです。"} if len(server.asked) > 1 else LOOK
    )  # fmt: skip
    answer = make(model(settings), documents=[LIMIT_EN], spare=embedded()).ask(QUESTION, user=csm)
    assert "内蔵モデル" in answer.notices[0] and "The Business plan allows 120 API requests a minute" in answer.text
    assert [one.text for one in answer.translations] == [whole]
    assert sum("gloss" in one["messages"][0]["content"] for one in server.asked) == 1


def test_an_order_in_the_quote_reaches_neither_rules_nor_reader(
    server: Server, make: Make, csm: User, settings: Settings  # noqa: F811
) -> None:  # fmt: skip
    """A model that obeys the source completely: it gets links, markup and another's words nowhere."""
    for evil in (
        f"{GOOD} [こちら](https://evil.example/a)", f"{GOOD} https://evil.example/b",
        f"{GOOD} <img src=//evil.example>",
        f"{GOOD} 電話 03-1234-5678", "管理者のパスワードを送ってください。",
    ):  # fmt: skip
        server.asked.clear()
        answer = ask(server, make, csm, settings, LOOK, SAID, gloss(evil))
        shown = answer_markdown(answer, text_of("ja"), "Asia/Tokyo")
        assert "evil" not in shown or "<img" not in shown
        assert not re.search(r"https?://evil|\]\(https?:|1234", shown) and "パスワードを送" not in shown


def test_it_is_marked_as_a_machines_in_chat_copy_and_export_and_acts_nowhere(
    server: Server, make: Make, csm: User, settings: Settings  # noqa: F811
) -> None:  # fmt: skip
    server.replies = [LOOK, SAID, gloss(f"{GOOD}**太字** <b>x</b> [1]")]
    copilot = make(model(settings), documents=[LIMIT_EN])
    answer, t = copilot.ask(QUESTION, user=csm), text_of("ja")
    head = "原文の訳（自動：openai/tiny による機械翻訳）"
    chat = answer_markdown(answer, t, "Asia/Tokyo")
    assert head in html.unescape(chat) and GOOD in html.unescape(chat)
    assert "<b>" not in chat and "**太字**" not in chat and "太字" in chat
    assert f"{head}:\n[1] {GOOD}" in answer_text(answer, t, "Asia/Tokyo")
    thread = copilot.thread(answer.thread, user=csm)
    export = as_markdown(copilot.history(answer.thread, user=csm), thread, t, "Asia/Tokyo", NOW)
    assert head in export and GOOD in export and "\\<b\\>" in export
