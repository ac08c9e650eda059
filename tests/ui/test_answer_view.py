"""Answers on the screen: links only to sources, tables as tables, the rest as written."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime

from markdown_it import MarkdownIt

from agents.answers import Choice, QuestionBack, Translation, UsedFact
from agents.usage import Usage
from banso.knowledge.ages import SourceAges
from banso.knowledge.beside import Beside
from banso.knowledge.documents import Citation, Variant
from banso.ui.answer_view import answer_markdown, conversation, readable, text_markdown, turn_at
from banso.ui.texts import text_of

MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable("table")
EN, JA = text_of("en"), text_of("ja")
NOW = datetime(2026, 4, 1, 9, 0, tzinfo=UTC)
ONE = Citation(
    marker=1, chunk_id="d:0", document_id="d", source="manual", ref="a.md", title="T", quote="q", start=3, end=9
)


@dataclass
class Said:
    text: str = "Do it. [1]"
    thread: str = "t"
    grounded: str = "cited"
    citations: tuple[Citation, ...] = (ONE,)
    translations: tuple[Translation, ...] = ()
    nearest: tuple[Citation, ...] = ()
    notices: tuple[str, ...] = ()
    draft: str | None = None
    seconds: float = 0.0
    stopped: bool = False
    usage: tuple[Usage, ...] = ()
    removed: tuple[str, ...] = ()
    unsure: bool = False
    asks: QuestionBack | None = None
    ages: SourceAges | None = None
    facts: tuple[UsedFact, ...] = ()
    beside: Beside = field(default_factory=Beside)
    unanswered: tuple[str, ...] = ()


@dataclass
class Turn:
    question: str
    answer: Said = field(default_factory=Said)
    at: datetime = NOW


def hrefs(markdown: str) -> list[str]:
    return re.findall(r'href="([^"]*)"', MARKDOWN.render(markdown))


def test_a_marker_links_to_the_cited_characters() -> None:
    assert hrefs(text_markdown("Do it. [1]", [ONE])) == ["/source/d?start=3&amp;end=9#cited"]


def test_a_marker_without_a_citation_is_no_link() -> None:
    assert hrefs(text_markdown("Do it. [7] [x](https://evil.example)", [ONE])) == []


def test_a_table_stays_a_table_and_its_cells_are_inert() -> None:
    page = MARKDOWN.render(text_markdown("Before [1]\n| a | b |\n|---|---|\n| <img src=x> | ![y](//e) [1] |", [ONE]))
    assert page.count("<td>") == 2 and page.count("<th>") == 2
    assert "<img" not in page and len(re.findall("<a ", page)) == 2


def test_bars_that_are_no_table_are_shown_as_written() -> None:
    assert "<table>" not in MARKDOWN.render(text_markdown("| not a table |", []))


def test_a_refusal_lists_the_nearest_sources() -> None:
    refused = Said(text="Nothing answers this.", grounded="refused", citations=(), nearest=(ONE,))
    shown = answer_markdown(refused, text_of("en"), "UTC")
    assert "Nearest sources" in shown and hrefs(shown)


def test_a_source_names_the_other_documents_that_say_the_same() -> None:
    other = Variant(document_id="e", ref="self-host/a.md", title="[T](//evil)", start=5, end=9, version="3.1")
    answer = Said(citations=(ONE.model_copy(update={"variants": (other,)}),))
    shown = MARKDOWN.render(answer_markdown(answer, text_of("en"), "UTC"))
    assert "Also in: " in shown and "(3.1)</a>" in shown and "/source/e?start=5&amp;end=9#cited" in shown
    assert hrefs(answer_markdown(answer, text_of("ja"), "UTC"))[-1] == "/source/e?start=5&amp;end=9#cited"
    assert "ほかの版：" in answer_markdown(answer, text_of("ja"), "UTC") and "evil" not in "".join(hrefs(shown))


def test_a_quote_of_a_table_reads_as_words() -> None:
    assert readable("| a | b |\n|---|---|\n| 1 |  |") == "a · b\n1"


def test_news_about_a_draft_has_no_question() -> None:
    turns = [Turn("q1"), Turn(""), Turn("q2")]
    messages = conversation(turns, text_of("en"), "UTC")
    assert [message["role"] for message in messages] == ["user", "assistant", "assistant", "user", "assistant"]
    assert [turn_at(turns, index) for index in range(6)] == [0, 0, 1, 2, 2, None]


def test_tokens_and_price_of_prompted_models_are_told_in_local_form() -> None:
    used = Usage(model="openai/x", prompt_tokens=1200, completion_tokens=34, cost=0.00421)
    told = MARKDOWN.render(
        answer_markdown(Said(seconds=1.0, usage=(used, Usage(model="embedded/extractive"))), JA, "UTC")
    )
    assert "openai/x" in told and "1,234 トークン" in told and "$0.0042" in told and "extractive" not in told
    unknown = answer_markdown(
        Said(seconds=1.0, usage=(used.model_copy(update={"cost": None, "estimated": True}),)), JA, "UTC"
    )
    assert "$" not in MARKDOWN.render(unknown) and "約" in unknown


def test_what_was_taken_out_is_folded_away_and_inert() -> None:
    page = MARKDOWN.render(answer_markdown(Said(removed=("<img src=x> [a](https://evil.example)",)), EN, "UTC"))
    assert "<details>" in page and "<img" not in page and "evil" not in " ".join(hrefs(page))


def test_only_the_last_question_back_has_choices_and_each_asks_a_whole_question() -> None:
    asks = QuestionBack(question="Which plan?", choices=(Choice(label="Business"), Choice(label="Starter")))
    first, last = Turn("What is the limit?", Said(asks=asks)), Turn("And the price?", Said(asks=asks))
    messages = conversation([first, last], EN, "UTC")
    assert [len(message.get("options", [])) for message in messages] == [0, 0, 0, 2]
    assert messages[3]["options"][0] == {"label": "Business", "value": "And the price? (Business)"}
    assert "Which plan" in messages[1]["content"]


def test_an_answer_that_is_not_sure_says_so() -> None:
    unsure, sure = (answer_markdown(Said(unsure=one), EN, "UTC") for one in (True, False))
    assert unsure.startswith("> **This may not be the answer.**") and "may not be" not in sure


def test_a_translation_is_marked_as_a_machines_and_only_its_number_can_be_clicked() -> None:
    text = "Wait 30 minutes. ![x](https://evil.example/a) <b>x</b> www.evil.example [2]"
    shown = answer_markdown(Said(translations=(Translation(marker=1, text=text, model="m/x"),)), EN, "UTC")
    page = MARKDOWN.render(shown)
    quote = page[page.index("<blockquote>") : page.index("</blockquote>")]
    assert "Translation (automatic, by m/x)" in quote and "Wait 30 minutes." in quote
    assert re.findall(r'(?:href|src)="([^"]*)"', quote) == ["/source/d?start=3&amp;end=9#cited"] and "<b>" not in quote
