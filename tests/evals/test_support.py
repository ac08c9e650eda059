"""Sentence by sentence: what the quoted words carry and what they do not."""

from __future__ import annotations

import pytest

from evals.support import ALIKE, carried, check, numbers

LOCK = "30 分待つとロックは自動で解除されます。"


def far(_one: str, _other: str) -> float:
    return 0.7


def near(_one: str, _other: str) -> float:
    return ALIKE


@pytest.mark.parametrize(
    ("sentence", "quote", "held"),
    [
        (LOCK, LOCK, True),
        ("ロックは 30分で自動解除されます。", LOCK, True),
        ("ロックは 60 分で自動解除されます。", LOCK, False),
        ("ロックは 30 分待っても自動で解除されません。", LOCK, False),
        ("請求書は翌月末に郵送されます。", LOCK, False),
        ("HR-1007 のロックは 30 分で自動解除されます。", LOCK, False),
        ("From the Japanese manual: “30 分待つとロックは自動で解除されます。”", LOCK, True),
        ("The lock opens by itself after 60 minutes.", LOCK, False),
        ("Uploads of three files are allowed.", "Three files may be uploaded; it is allowed.", True),
        ("Business allows 600 calls.", "Business allows 120 calls a minute. Enterprise has 600.", False),
    ],
)
def test_by_words_alone(sentence: str, quote: str, held: bool) -> None:
    assert carried(sentence, quote, far)[0] is held


def test_a_translation_rests_on_the_embedder() -> None:
    said = "The lock opens by itself after 30 minutes."
    assert carried(said, LOCK, near)[0] and not carried(said, LOCK, far)[0]


def test_each_sentence_is_judged_by_the_quotes_it_names() -> None:
    text = "30 分待つとロックは自動で解除されます [1]。\n請求書は翌月末に郵送されます [1]。\nよろしいですか。"
    assert [one.support for one in check(text, {1: LOCK}, far)] == ["supported", "unsupported", "uncited"]


def test_a_marker_that_leads_nowhere_supports_nothing() -> None:
    (one,) = check("ロックは解除されます [4]。", {1: LOCK}, far)
    assert (one.support, one.markers, one.score) == ("unsupported", (4,), None)


def test_rows_of_a_table_are_judged_and_its_head_is_not() -> None:
    table = "| コード | 対処 |\n|---|---|\n| HR-1012 | 宛先を直す [1] |\n| HR-1013 | 証明書を替える [2] |"
    quotes = {1: "| HR-1012 | 宛先を直す |", 2: "| HR-1013 | 再起動する |"}
    assert [one.support for one in check(table, quotes, far)] == ["supported", "unsupported"]


def test_code_is_judged_by_the_marker_below_it() -> None:
    text = "```\nGET /v1/users\n```\n[1]"
    assert [one.support for one in check(text, {1: "GET /v1/users"}, far)] == ["supported"]


def test_numbers_are_compared_whatever_their_form() -> None:
    assert numbers("1. １，２００件 [2]、03 月、v3.2, Five") == {"1200", "3", "3.2", "5"}
