"""Numbers in words, in both languages."""

from __future__ import annotations

import pytest

from agents.number_words import number_words


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("三百個", {300}), ("十二日", {12}), ("百二十回", {120}), ("二千二十六年", {2026}), ("一〇日", {10}),
        ("三万五千円", {35000}), ("三日", {3}), ("十分です", set()), ("万一の場合", set()), ("二要素認証", set()),
        ("3万円", set()), ("ninety days", {90}), ("a hundred and twenty", {120}), ("Twenty-Three", {23}),
        ("two thousand twenty-six", {2026}), ("hundreds of pages", set()), ("someone often", set()),
    ],
)  # fmt: skip
def test_numbers_in_words(text: str, numbers: set[int]) -> None:
    assert number_words(text) == numbers
