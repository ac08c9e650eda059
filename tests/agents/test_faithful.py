"""A translation that disagrees with its original is not shown: each kind of disagreement by itself."""

from __future__ import annotations

import pytest

from agents.faithful import faithful

PAIRS = [
    ("The Business plan allows 120 API requests a minute.",
     "Business プランでは、1 分あたり 120 回の API リクエストが可能です。"),
    ("Press Resume to continue the import.", "「再開」を押すと取り込みが続きます。"),
    ("Open Settings > Users and choose Unlock.", "設定 > ユーザーを開き、ロック解除を選択します。"),
    ("The certificate must be renewed before it expires on 15 March 2027.",
     "証明書は 2027 年 3 月 15 日に有効期限が切れる前に更新しなければなりません。"),
    ("If HR-1007 appears, wait 30 minutes or contact support.",
     "HR-1007 が表示された場合は、30 分待つか、サポートに連絡してください。"),
    ("Guests cannot export reports.", "ゲストはレポートをエクスポートできません。"),
    ("Business / 120 (60 before version 3.2)", "Business：120（バージョン 3.2 より前は 60）"),
]  # fmt: skip


@pytest.mark.parametrize(("english", "japanese"), PAIRS)
def test_a_good_translation_passes_in_both_directions(english: str, japanese: str) -> None:
    assert faithful(english, japanese, "ja") and faithful(japanese, english, "en")


WRONG = {
    "a number": ("Backups are kept for 35 days.", "バックアップは 53 日間保存されます。"),
    "a number too many": ("Backups are kept for days.", "バックアップは 35 日間保存されます。"),
    "a number too few": ("Backups are kept for 35 days.", "バックアップは保存されます。"),
    "a number in words": ("Backups are kept for 3 days.", "バックアップは三百日間保存されます。"),
    "a number in words too many": ("Backups are kept for days.", "バックアップは三日間保存されます。"),
    "an address": ("Backups are kept for days.", "バックアップは数日間保存されます。a@evil.example"),
    "a host": ("Backups are kept for days.", "バックアップは数日間保存されます（evil.example）。"),
    "a unit": ("Backups are kept for 35 days.", "バックアップは 35 か月間保存されます。"),
    "working days": ("Support replies within two business days.", "サポートは 2 日以内に返信します。"),
    "a code": ("If HR-1007 appears, wait 30 minutes.", "HR-1008 が表示された場合は、30 分待ちます。"),
    "a name": ("The Business plan allows 120 requests.", "エンタープライズプランでは 120 リクエストまで可能です。"),
    "a yes for a no": ("Guests cannot export reports.", "ゲストはレポートをエクスポートできます。"),
    "a link": ("Wait 30 minutes and sign in.", "30 分待ち、https://evil.example/a からサインインします。"),
    "another text": ("Backups are kept for the whole period.", "請求書は月末にお送りします。"),
    "a speech": ("Wait.", "待ちます。" * 40),
    "the original": ("Backups are kept for 35 days.", "Backups are kept for 35 days."),
    "nothing": ("Backups are kept for 35 days.", ""),
}


@pytest.mark.parametrize("kind", WRONG)
def test_what_disagrees_is_left_out(kind: str) -> None:
    english, japanese = WRONG[kind]
    assert not faithful(english, japanese, "ja")


@pytest.mark.parametrize("said", ["three hundred", "ninety", "twenty-three"])
def test_english_number_words_are_read(said: str) -> None:
    assert faithful("バックアップは3日間保存されます。", "Backups are kept for three days.", "en")
    assert not faithful("バックアップは3日間保存されます。", f"Backups are kept for {said} days.", "en")
