"""Secrets in pieces and in plain words, and the ordinary sentences about passwords that must pass."""

from __future__ import annotations

import pytest

from banso.gate.secrets import secrets

TOKEN = "ghp_ab12CD34ef56GH78\nij90KL12mn34OP56qr"


def said(text: str) -> list[str]:
    return [text[start:end] for start, end in secrets(text)]


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("sk-live-\nabcq8d7f9s8d7f9s8d7f", "sk-live-\nabcq8d7f9s8d7f9s8d7f"),
        ("sk-live-\nqwhdkfjelskdjfhehfg", "sk-live-\nqwhdkfjelskdjfhehfg"),
        ("Remove the spaces: AKIA IOSF ODNN 7EXA MPLE.", "AKIA IOSF ODNN 7EXA MPLE"),
        (f"トークンです。\n{TOKEN}\nご確認ください。", TOKEN),
        ("> ghp_ab12CD34ef56GH78\n> ij90KL12mn34OP56qr", "ghp_ab12CD34ef56GH78\n> ij90KL12mn34OP56qr"),
        ("eyJhbGciOiJIUzI1NiJ9.\neyJzdWIiOiIxMjM0NSJ9.abc", "eyJhbGciOiJIUzI1NiJ9.\neyJzdWIiOiIxMjM0NSJ9.abc"),
        ("4f3a9b8c7d6e5f4a 3b2c1d0e9f8a7b6c", "4f3a9b8c7d6e5f4a 3b2c1d0e9f8a7b6c"),
        ("aB3dE5fG7hI9\njK1lM3nO5pQ7", "aB3dE5fG7hI9\njK1lM3nO5pQ7"),
    ],
)
def test_a_key_in_pieces_is_one_key(text: str, secret: str) -> None:
    assert said(text) == [secret]


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("パスワードは spring2026 です。", "spring2026"),
        ("ﾊﾟｽﾜｰﾄﾞはｓｐｒｉｎｇ２０２６です。", "ｓｐｒｉｎｇ２０２６"),
        ("パスワードは s p r i n g 2 0 2 6 です", "s p r i n g 2 0 2 6"),
        ("パスワードは\nspring2026\nです。", "spring2026"),
        ("パスワードは以下です。\n\nspring2026", "spring2026"),
        ("パスワードは spring2026（仮）です", "spring2026"),
        ("パスワードを「ひまわり畑」に変更しました。", "ひまわり畑"),
        ("パスワード（仮）：さくら2026", "さくら2026"),
        ("仮パスワードとして「himawari」を設定しました", "himawari"),
        ("【パスワード】tsubame88", "tsubame88"),
        ("ＰＷ：tsubame88", "tsubame88"),
        ("暗証番号は「4471」です", "4471"),
        ("確認コード 482913 を入力してください", "482913"),
        ("合言葉は「山と川」です", "山と川"),
        ("ログイン情報: admin / Hatsurin#1", "Hatsurin#1"),
        ("ID: soumu01\nパスワード\nwakaba!Haru26", "wakaba!Haru26"),
        ("APIキー=8f3kd9sLq2", "8f3kd9sLq2"),
        ("the password is correct horse", "correct horse"),
        ("The password for staging is blue whale.", "blue whale"),
        ("the pаssword is sunflower", "sunflower"),  # with a Cyrillic а
        ("We have reset the password to correct horse battery staple.", "correct horse battery staple"),
        ("I set your password to “sunflower”.", "sunflower"),
        ("pass: Tulip&1987", "Tulip&1987"),
        ("*Password:* `tsubame88`", "tsubame88"),
        ("The PIN for the kiosk is 7720.", "7720"),
        ("API_KEY=a8d7f6g5h4", "a8d7f6g5h4"),
        ("curl -u admin:Hk92pqLm https://x.example", "-u admin:Hk92pqLm"),
        ("Authorization: Basic YWRtaW46SGs5Mi1wcUxt", "YWRtaW46SGs5Mi1wcUxt"),
        ("redis://:s3cretpw@cache.example:6379", "redis://:s3cretpw@cache.example:6379"),
        ("Server=db1;Uid=report;Pwd=tR5!pp2w;", "Pwd=tR5!pp2w"),
    ],
)
def test_a_password_in_plain_words(text: str, secret: str) -> None:
    assert said(text) == [secret]


@pytest.mark.parametrize(
    "text",
    [
        "パスワードは8文字以上です",
        "パスワードは90日で期限切れになります",
        "パスワードは必須です。パスワードは「必須」に設定してください",
        "パスワードを再設定してください",
        "パスワードを10回続けて間違えると HR-1007 が表示されます",
        "パスワードは ******** です。パスワード：●●●●●●",
        "パスワード：（別途お知らせします）",
        "パスワードはSHA-256でハッシュ化して保存しています",
        "パスワードは「管理 > ユーザー」から変更できます",
        "パスワードは「12文字以上」です",
        "暗証番号は 4 桁以上にしてください。",
        "トークンは365日間有効です。トークンに invoices:read を追加してください",
        "認証コードは 6 桁の数字です",
        "お客様第一を合言葉に取り組みます",
        "ログイン情報: 別途お送りいたします",
        "The password is required. Your password is case-sensitive.",
        "The password is at least 12 characters long.",
        "The password is wrong three times in a row.",
        "The password is company policy. The password is hidden behind dots.",
        "Check that the password is correct before you try again.",
        "Password: <your password>\npassword: [the one you chose]\nPassword: 90 days",
        "Reset your password to continue. We reset your password to restore access quickly today.",
        "We changed the password policy to twelve characters minimum length",
        "Reset your password: https://x.example/reset?t=1",
        "The PIN must be 4 to 6 digits. The PIN is optional.",
        "The secret is shown once, when the webhook is created.",
        "Log in with Okta / SAML2. sign in with Google and Microsoft365",
        "sk-live- is the prefix of live keys and nothing else here",
        "iPhone15Pro MacBookAir2022 INC-2026-11 TK-1045",
        "The password manager 1Password works.",
    ],
)
def test_a_sentence_about_passwords_passes(text: str) -> None:
    assert said(text) == []
