"""The scorers, against values worked out by hand."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.record import Sentence
from evals.scorers import citing, ranking, refusing, wording, working

REFS = st.lists(st.sampled_from("abcdef"), max_size=12)


def test_recall_counts_documents_once() -> None:
    assert ranking.recall(["a", "a", "b", "c"], ["a", "c"], 2) == 0.5
    assert ranking.recall(["a"], [], 10) is None


def test_ndcg_by_hand() -> None:
    assert ranking.ndcg(["x", "a"], {"a": 1.0}, 10) == pytest.approx(1 / math.log2(3))
    assert ranking.ndcg(["b", "a"], {"a": 2.0, "b": 1.0}, 10) == pytest.approx(
        (1 + 2 / math.log2(3)) / (2 + 1 / math.log2(3))
    )
    assert ranking.ndcg(["a"], {"a": 0.0}, 10) is None


def test_reciprocal_rank() -> None:
    assert ranking.reciprocal_rank(["x", "x", "a"], ["a"]) == 0.5
    assert ranking.reciprocal_rank(["x"], ["a"]) == 0.0


@given(REFS, st.sets(st.sampled_from("abcdef"), min_size=1), st.integers(1, 12))
def test_ranking_scores_stay_between_zero_and_one(found: list[str], gold: set[str], k: int) -> None:
    values = [ranking.recall(found, gold, k), ranking.ndcg(found, dict.fromkeys(gold, 1.0), k)]
    values += [ranking.reciprocal_rank(found, gold), ranking.hit(found, gold, k)]
    assert all(value is not None and 0.0 <= value <= 1.0 + 1e-9 for value in values)


@given(st.sets(st.sampled_from("abcdef"), min_size=1))
def test_gold_first_is_perfect(gold: set[str]) -> None:
    assert ranking.ndcg([*sorted(gold), "z"], dict.fromkeys(gold, 1.0), 10) == pytest.approx(1.0)


def test_key_facts_ignore_width_case_and_spaces() -> None:
    assert wording.key_facts("上限は１２０ 回／分です", ["120回/分"]) == 1.0
    assert wording.key_facts("the limit is 60", ["120|sixty", "limit"]) == 0.5
    assert wording.key_facts("anything", []) is None


def test_citation_precision_needs_citations() -> None:
    assert citing.citation_precision(["a", "b", "a"], ["a"]) == 0.5
    assert citing.citation_precision([], ["a"]) is None


def test_every_line_needs_a_marker() -> None:
    assert wording.every_line_cited("One. [1]\nTwo. [2]", "cited") == 1.0
    assert wording.every_line_cited("One. [1]\nTwo.", "cited") == 0.0
    assert wording.every_line_cited("Nothing found.", "refused") is None
    assert wording.every_line_cited("| a |\n|---|\n| b [1] |", "cited") == 1.0
    assert wording.every_line_cited("| a |\n|---|\n| b |", "cited") == 0.0


def test_language_looks_past_quotes() -> None:
    quote = "Set the entity ID."
    assert wording.language_is(f"英語のマニュアルより: {quote} [1]", "ja", [quote]) == 1.0
    assert wording.language_is(f"From the manual in English: {quote}", "ja", [quote]) == 0.0
    assert wording.language_is(f"{quote} [1]", "ja", [quote]) is None


def test_f1_by_hand() -> None:
    pairs = [(True, True), (True, False), (False, True), (False, False)]
    assert refusing.f1(pairs) == (0.5, 0.5, 0.5)
    assert refusing.f1([(False, False)]) == (None, None, None)


def test_citation_recall_by_hand() -> None:
    assert citing.citation_recall(["a", "x", "a"], ["a", "b"]) == 0.5
    assert citing.citation_recall([], ["a"]) == 0.0
    assert citing.citation_recall(["a"], []) is None


def test_must_not_say_counts_what_was_kept_back() -> None:
    assert wording.must_not_say("60 minutes", ["30 minutes|half an hour", "60 minutes"]) == 0.5
    assert wording.must_not_say("60 minutes", ["30 minutes"]) == 1.0
    assert wording.must_not_say("anything", []) is None


def test_sentence_support_is_a_share_of_all_sentences() -> None:
    kinds = ("supported", "supported", "unsupported", "uncited")
    assert citing.sentence_support([Sentence(text="s", support=kind) for kind in kinds]) == 0.5  # type: ignore[arg-type]
    assert citing.sentence_support([]) is None


def test_a_quote_is_exact_to_the_character() -> None:
    assert citing.quote_exact([("30 分", "30 分"), ("30 分", "30分"), ("", "")]) == pytest.approx(1 / 3)
    assert citing.quote_exact([]) is None


def test_numbers_must_stand_in_what_is_quoted() -> None:
    assert citing.numbers_right("1. １，２００ 回 [3]、30 分 [1]", ["上限は 1200 回", "30分"]) == 1.0
    assert citing.numbers_right("30 分または 45 分 [1]", ["30分"]) == 0.5
    assert citing.numbers_right("いつでも [1]", ["30分"]) is None


def test_an_answer_is_wrong_when_nothing_in_it_is_right() -> None:
    wrong = refusing.wrong_answer
    assert wrong("cited", False, None, None) == 1.0
    assert wrong("cited", True, 0.0, 0.0) == 1.0
    assert wrong("cited", True, 0.0, 0.5) == 0.0
    assert wrong("refused", True, None, None) == 0.0
    assert wrong("", True, None, None) is None


def test_a_wrong_answer_that_says_so_is_not_confident() -> None:
    sure = refusing.wrong_but_confident
    assert (sure(1.0, False), sure(1.0, True), sure(0.0, False), sure(None, False)) == (1.0, 0.0, 0.0, None)


def test_the_plan_of_tools_is_kept_in_order() -> None:
    assert working.tools_on_plan(["a", "b"], ("a", "b")) == 1.0
    assert working.tools_on_plan(["b", "a"], ("a", "b")) == 0.0
    assert working.tools_on_plan(["a"], ()) == 0.0
    assert working.tools_on_plan(["a"], None) is None


def test_only_the_account_and_nobodys_text_is_right() -> None:
    assert working.right_account("AC-1", ["", "AC-1"]) == 1.0
    assert working.right_account("AC-1", ["", "AC-2"]) == 0.0
    assert working.right_account("", ["AC-1", "AC-2"]) is None
    assert working.right_recipient("A@x.example", ["a@X.example", ""]) == 1.0
    assert working.right_recipient("", [""]) == 0.0


PAIRS = st.lists(st.tuples(st.booleans(), st.booleans()), max_size=20)


@given(PAIRS, st.randoms())
def test_refusal_figures_do_not_depend_on_the_order_and_stay_in_bounds(
    pairs: list[tuple[bool, bool]], draw: Any
) -> None:
    other = draw.sample(pairs, len(pairs))
    assert refusing.f1(pairs) == refusing.f1(other)
    assert all(value is None or 0.0 <= value <= 1.0 for value in refusing.f1(pairs))


@given(REFS, st.sets(st.sampled_from("abcdef"), min_size=1))
def test_citing_more_never_lowers_recall(cited: list[str], gold: set[str]) -> None:
    before, after = citing.citation_recall(cited, gold), citing.citation_recall([*cited, "a"], gold)
    assert before is not None and after is not None and 0.0 <= before <= after <= 1.0


@given(st.text(), st.lists(st.text(), max_size=3))
def test_numbers_right_stays_in_bounds_and_a_text_carries_its_own_numbers(text: str, quotes: list[str]) -> None:
    value = citing.numbers_right(text, quotes)
    assert value is None or 0.0 <= value <= 1.0
    assert citing.numbers_right(text, [text]) in (None, 1.0)
