"""Katakana words and the English ones they were borrowed from."""

from __future__ import annotations

import pytest

from banso.knowledge.loanwords import sound, spoken_in

PAIRS = (
    "ライセンス=license ワークフロー=workflow ダッシュボード=dashboard セキュリティ=security チケット=ticket "
    "エクスポート=export メッセージ=message テンプレート=template ビジネス=business エンタープライズ=enterprise "
    "スターター=starter スレッド=thread フィルター=filter タイムスタンプ=timestamp モバイル=mobile"
)


@pytest.mark.parametrize("pair", PAIRS.split())
def test_a_loanword_sounds_like_its_origin(pair: str) -> None:
    katakana, english = pair.split("=")
    assert sound(katakana) == sound(english) != ""


def test_others_do_not() -> None:
    assert sound("エンタープライズ") != sound("business") and sound("ログ") == sound("課金") == sound("") == ""


def test_a_compound_is_found_in_several_words() -> None:
    assert spoken_in("ペネトレーションテスト", "An external penetration test is done every year.")
    assert not spoken_in("ペネトレーションテスト", "A load test is done every year.")
