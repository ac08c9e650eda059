"""What the drafting tool says to the user or the model when it cannot go on."""

from __future__ import annotations

_SAID = {
    "ja": {
        "no_account": "この会話には顧客が選ばれていません。顧客を選んでから、もう一度下書きを依頼してください。",
        "foreign": "{refs} は別の顧客の情報のため、この下書きには使えません。",
        "no_contact": "{name}にはメールアドレスのある連絡先がありません。宛先を指定してください。",
        "stranger": "{address} は{name}の連絡先ではありません。登録されている宛先：{known}",
        "none": "なし",
    },
    "en": {
        "no_account": "This conversation has no account. Choose the customer, then ask for the draft again.",
        "foreign": "{refs} belongs to another account and cannot be used in this draft.",
        "no_contact": "{name} has no contact with an address. Name the recipient.",
        "stranger": "{address} is not a contact of {name}. Known addresses: {known}",
        "none": "none",
    },
}


def sentence(language: str, key: str, **values: object) -> str:
    """The sentence of this key in `ja` or `en`."""
    return _SAID["ja" if language == "ja" else "en"][key].format(**values)
