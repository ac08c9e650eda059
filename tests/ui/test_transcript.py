"""A conversation as a file: readable, complete, and nothing in it acts."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from markdown_it import MarkdownIt

from agents.answers import Translation
from banso.knowledge.documents import Citation
from banso.ui.texts import text_of
from banso.ui.transcript import answer_text, as_markdown, quiet
from tests.ui.test_answer_view import ONE, Said, Turn

MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
NOW = datetime(2026, 4, 1, 9, 0, tzinfo=UTC)
HOSTILE = [
    "![x](https://evil.example/a.png)", "<img src=https://evil.example/b.png>", "[a](//evil.example)", "# Big",
    "1. list", "1) list", "- list", "+ list", "Title\n=====", "Title\n---", "> quote", "`code`", "~~~\ncode\n~~~",
    "**bold** _it_ ~~gone~~", "&lt;b&gt;", "<https://evil.example>", "[ref]: https://evil.example\n[ref]", "a\\*b*",
    "www.evil.example and https://evil.example/c and a@evil.example",
]  # fmt: skip


def thread(**more: Any) -> Any:
    values = {"id": "th_1", "title": "T", "account": "", "created_at": NOW, "updated_at": NOW}
    return SimpleNamespace(**values | more)


def page(turns: list[Any], language: Any = "en", **more: Any) -> str:
    return as_markdown(turns, thread(**more), text_of(language), "Asia/Tokyo", NOW)


def tags(markdown: str) -> set[str]:
    tokens = MARKDOWN.parse(markdown)
    return {one.type for token in tokens for one in (token, *(token.children or []))}


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_acts_and_every_character_is_there(text: str) -> None:
    assert tags(quiet(text)) <= {"paragraph_open", "inline", "text", "text_special", "hardbreak", "paragraph_close"}
    (inline,) = (token for token in MARKDOWN.parse(quiet(text)) if token.type == "inline")
    seen = "".join("\n" if one.type == "hardbreak" else one.content for one in inline.children or [])
    assert seen == text


def test_addresses_are_not_linked_where_a_renderer_looks_for_them() -> None:
    written = quiet("https://evil.example www.evil.example a@evil.example")
    assert "https:" not in written and "www.evil" not in written and "a@" not in written


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_conversation_stays_quiet_as_a_whole(text: str) -> None:
    odd = ONE.model_copy(update={"title": text, "ref": text})
    told = (Translation(marker=1, text=text, model=text),)
    turns = [
        Turn(text, Said(text=text, citations=(odd,), translations=told, notices=(text,))),
        Turn("", Said(text, draft=text)),
    ]
    assert not tags(page(turns, title=text, account=text)) & {
        "image", "link_open", "html_block", "html_inline", "code_inline", "code_block", "fence", "ordered_list_open",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("language", "words"),
    [("ja", ["## 質問 · 2026年4月1日 18:00", "**回答**", "**出典**", "2026年3月2日", "マニュアル", "お客様：AC-1"]),
     ("en", ["## Question · 1 Apr 2026, 18:00", "**Answer**", "**Sources**", "2 Mar 2026", "Manual",
             "Customer: AC-1"])],
)  # fmt: skip
def test_questions_answers_sources_notices_and_local_dates_are_there(language: str, words: list[str]) -> None:
    dated = ONE.model_copy(update={"updated_at": datetime(2026, 3, 1, 20, 0, tzinfo=UTC), "page": 7})
    turns = [Turn("How?", Said("Do it. [1]", citations=(dated,), notices=("an old page",))), Turn("", Said("News."))]
    text = page(turns, language, account="AC-1")
    assert all(word in text for word in [*words, "How?", "Do it.", "a.md", "7", "> an old page", "News."])


def test_what_leaves_the_screen_still_says_that_it_is_not_sure() -> None:
    unsure = Said("Do it. [1]", citations=(ONE,), unsure=True)
    for text in (page([Turn("How?", unsure)]), answer_text(unsure, text_of("en"), "Asia/Tokyo")):
        assert text.index("This may not be the answer.") < text.index("Do it.")
    assert "may not be" not in page([Turn("How?", Said("Do it. [1]", citations=(ONE,)))])


def test_a_table_stays_a_table_with_quiet_cells() -> None:
    answer = Said("Before\n| a | b |\n|---|---|\n| <img src=x> | ![y](//e) [1] |\nAfter")
    written = MARKDOWN.render(page([Turn("q", answer)]))
    assert written.count("<td>") == 2 and "<img" not in written and "<p>After" in written


def test_the_copied_answer_has_a_numbered_list_of_its_sources() -> None:
    two: Citation = ONE.model_copy(update={"marker": 2, "title": "Second", "ref": "b.md"})
    text = answer_text(Said("One. [1] Two. [2]", citations=(ONE, two)), text_of("en"), "Asia/Tokyo")
    assert text == "One. [1] Two. [2]\n\nSources:\n[1] T (Manual · a.md)\n[2] Second (Manual · b.md)\n"


@pytest.mark.parametrize(
    ("language", "head"), [("en", "Translation (automatic, by m/x)"), ("ja", "原文の訳（自動：m/x による機械翻訳）")]
)
def test_translations_of_quotes_go_along_marked_as_a_machines(language: Any, head: str) -> None:
    said = Said(translations=(Translation(marker=1, text="Wait 30 minutes.", model="m/x"),))
    assert f"\n\n{head}:\n[1] Wait 30 minutes.\n\n" in answer_text(said, text_of(language), "Asia/Tokyo")
    assert f"**{head}**\n\n- \\[1\\] Wait 30 minutes." in page([Turn("q", said)], language)
