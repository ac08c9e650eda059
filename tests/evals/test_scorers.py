"""The scorers, against values worked out by hand."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals import scorers

REFS = st.lists(st.sampled_from("abcdef"), max_size=12)


def test_recall_counts_documents_once() -> None:
    assert scorers.recall(["a", "a", "b", "c"], ["a", "c"], 2) == 0.5
    assert scorers.recall(["a"], [], 10) is None


def test_ndcg_by_hand() -> None:
    assert scorers.ndcg(["x", "a"], {"a": 1.0}, 10) == pytest.approx(1 / math.log2(3))
    assert scorers.ndcg(["b", "a"], {"a": 2.0, "b": 1.0}, 10) == pytest.approx(
        (1 + 2 / math.log2(3)) / (2 + 1 / math.log2(3))
    )
    assert scorers.ndcg(["a"], {"a": 0.0}, 10) is None


def test_reciprocal_rank() -> None:
    assert scorers.reciprocal_rank(["x", "x", "a"], ["a"]) == 0.5
    assert scorers.reciprocal_rank(["x"], ["a"]) == 0.0


@given(REFS, st.sets(st.sampled_from("abcdef"), min_size=1), st.integers(1, 12))
def test_ranking_scores_stay_between_zero_and_one(found: list[str], gold: set[str], k: int) -> None:
    values = [scorers.recall(found, gold, k), scorers.ndcg(found, dict.fromkeys(gold, 1.0), k)]
    values += [scorers.reciprocal_rank(found, gold), scorers.hit(found, gold, k)]
    assert all(value is not None and 0.0 <= value <= 1.0 + 1e-9 for value in values)


@given(st.sets(st.sampled_from("abcdef"), min_size=1))
def test_gold_first_is_perfect(gold: set[str]) -> None:
    assert scorers.ndcg([*sorted(gold), "z"], dict.fromkeys(gold, 1.0), 10) == pytest.approx(1.0)


def test_key_facts_ignore_width_case_and_spaces() -> None:
    assert scorers.key_facts("上限は１２０ 回／分です", ["120回/分"]) == 1.0
    assert scorers.key_facts("the limit is 60", ["120|sixty", "limit"]) == 0.5
    assert scorers.key_facts("anything", []) is None


def test_citation_precision_needs_citations() -> None:
    assert scorers.citation_precision(["a", "b", "a"], ["a"]) == 0.5
    assert scorers.citation_precision([], ["a"]) is None


def test_every_line_needs_a_marker() -> None:
    assert scorers.every_line_cited("One. [1]\nTwo. [2]", "cited") == 1.0
    assert scorers.every_line_cited("One. [1]\nTwo.", "cited") == 0.0
    assert scorers.every_line_cited("Nothing found.", "refused") is None
    assert scorers.every_line_cited("| a |\n|---|\n| b [1] |", "cited") == 1.0
    assert scorers.every_line_cited("| a |\n|---|\n| b |", "cited") == 0.0


def test_language_looks_past_quotes() -> None:
    quote = "Set the entity ID."
    assert scorers.language_is(f"英語のマニュアルより: {quote} [1]", "ja", [quote]) == 1.0
    assert scorers.language_is(f"From the manual in English: {quote}", "ja", [quote]) == 0.0
    assert scorers.language_is(f"{quote} [1]", "ja", [quote]) is None


def test_f1_by_hand() -> None:
    pairs = [(True, True), (True, False), (False, True), (False, False)]
    assert scorers.f1(pairs) == (0.5, 0.5, 0.5)
    assert scorers.f1([(False, False)]) == (None, None, None)
