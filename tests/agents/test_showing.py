"""What is shown of an answer while it is said."""

from __future__ import annotations

import pytest

from agents.showing import Showing
from banso.knowledge.citations import Checker
from banso.knowledge.documents import Hit, Scope
from tests.agents.fakes import LOCK_JA, ListKnowledge, manual

FIRST, SECOND = "30分待つとロックは自動で解除されます[1]。", "管理者は、すぐにロックを解除できます[1]。"


def hit_of(text: str) -> Hit:
    return ListKnowledge([manual("a.md", "A", text)]).search("A", Scope())[0]


def shown(*growing: str, end: bool = True, hit: Hit | None = None) -> list[str]:
    said: list[dict[str, str]] = []
    showing = Showing(Checker({1: hit or hit_of(LOCK_JA.text)}), said.append)
    text = ""
    for piece in growing:
        text += piece
        showing.grow(text)
    if end:
        showing.end(text)
    return [one["text"] for one in said]


def test_a_sentence_is_shown_when_the_next_one_begins_and_a_line_when_it_ends() -> None:
    assert shown(FIRST, end=False) == []
    assert "".join(shown(FIRST, "管", end=False)) == "30分待つとロックは自動で解除されます [1]。"
    assert "".join(shown(FIRST + "\n", end=False)).startswith("30分待つと")


def test_a_number_that_comes_after_the_full_stop_is_waited_for() -> None:
    late = "30分待つとロックは自動で解除されます。"
    assert shown(late, "[", end=False) == shown(late, " [", "1", end=False) == []
    assert "".join(shown(late, "[1]", "管理")).startswith("30分待つとロックは自動で解除されます [1]。")


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
def test_however_it_is_cut_the_same_is_shown_once_and_nothing_unsupported(size: int) -> None:
    text = f"{FIRST}費用は一回につき5000円かかります[1]。{SECOND}\n{SECOND}\n月が出ています。\n{FIRST}"
    whole = "".join(shown(text))
    assert "".join(shown(*(text[at : at + size] for at in range(0, len(text), size)))) == whole
    assert "5000" not in whole and "月" not in whole and whole.count("30分") == 2 and whole.count("\n") == 3


def test_a_table_is_shown_as_a_whole() -> None:
    table = "| Plan | Calls |\n|---|---|\n| Business | 120 |"
    assert shown(*table.replace("120 |", "120 [1] |"), end=False, hit=hit_of(table)) == []
    said = shown(*table.replace("120 |", "120 [1] |"), hit=hit_of(table))
    assert len(said) == 2 and "| Business | 120 [1] |" in said[0]


def test_the_numbers_below_a_fence_belong_to_it() -> None:
    fence = "```\nbanso restart\n```"
    said = shown(*f"{fence}\n[1]\n", hit=hit_of(fence))
    assert said and "banso restart" in said[0] and "[1]" in said[0]
