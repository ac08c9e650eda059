"""The team's equal words in search and in answers."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banso.core.errors import ConfigError
from banso.core.settings import Settings
from banso.knowledge import lexical
from banso.knowledge.documents import Scope
from banso.knowledge.index import Knowledge, open_knowledge
from banso.knowledge.search_options import SearchOptions
from banso.knowledge.synonyms import FILE, Synonyms, load_synonyms
from banso.knowledge.terms import terms
from tests.knowledge.builders import HashEmbedder, entry

WORDS_ONLY = SearchOptions(meanings=False)
GROUP = "- [シングルサインオン, SSO, single sign-on]\n"

Open = Callable[[str], Knowledge]


@pytest.fixture
def opened(tmp_path: Path) -> Open:
    def build(words: str) -> Knowledge:
        (tmp_path / FILE).write_text(words, encoding="utf-8")
        knowledge = open_knowledge(Settings(data=tmp_path), HashEmbedder(), options=WORDS_ONLY)
        knowledge.put(
            [
                entry("both", "SSO（シングルサインオン）の証明書"),
                entry("ja", "シングルサインオンの証明書を更新する"),
                entry("en", "Renew the certificate of single sign-on", language="en"),
                *(entry(f"other{n}", f"請求書の宛名を変える手順 {n}") for n in range(20)),
            ]
        )
        return knowledge

    return build


def found(knowledge: Knowledge, question: str) -> dict[str, float]:
    return {hit.ref: hit.lexical for hit in knowledge.search(question, Scope(), 30) if hit.lexical > 0}


def test_an_equal_word_is_found_at_the_weight_of_the_word_and_never_twice(opened: Open) -> None:
    knowledge = opened(GROUP)
    hits = found(knowledge, "SSO")
    assert set(hits) == {"both", "ja", "en"}
    alone = opened("")
    assert set(found(alone, "SSO")) == {"both"}
    assert hits["both"] <= 1.6 * max(hits["ja"], hits["en"])  # two of its words are there; one is counted


def test_coverage_counts_an_equal_word_as_the_word(opened: Open) -> None:
    knowledge = opened(GROUP)
    hits = {hit.ref: hit.coverage for hit in knowledge.search("SSO", Scope(), 30)}
    assert hits["ja"] == hits["both"] == 1.0
    assert lexical.coverage({"sso": 2.0}, frozenset(terms("シングルサインオン"))) == 0.0


def test_a_changed_file_counts_at_once_and_a_mistake_leaves_the_last_words(opened: Open, tmp_path: Path) -> None:
    knowledge = opened("")
    for number, (words, expected) in enumerate(((GROUP, {"both", "ja", "en"}), ("- oops\n", {"both", "ja", "en"}))):
        (tmp_path / FILE).write_text(words, encoding="utf-8")
        os.utime(tmp_path / FILE, (number, number))
        assert set(found(knowledge, "SSO")) == expected


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("- [SSO, シングルサインオン]\n- [サーバ, sso]\n", 2),
        ("- [SSO]\n", 1),
        ("SSO: シングルサインオン\n", 1),
        ("- [SSO, 1]\n", 1),
        ("# words\n- [SSO, [a, b]]\n", 2),
        ("- [SSO, シングル\n", 2),
    ],
)
def test_a_mistake_is_named_with_file_and_line(tmp_path: Path, text: str, line: int) -> None:
    path = tmp_path / FILE
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=rf"{FILE}, line {line}"):
        load_synonyms(path)


@pytest.mark.parametrize(
    ("question", "swapped"),
    [
        ("ＳＳＯの設定", {"sso"}),
        ("assorted things", set()),
        ("サーバーの設定", {"サーバー"}),
        ("サーバの設定", {"サーバ"}),
        ("Single  Sign-On setup", {"single sign-on"}),
    ],
)
def test_words_are_found_whole(question: str, swapped: set[str]) -> None:
    words = Synonyms((("シングルサインオン", "SSO", "single sign-on"), ("サーバ", "サーバー")))
    assert {word for word, _ in words.swaps(question)} == swapped


@given(st.text(max_size=40))
def test_any_question_can_be_asked(question: str) -> None:
    for word, other in Synonyms((("SSO", "シングルサインオン"),)).swaps(question):
        assert word != other.casefold()
