"""Equal words that a corpus names itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from banso.core.errors import ConfigError
from banso.knowledge.synonyms import FILE, load_synonyms
from ingest.mining import Page, long_form, mine
from ingest.synonyms import accepted, append, fresh


def page(number: int, text: str, title: str = "t", ref: str = "", language: str = "ja") -> Page:
    return Page(str(number), "manual", "c", ref or f"{number}.md", language, title, text)


PAGES = [
    page(1, "シングルサインオン（SSO）を設定する。サーバーを起動する。"),
    page(2, "シングルサインオン(SSO) の証明書。サーバに接続する。サーバーの更新。"),
    page(3, "Use Single Sign-On (SSO). Log in to the server.", language="en"),
    page(4, "Single Sign-On (SSO) for all. Please log in again. Your login expires.", language="en"),
    page(5, "The login page: log in here. サーバの再起動。", language="en"),
    page(6, "The login form. We log in. login", language="en"),
    page(7, "本文", title="監査ログ", ref="ja/admin/audit.md"),
    page(8, "text", title="Audit log", ref="en/admin/audit.md", language="en"),
]


def test_abbreviations_spellings_and_titles_are_proposed_with_counts() -> None:
    groups = {frozenset(one.words): one for one in mine(PAGES)}
    sso = groups[frozenset(("SSO", "シングルサインオン", "Single Sign-On"))]
    assert sso.kind == "brackets" and sso.documents == 2 and "SSO" in sso.example
    assert groups[frozenset(("サーバー", "サーバ"))].documents == 2
    assert groups[frozenset(("login", "log in"))].kind == "spacing"
    assert groups[frozenset(("Audit log", "監査ログ"))].kind == "title"


@pytest.mark.parametrize(
    ("short", "words", "expected"),
    [
        ("SSO", "the Single Sign-On", "Single Sign-On"),
        ("SAML", "Security Assertion Markup Language", "Security Assertion Markup Language"),
        ("EU", "our European customers", ""),
        ("see", "some extra examples", ""),
    ],
)
def test_an_abbreviation_is_one_only_by_its_letters(short: str, words: str, expected: str) -> None:
    assert long_form(short, words) == expected


def test_an_abbreviation_with_several_meanings_is_none() -> None:
    pages = [page(n, f"{long} (PM)", language="en") for n, long in enumerate(["Project Manager", "Post Mortem"] * 3)]
    assert mine(pages) == []


def test_accepted_groups_are_added_and_hand_written_lines_stay(tmp_path: Path) -> None:
    path = tmp_path / FILE
    path.write_text("# ours\n- [座席, シート]", encoding="utf-8")
    proposals = fresh(mine(PAGES), load_synonyms(path))
    append(path, accepted(proposals, "1-2"))
    words = load_synonyms(path)
    assert path.read_text(encoding="utf-8").startswith("# ours\n- [座席, シート]\n")
    assert len(words.groups) == 3 and len(fresh(proposals, words)) == len(proposals) - 2


@pytest.mark.parametrize("numbers", ["0", "99", "x", "3-1", "1-x"])
def test_a_number_of_no_proposal_is_refused(numbers: str) -> None:
    with pytest.raises(ConfigError):
        accepted(mine(PAGES), numbers)
