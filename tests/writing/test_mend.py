"""What a mend must never do, over mails put together at random."""

from __future__ import annotations

import time
import unicodedata
from collections.abc import Callable
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from banso.writing.check import check, check_subject
from banso.writing.mend import mend, mended, mended_subject
from banso.writing.numbers import numbers
from banso.writing.rules.lookup import rules
from banso.writing.shield import shielded, touches
from banso.writing.types import Context, Finding, Language, Level, Signature
from tests.writing.examples import context, spelled

LANGUAGES: tuple[Language, ...] = get_args(Language)
PIECES = {
    language: [spelled(e.text, language) for rule in rules(language) for e in (*rule.wrong, *rule.right)]
    for language in LANGUAGES
}
ODD = [
    "「",
    "」",
    "『",
    '"',
    "“",
    "”",
    "```",
    "`",
    "> ",
    "\n",
    "\n\n",
    " ",
    "　",
    "！",
    "!",
    "。",
    "🙂",
    "1",
    "１",
    "2026/11/22",
    "円",
]
ODD += [
    "ｶﾞ",
    "御社",
    "（月）",
    "/",
    "-",
    ",",
    "様",
    "御中",
    "HR-1012",
    "https://a.example/x?y=1000円",
    "a.b@c.example",
    "\u200b",
    "𠮷",
]
QUOTED = [
    "御社！！ １２３ﾃﾝﾌﾟﾚ 2026/11/22 1000円",
    "kindly revert  back ASAP!! 2026-11-22 $1000",
    "ご覧になられる、見れる。",
]


def texts(language: Language) -> st.SearchStrategy[str]:
    pieces = st.sampled_from(PIECES[language] + ODD * 4) | st.text(max_size=6).map(_sendable)
    return st.lists(pieces, max_size=8).map("".join)


def _sendable(text: str) -> str:
    return "".join(c for c in text if unicodedata.category(c) != "Cs")


def contexts(language: Language) -> st.SearchStrategy[Context]:
    return st.builds(
        lambda **known: context(language, **known), level=st.sampled_from(get_args(Level)), fragment=st.booleans(),
        first_contact=st.booleans(), apology=st.booleans(), person=st.sampled_from(["", "山田 太郎", "Oliver Hughes"]),
        signature=st.sampled_from([Signature(), context(language).signature]), longest_line=st.sampled_from([10, 120]),
        dates=st.sampled_from(["british", "american"]),
    )  # fmt: skip


either = st.sampled_from(LANGUAGES).flatmap(lambda l: st.tuples(texts(l), contexts(l)))  # noqa: E741


@settings(max_examples=300, deadline=None)
@given(either)
def test_mending_twice_is_mending_once(case: tuple[str, Context]) -> None:
    text, about = case
    once = mended(text, about)
    assert mended(once, about) == once
    subject = mended_subject(text, about)
    assert mended_subject(subject, about) == subject


@settings(max_examples=200, deadline=None)
@given(either)
def test_findings_stand_where_they_say(case: tuple[str, Context]) -> None:
    text, about = case
    for finding in (*check(text, about), *check_subject(text, about)):
        assert 0 <= finding.start <= finding.end <= len(text)
        assert text[finding.start : finding.end] == finding.found
        assert not touches(finding.start, finding.end, shielded(text))


@settings(max_examples=200, deadline=None)
@given(either)
def test_no_number_is_lost_or_made(case: tuple[str, Context]) -> None:
    text, about = case[0], case[1].model_copy(update={"fragment": True})
    assert numbers(mended(text, about)) == numbers(text)


@settings(max_examples=150, deadline=None)
@given(
    either,
    st.sampled_from(QUOTED),
    st.sampled_from(["「{}」", "『{}』", "`{}`", '"{}"', "“{}”", "\n> {}\n", "\n```\n{}\n```\n"]),
)
def test_quoted_words_and_code_stay(case: tuple[str, Context], words: str, marks: str) -> None:
    text, about = case
    if any(mark in text for mark in '「」『』“”"`>＞'):
        text = ""
    whole = text + "\n\n" + marks.format(words)
    assert words in mended(whole, about)


@pytest.mark.parametrize(
    "word",
    [
        "https://a.example/御社?d=2026/11/22",
        "x.2026-11-22@御社.example"[:12] + "@c.example",
        "ＨＲ－１０１２",
        "HR-10000",
    ],
)
def test_addresses_and_codes_stay(word: str) -> None:
    for language in LANGUAGES:
        assert word in mended(f"{word} は10000円です！！ {word} $10000!!", context(language, fragment=True))


Hostile = Callable[[str], Finding]


def hostile(text: str, found: str, fix: str) -> Finding:
    start = text.index(found)
    return Finding(start=start, end=start + len(found), rule="x", severity="hint", key="x", found=found, fix=fix)


@pytest.mark.parametrize(
    ("text", "found", "fix"),
    [
        ("金額は1,000円です。", "1,000円", "100円"),
        ("1🙂2名です。", "🙂", ""),
        ("「御社」と書かれました。", "御社", "貴社"),
        ("`1000円` です。", "円", "ドル"),
        ("See https://a.example/kindly now.", "kindly", "please"),
        ("HR-1012 です。", "HR", "ＨＲ"),
        ("> 御社\n", "御社", "貴社"),
    ],
)
def test_a_rule_gone_wrong_cannot_change_numbers_or_quoted_words(text: str, found: str, fix: str) -> None:
    assert mend(text, [hostile(text, found, fix)]) == text


def test_a_finding_of_another_text_is_left_out() -> None:
    finding = hostile("御社の資料", "御社", "貴社")
    assert mend("弊社の資料", [finding]) == "弊社の資料"
    assert mend("御社の資料", [finding]) == "貴社の資料"


def test_of_two_fixes_on_one_place_the_first_is_taken() -> None:
    text = "御社様"
    assert mend(text, [hostile(text, "御社", "貴社"), hostile(text, "御社様", "x")]) == "貴社様"


@pytest.mark.parametrize("run", ["0", "A", "-", "「", "a@", "1,", "お", "`"])
def test_a_long_run_of_one_sign_is_checked_in_time(run: str) -> None:
    text = run * (20_000 // len(run))  # one pattern that looks back from every place took half a minute on 50,000
    began = time.process_time()
    check(text, context("ja"))
    assert time.process_time() - began < 4
