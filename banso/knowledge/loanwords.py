"""Katakana and the English word it was borrowed from, told by their consonants: ライセンス and "license" are r-s-n-s.

Manuals in two languages share little else. Vowels differ too much to count; l and r, b and v, s, z, j and th are one
sound in Japanese; English r is silent before a consonant and at the end, as in サーバー.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

LEAST = 3
"""Consonants below which too many words sound alike."""
_ROWS = {
    "k": "カキクケコ", "g": "ガギグゲゴ", "s": "サシスセソザジズゼゾ", "t": "タチツテト", "d": "ダヂヅデド",
    "n": "ナニヌネノン", "h": "ハヒヘホ", "f": "フ", "b": "バビブベボヴ", "p": "パピプペポ", "m": "マミムメモ",
    "r": "ラリルレロ",
}  # fmt: skip
_KANA = {kana: sound for sound, row in _ROWS.items() for kana in row}
_SPELLINGS = (
    (r"([a-z])\1", r"\1"), (r"sch", "sk"), (r"[ts]ion|cian", "sn"), (r"ph", "f"), (r"tch|ch", "t"), (r"sh|th", "s"),
    (r"ck|q", "k"), (r"x", "ks"), (r"c(?=[eiy])", "s"), (r"c", "k"), (r"dge|ge\b", "s"), (r"[zj]", "s"), (r"v", "b"),
    (r"m(?=[pb])", "n"), (r"(?<=[a-z])e\b", ""), (r"(?<=[aeiou])r(?=[^aeiou]|\b)", ""), (r"l", "r"),
    (r"[aeiouyw]", ""),
)  # fmt: skip


@lru_cache(maxsize=20_000)
def sound(word: str) -> str:
    """The consonants of a katakana or a Latin word; empty for anything else and for words too short to tell."""
    plain = unicodedata.normalize("NFKC", word).casefold()
    if re.fullmatch(r"[ァ-ヺー]+", plain):
        heard = "".join(_KANA.get(kana, "") for kana in plain)
    elif re.fullmatch(r"[a-z]+", plain):
        heard = plain
        for spelling, sounds in _SPELLINGS:
            heard = re.sub(spelling, sounds, heard)
    else:
        return ""
    return heard if len(heard) >= LEAST else ""


def spoken_in(katakana: str, text: str) -> bool:
    """Whether English words of the text sound like the katakana: ペネトレーションテスト, "penetration test"."""
    wanted = sound(katakana)
    words = re.findall(r"[a-z]+", unicodedata.normalize("NFKC", text).casefold())
    return bool(wanted) and any(
        wanted == sound("".join(words[i : i + length])) for length in (1, 2, 3) for i in range(len(words) - length + 1)
    )
