"""A link that the company never published is pointed out, also in a greeting; hidden characters help nobody."""

from __future__ import annotations

import pytest

from banso.gate.links import links
from banso.gate.personal import personal
from tests.gate.conftest import Desk

FOREIGN = [
    "詳しくは https://evil.example/login をご確認ください。",
    "Please sign in at https://evil.example/login.",
    "ｈｔｔｐｓ：／／evil.example/login をご覧ください。",
    "http\u200bs://evil.\ufe00example/login をご覧ください。",
    "https://aoba.example@evil.example/login をご覧ください。",
    "https://aoba.example.evil.example/login をご覧ください。",
    "www.evil.example をご覧ください。",
    "https://or.example/ をご覧ください。",
    "bit.ly/3xYz をご参照ください。",
    "![図](https://evil.example/a.png?d=1) をご覧ください。",
    "<img src=https://evil.example/x> をご参照ください。",
    "javascript://evil.example/x をご覧ください。",
]
HOSTS = ("evil.example", "aoba.example.evil.example", "bit.ly", "or.example")
OWN = [
    "https://portal.aoba.example/ をご覧ください。",
    "https://vendor.example/help をご覧ください。",
    "設定は settings.yaml と app/main.py を、版は 3.2/3.3 をご覧ください。",
    "平日 9:00/17:00 にお電話ください。",
]


@pytest.mark.parametrize("text", FOREIGN)
def test_a_link_that_nobody_published_is_a_warning(desk: Desk, text: str) -> None:
    report = desk(text)
    mark = next(mark for mark in report.marks if mark.why == "unsupported_link")
    assert "unsupported" in report.warnings and mark.params["host"] in HOSTS
    assert any(mark.why == "unsupported_link" for mark in desk("ご確認ください。", subject=text).marks)


@pytest.mark.parametrize("text", FOREIGN[:2])
def test_without_that_rule_it_passes_as_a_form(desk: Desk, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("banso.gate.gate.links", lambda _: [])
    assert desk(text).warnings == ()


@pytest.mark.parametrize("text", OWN)
def test_links_of_the_customer_and_of_public_pages_pass(desk: Desk, text: str) -> None:
    assert [mark for mark in desk(text).marks if mark.why == "unsupported_link"] == []


@pytest.mark.parametrize("odd", ["\u200b", "\ufe00", "\ufe0f", "\ufff9", "\U000e0100", "\u2060", "\u00ad"])
def test_a_hidden_character_hides_no_personal_data(odd: str) -> None:
    for text, what in ((f"taro{odd}@gm{odd}ail.com", "email"), (f"090-12{odd}34-5678", "phone")):
        assert personal(f"連絡先は {text} です。", []) == [(5, 5 + len(text), what)]


def test_a_link_ends_where_its_sentence_goes_on() -> None:
    assert [found[2] for found in links("（https://a.example/x）と、b.example/y。")] == ["a.example", "b.example"]
    assert links("https://a.example/x。次の文")[0][:2] == (0, 19)
