"""Where nothing answers: a gap with one click, a note to a colleague, and the board on which reviewers close gaps."""

from __future__ import annotations

import json
from contextlib import closing
from typing import Any

import pytest

from tests.ui.conftest import RunningApp
from tests.ui.person import NARROW, WIDE, Person
from tests.ui.test_browser_learning import open_tab

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
WORDS = {
    "ja": {
        "question": "HR-7001 の原因と対処を教えてください", "again": "ＨＲ－７００１の原因と対処を教えてください。",
        "tab": "未回答", "reported": "登録しました", "known": "登録済み", "note": "質問：HR-7001", "kept": "残しました",
        "done": "対応済みにしました", "reopened": "未対応に戻しました", "answered": "回答済みにしました",
    },
    "en": {
        "question": "What does the error code HR-7002 mean?", "again": "what does the error code HR-7002 mean",
        "tab": "Unanswered", "reported": "Reported", "known": "Already reported", "note": "Question: What does",
        "kept": "Kept on", "done": "marked as done", "reopened": "is open again", "answered": "marked as answered",
    },
}  # fmt: skip


@pytest.mark.parametrize(("language", "size"), [("ja", WIDE), ("en", NARROW)])
def test_what_nothing_answers_becomes_a_gap_and_a_question_to_a_colleague(
    running_app: RunningApp, chromium: Any, language: str, size: dict[str, int]
) -> None:
    words = WORDS[language]
    with closing(Person(running_app, chromium, "yui", language, size)) as yui:
        yui.ask(words["question"])
        yui.page.locator("#aside-report").click()
        yui.page.locator("#aside-stands").get_by_text(words["reported"]).wait_for()
        yui.page.locator("#aside-colleague button").first.click()
        note = yui.page.locator("#aside-note textarea")
        note.wait_for()
        assert words["note"] in note.input_value() and f"{running_app.url}/source/" in note.input_value()
        yui.page.locator("#aside-whom input").fill("kuroiwa")
        yui.page.keyboard.press("Tab")
        yui.page.wait_for_function("() => document.querySelector('#aside-note textarea').value.includes('kuroiwa')")
        note.fill(note.input_value() + "\nmine")
        yui.page.locator("#aside-keep").click()
        yui.page.locator("#aside-said").get_by_text(words["kept"]).wait_for()
        yui.ask(words["again"])
        yui.page.locator("#aside-stands").get_by_text(words["known"]).wait_for()
        assert not yui.page.locator("#aside-report").is_visible()
        assert yui.page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    with closing(Person(running_app, chromium, "ren", language, size)) as ren:
        board(ren, words)
    listed = json.loads(running_app.run("-m", "agents", "gaps", "list", "--as", "ren", "--json").stdout)
    (gap,) = [one for one in listed if one["question"] == words["question"]]
    assert (gap["times"], gap["standing"], gap["askings"][0]["asked_by"]) == (2, "open", "yui")


def board(ren: Person, words: dict[str, str]) -> None:
    """Close the gap, open it again, and record a colleague's answer."""
    page = ren.page
    open_tab(page, words["tab"])
    page.locator("#gaps-list label", has_text=words["question"]).locator("input").check()
    page.locator("#gap").get_by_text("yui").first.wait_for()
    page.locator("#gap-reason textarea, #gap-reason input").fill("docs/errors.md")
    page.locator("#gap-close").click()
    page.locator("#gaps-said").get_by_text(words["done"]).wait_for()
    page.locator("#gap").get_by_text("docs/errors.md").wait_for()
    page.locator("#gap-reopen").click()
    page.locator("#gaps-said").get_by_text(words["reopened"]).wait_for()
    page.locator("#questions-list label", has_text=words["question"]).locator("input").check()
    page.locator("#question-note textarea").wait_for()
    assert page.locator("#question-note textarea").input_value().endswith("mine")
    page.locator("#question-answer textarea").fill("HR-7001 は存在しません")
    page.locator("#question-answered").click()
    page.locator("#questions-said").get_by_text(words["answered"]).wait_for()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_a_csm_sees_no_button_to_close(running_app: RunningApp, chromium: Any) -> None:
    with closing(Person(running_app, chromium, "yui", "en", WIDE)) as yui:
        yui.ask("What does the error code HR-7003 mean?")
        yui.page.locator("#aside-report").click()
        yui.page.locator("#aside-stands").get_by_text("Reported").wait_for()
        yui.tab("Unanswered")
        yui.page.locator("#gaps-list label", has_text="HR-7003").locator("input").check()
        yui.page.locator("#gap").get_by_text("HR-7003").wait_for()
        assert not yui.page.locator("#gap-close").is_visible() and not yui.page.locator("#gap-reason").is_visible()
