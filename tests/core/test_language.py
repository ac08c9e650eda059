"""The language of a text, in the cases that letters alone do not make easy."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banso.core.language import Language, language_of

CASES: list[tuple[str, Language]] = [
    ("", "und"),
    ("2026-04-01 12:30 ¥1,000", "und"),
    ("東京都港区", "ja"),
    ("HTTPS 設定 (Nginx)", "ja"),
    ("利用規約", "ja"),
    ("HR-1012 とは？", "ja"),
    ("SAML 証明書 有効期限", "ja"),
    ("ﾛｸﾞｲﾝ ﾃﾞｷﾅｲ", "ja"),
    ("ＡＰＩ　ｌｉｍｉｔ　ｐｅｒ　ｍｉｎｕｔｅ", "en"),
    ("ＡＰＩの上限", "ja"),
    ("简体中文标题", "und"),
    ("中文文档", "und"),
    ("請求書発行手順", "ja"),
    ("北京 (Beijing) is one of our regions", "en"),
    ("The customer 東京電力 cannot sign in since the update", "en"),
    ("What does 「ログインできません」 mean for admins?", "en"),
    ("「Access denied」と出ます", "ja"),
    ("「ログインできません」", "ja"),
    ("HR-2008「経路が循環しています」", "ja"),
    ("no idea ¯\\_(ツ)_/¯", "en"),
    ("Dear 佐藤さん, " + "thank you for your patience while we look into this. " * 4, "en"),
    ("Hi, 3.2 に更新したら SSO の設定が見つかりません。Where is it now?", "ja"),
    ("const total = items.map((x) => x.price).reduce((a, b) => a + b);", "en"),
    ("次を実行します。\n`python -m ingest manuals examples/manuals --exclude drafts --name handbook`", "ja"),
    ("https://example.com/a/b/c", "und"),
    ("https://example.com/help を見てください", "ja"),
    ("Grüße aus München", "en"),
    ("Привет, как дела", "und"),
]


@pytest.mark.parametrize(("text", "language"), CASES)
def test_hard_cases(text: str, language: Language) -> None:
    assert language_of(text) == language


def test_an_english_mail_to_a_japanese_company_is_english_by_a_mails_share() -> None:
    mail = "株式会社アオゾラ\nヤマダ ハナコ様\n\nThank you for contacting us. Please find the details below."
    assert (language_of(mail), language_of(mail, share=0.25)) == ("ja", "en")


@given(st.text())
def test_it_answers_for_any_text(text: str) -> None:
    assert language_of(text) in ("ja", "en", "und")
