"""One normal form for company and person names, so that every usual way of writing one finds it."""

from __future__ import annotations

import re
import unicodedata

import jaconv

_JAPANESE_FORMS = (
    "株式会社|有限会社|合同会社|合資会社|合名会社|相互会社|特定非営利活動法人|NPO法人|(?:一般|公益)?(?:社団|財団)法人"
    r"|学校法人|医療法人|\((?:株|有|同|資|名|社|財)\)|カブシキ[ガカ]イシャ|ユウゲン[ガカ]イシャ|ゴウドウ[ガカ]イシャ"
)
_HEAD = re.compile(rf"^\s*(?:{_JAPANESE_FORMS})\s*", re.IGNORECASE)
_TAIL = re.compile(
    rf"\s*(?:{_JAPANESE_FORMS}"
    r"|(?<![^\s,.])(?:inc|incorporated|co|company|ltd|limited|corp|corporation|llc|llp|plc|k\.?\s?k|g\.?\s?k|gmbh|ag|s\.?a|s\.?a\.?s"
    r"|b\.?v|n\.?v|oy|ab|pty|pte|s\.?r\.?l))[\s.,]*$",
    re.IGNORECASE,
)
_HONORIFIC = re.compile(r"(?:御中|さま|サマ|さん|サン|様|殿|氏)\s*$")
_NOISE = re.compile(r"[\W_]+")
_DOMAIN = re.compile(r"^(?:https?://)?(?:[^@/\s]*@)?([a-z0-9-]+(?:\.[a-z0-9-]+)+)(?::\d+)?(?:/.*)?$")


def company_key(name: str) -> str:
    """One key for `(株)青空ｼｽﾃﾑ`, `青空システム株式会社` and `青空しすてむ`; `Aozora Co., Ltd.` gives `aozora`.

    NFKC, hiragana as katakana, legal forms off both ends, no spaces or punctuation, case folded. A name that is
    nothing but a legal form keeps it; the key of a text without letters or digits is empty.
    """
    text = jaconv.hira2kata(unicodedata.normalize("NFKC", name)).strip()
    return _fold(strip_forms(_HONORIFIC.sub("", text))) or _fold(text)


def person_key(name: str) -> str:
    """As `company_key` for people: no legal forms, honorifics off the end."""
    text = jaconv.hira2kata(unicodedata.normalize("NFKC", name)).strip()
    return _fold(_HONORIFIC.sub("", text)) or _fold(text)


def domain_of(text: str) -> str:
    """The host of a domain, a URL or an e-mail address, without `www.`; empty when the text is none of these."""
    found = _DOMAIN.match(unicodedata.normalize("NFKC", text).strip().lower())
    return found.group(1).removeprefix("www.") if found else ""


def plain(text: str) -> str:
    """An identifier or e-mail address to compare: NFKC, case folded, no space around it."""
    return unicodedata.normalize("NFKC", text).strip().casefold()


def strip_forms(text: str) -> str:
    """The name without legal forms at its ends; a name that is nothing else keeps them."""
    while True:  # "Co., Ltd." is two forms
        shorter = _TAIL.sub("", _HEAD.sub("", text)).strip()
        if shorter == text or not _fold(shorter):
            return text
        text = shorter


def _fold(text: str) -> str:
    return _NOISE.sub("", text).casefold()
