"""Scores stay in bounds and agree with both sides."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banso.knowledge.fusion import fuse, lexical_weight

scores = st.dictionaries(st.sampled_from("abcdefgh"), st.floats(0.01, 50), max_size=8)


@given(scores, scores, st.floats(0, 1))
def test_scores_are_between_nothing_and_one(lexical: dict[str, float], dense: dict[str, float], weight: float) -> None:
    fused = fuse(lexical, dense, weight)
    assert set(fused) == {*lexical, *dense}
    assert all(0 <= score <= 1 + 1e-9 for score in fused.values())


@given(scores.filter(bool), scores.filter(bool))
def test_best_of_both_is_best(lexical: dict[str, float], dense: dict[str, float]) -> None:
    top = {**lexical, "z": max(lexical.values()) + 1}, {**dense, "z": max(dense.values()) + 1}
    fused = fuse(*top, 0.5)
    assert max(fused, key=lambda one: fused[one]) == "z"


def test_one_side_alone_keeps_its_order() -> None:
    assert fuse({"a": 3.0, "b": 1.0}, {}, 0.5) == {"a": 1.0, "b": 0.0}
    assert fuse({}, {"a": 0.8}, 0.5) == {"a": 1.0}


def test_words_weigh_what_they_cover() -> None:
    assert lexical_weight(0.0) == pytest.approx(0.2)
    assert lexical_weight(1.0) == pytest.approx(0.6)
    assert lexical_weight(0.2) < lexical_weight(0.3)
