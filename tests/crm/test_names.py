"""Company names: one key for every way to write one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banso.crm.names import company_key, domain_of, person_key

FORMS = [
    "株式会社{}",
    "{}株式会社",
    "（株）{}",
    "㈱{}",
    "{}㈱",
    "有限会社{}",
    "合同会社 {}",
    "{} Inc.",
    "{}, Inc",
    "{} Co., Ltd.",
    "{} K.K.",
    "{} GmbH",
    "{}　御中",
]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", ["青空システム", "Aozora", "ＡＯＺＯＲＡ", "ｱｵｿﾞﾗ", "あおぞら・システム"])
def test_legal_forms_do_not_count(form: str, name: str) -> None:
    assert company_key(form.format(name)) == company_key(name)


@pytest.mark.parametrize(
    ("one", "other"), [("ｻｰﾊﾞｰ", "さーばー"), ("Ａｂｃ１２", "abc12"), ("A & B", "a＆b"), ("日本 電設", "日本電設")]
)
def test_width_kana_case_and_space_do_not_count(one: str, other: str) -> None:
    assert company_key(one) == company_key(other)


@pytest.mark.parametrize("name", ["Cisco", "Zinc", "Taco", "Salinc", "株式", "Incheon", "Flag"])
def test_letters_inside_a_name_are_no_legal_form(name: str) -> None:
    assert company_key(name) == name.casefold()


def test_a_name_of_nothing_but_forms_keeps_something() -> None:
    assert company_key("株式会社")
    assert company_key("!!") == ""


def test_people_lose_their_honorific() -> None:
    assert person_key("山田 花子 様") == person_key("山田花子さん") == person_key("山田花子")


@pytest.mark.parametrize(
    ("text", "domain"),
    [("x@Example.co.jp", "example.co.jp"), ("https://www.a.example/x?y", "a.example"), ("青空商事", ""), ("a b.c", "")],
)
def test_domain_of(text: str, domain: str) -> None:
    assert domain_of(text) == domain


@given(st.text(max_size=60))
def test_a_key_is_its_own_key(name: str) -> None:
    key = company_key(name)
    assert company_key(f"株式会社 {name}") in (key, company_key(f"株式会社{name}"))
    assert " " not in key
