"""The chat models, driven as an admin and a CSM drive them: choose, try, pay, fall back; and a question back."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.agents.test_litellm import Server, call, server
from tests.ui.conftest import RunningApp
from tests.ui.person import NARROW, WIDE, visitors

__all__ = ["server"]
pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
WORDS = {
    "ja": (
        "モデル",
        "接続を試す",
        "このモデルを使う",
        "HR-1012 が出るお客様には、何をご案内すればよいですか？",
        "トークン",
    ),
    "en": ("Model", "Try it", "Use this model", "What is the API limit on the Business plan?", "tokens"),
}


def searching(body: dict[str, Any]) -> dict[str, Any]:
    """Asks for a search, then says the first sentence that it found, and one of its own."""
    names = [tool["function"]["name"] for tool in body.get("tools", [])]
    found = [message["content"] for message in body["messages"] if message["role"] == "tool"]
    if "note" in names:
        return {"content": None, "tool_calls": [call("note", {"text": "伴走"})]}
    if not found:
        asked = [message["content"] for message in body["messages"] if message["role"] == "user"][-1]
        return {"content": None, "tool_calls": [call("search_knowledge", {"query": asked})], "usage": (900, 20)}
    number, text = first_sentence(found[-1])
    return {"content": f"{text} [{number}]\n追加費用は 9,999 円です [1]。", "usage": (1900, 80)}


def first_sentence(data: str) -> tuple[int, str]:
    """The first sentence of prose in what a search brought, and the number of its passage."""
    number = 0
    for line in data.splitlines():
        if line.startswith('{"passage": '):
            number = json.loads(line)["passage"]
        elif number and (match := re.match(r"[^|#\-*].{10,}?[。.](?=\s|$)", line)):
            return number, match[0]
    raise AssertionError(f"no sentence in {data[:500]}")


@pytest.fixture
def person(running_app: RunningApp, chromium: Any) -> Iterator[Any]:
    with visitors(running_app, chromium) as come:
        yield come
    (running_app.data / "model.json").unlink(missing_ok=True)


@pytest.mark.parametrize("language", ["ja", "en"])
def test_an_admin_chooses_a_model_and_everyone_sees_what_it_took(person: Any, server: Server, language: str) -> None:
    tab, trial, use, question, tokens = WORDS[language]
    server.reply = searching
    admin = person("admin", language)
    admin.tab(tab)
    admin.page.locator("#models-usage p, #models-usage td").first.wait_for()  # what is stored has come in
    admin.page.locator("#models-model input").fill("openai/gpt-4o-mini")
    admin.page.locator("#models-model input").press("Enter")
    admin.page.locator("#models-base input, #models-base textarea").fill(f"http://127.0.0.1:{server.server_port}/v1")
    admin.page.get_by_role("button", name=trial).click()
    admin.page.locator("#models-said .qu-kept").wait_for()
    admin.page.get_by_role("button", name=use).click()
    admin.page.locator("#models-said").get_by_text("保存しました" if language == "ja" else "Saved.").wait_for()
    yui = person("yui", language)
    assert not yui.page.get_by_role("tab", name=tab, exact=True).count()
    answer = yui.ask(question)
    assert "openai/gpt-4o-mini" in answer and tokens in answer and "$0.0" in answer
    assert "9,999" not in answer.split(tokens)[0].replace("追加費用は 9,999 円です。", "")
    server.reply = lambda body: {"status": 401}
    answer = yui.ask(question)
    assert ("内蔵モデル" if language == "ja" else "the built-in one") in answer
    admin.tab("質問する" if language == "ja" else "Ask")
    admin.tab(tab)
    admin.page.locator("#models-usage td").first.wait_for()
    assert "openai/gpt-4o-mini" in admin.page.locator("#models-usage").inner_text()


@pytest.mark.parametrize(
    ("language", "question", "size"),
    [
        ("en", "How many API requests a minute are allowed?", NARROW),
        ("ja", "サポートの初回返信までの時間は？", WIDE),
    ],
)
def test_the_plan_is_asked_back_and_a_click_answers(person: Any, language: str, question: str, size: Any) -> None:
    yui = person("yui", language, size)
    answer = yui.ask(question)
    assert ("Which plan" if language == "en" else "プランはどちら") in answer
    choice = yui.page.locator("#chat").get_by_role("button", name="Business", exact=True)
    choice.wait_for()
    before = yui.page.locator("#chat .bot small").count()
    choice.click()
    yui.page.wait_for_function("n => document.querySelectorAll('#chat .bot small').length > n", arg=before)
    assert "Business" in yui.page.locator("#chat .user").last.inner_text()
    assert not yui.page.locator("#chat").get_by_role("button", name="Enterprise", exact=True).count()
