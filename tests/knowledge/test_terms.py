"""What is found as what."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banso.knowledge.terms import terms


@pytest.mark.parametrize(
    ("asked", "stored"),
    [
        ("E1024", "エラー E-1024 が出る"),
        ("ｅ－１０２４", "E-1024"),
        ("v3.2.1", "Release v3.2.1 notes"),
        ("3.2.1", "v3.2.1"),
        ("user name", "set USER_NAME"),
        ("access token", "getAccessToken()"),
        ("wifi", "Wi-Fi"),
        ("setting", "Settings"),
        ("policy", "policies"),
        ("cafe", "Café"),
        ("ﾊﾟｽﾜｰﾄﾞ", "パスワード"),
        ("STRASSE", "Straße"),
    ],
)  # fmt: skip
def test_spellings_of_the_same_meet(asked: str, stored: str) -> None:
    assert set(terms(asked)) & set(terms(stored)) - set("0123456789ev")


def test_japanese_becomes_uni_and_bigrams() -> None:
    assert terms("請求書") == ["請", "求", "書", "請求", "求書"]
    assert terms("CSVの出力") == ["csv", "の", "出", "力", "の出", "出力"]


def test_a_word_keeps_its_voicing_marks() -> None:
    assert not set(terms("パン")) & {"ハ"}


@given(st.text())
def test_terms_survive_storage(text: str) -> None:
    found = terms(text)
    assert all(found)
    assert " ".join(found).split() == found
    assert terms(text) == found


@given(st.text(alphabet="あいうえお漢字カナー", min_size=2))
def test_every_stretch_of_japanese_is_found(text: str) -> None:
    assert set(terms(text[: len(text) // 2])) <= set(terms(text))
