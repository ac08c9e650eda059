"""Versions are compared number by number, and heard in a question without taking every number for one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banso.knowledge.versions import holds_for, nearness, newer, numbers, said_in, same


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("3.1.4", (3, 1, 4)), ("v2.10", (2, 10)), ("3.x", (3,)), ("Ver. 3", (3,)), ("バージョン ３．４", (3, 4)),
        ("3.1-beta", (3, 1)), ("2026-10", (2026, 10)), ("latest", ()), ("", ()),
    ],
)  # fmt: skip
def test_a_version_is_its_numbers(written: str, read: tuple[int, ...]) -> None:
    assert numbers(written) == read


def test_ten_comes_after_nine_and_a_line_holds_for_what_is_in_it() -> None:
    assert newer("2.10", "2.9") and not newer("2.9", "2.10")
    assert same("3.x", "3.1.4") and same("3.1", "3.1.4") and not same("3.1", "3.10")
    assert not newer("3.x", "3.1") and not newer("3.1", "3.x")


def test_a_year_is_not_compared_with_a_release() -> None:
    assert newer("2026-10", "2025-04") and not newer("2026-10", "3.4") and not newer("3.4", "2026-10")
    assert holds_for("2026-10", ["3.4"])


@pytest.mark.parametrize(
    ("page", "run", "holds"),
    [
        ("3.2", "3.4", True), ("3.4", "3.4", True), ("3.4.1", "3.4", True), ("3.6", "3.4", False),
        ("2.8", "3.1", False), ("4.0", "3.9", False), ("3.10", "3.9", False), ("latest", "3.9", True),
    ],
)  # fmt: skip
def test_a_page_holds_until_the_next_major_version_and_not_before_its_own(page: str, run: str, holds: bool) -> None:
    assert holds_for(page, [run]) is holds


def test_the_nearest_is_the_own_version_then_the_one_before_then_the_one_after() -> None:
    pages = ["3.6", "2.8", "3.1", "3.5", "3.2", "3.3"]
    assert sorted(pages, key=lambda page: nearness(page, ["3.2.7"]), reverse=True) == [
        "3.2", "3.1", "2.8", "3.3", "3.5", "3.6",
    ]  # fmt: skip
    assert max(pages, key=lambda page: nearness(page, [])) == "3.6"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("バージョン 2.8 での SSO の設定方法は？", ("2.8",)),
        ("How do I set up SSO in version 3?", ("3",)),
        ("v3.1 から ver. 3.4 に上げるには", ("3.1", "3.4")),
        ("3.x の画面は？", ("3",)),
        ("3.1系で使えますか", ("3.1",)),
        ("2.8 では証明書を何枚登録できますか", ("2.8",)),
        ("SAML 2.0 と TLS 1.2 に対応していますか", ()),
        ("API v2 の上限は？", ()),
        ("iOS バージョン 17 で使えますか", ()),
        ("99.9 % の SLA は？ 2.8 GB までですか", ()),
        ("SSO の設定方法は？", ()),
    ],
)
def test_a_question_names_a_version_by_a_word_or_by_one_that_is_known(text: str, said: tuple[str, ...]) -> None:
    assert said_in(text, ("2.8", "3.2", "")) == said


@given(st.lists(st.integers(0, 40), min_size=1, max_size=4), st.lists(st.integers(0, 40), min_size=1, max_size=4))
def test_of_two_versions_one_is_newer_or_they_are_the_same(one: list[int], other: list[int]) -> None:
    a, b = (".".join(map(str, each)) for each in (one, other))
    assert [newer(a, b), newer(b, a), same(a, b)].count(True) == 1


def test_a_number_without_end_and_a_text_of_numbers_are_read() -> None:
    assert same("9" * 5000, "9" * 5000)
    assert said_in("1." + "9" * 5000, ["3.1"]) == ()
    assert set(said_in("v1.1 " * 20_000, ["1.1"])) == {"1.1"}
