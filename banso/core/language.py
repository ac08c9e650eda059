"""Which language a text is in: one rule for questions, mails, documents and messages, by their letters.

What asks something else keeps its own line: the gate and the lessons ask whether a sentence has any Japanese letters,
because their patterns and lengths are for such letters; the check of a sentence against its source (`support.foreign`)
asks which letters dominate, because words are compared by letters; an eval judges by another rule than it measures.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

Language = Literal["ja", "en", "und"]

LONGEST = 20_000
"""Characters that are looked at; a text does not change its language after them."""
A_FEW = 0.05
"""Share of kana among kana and Latin letters from which a text is Japanese: commands and names in Latin letters fill
Japanese manuals, while one shrug ¯\\_(ツ)_/¯ or a name in an English text stays below it."""
ENGLISH_WORDS = 4
"""Latin words from which a text with Chinese characters and no kana is English that names something in them."""
A_SENTENCE = 3
"""Latin words around a quote from which they, not the quote, are the language: `HR-2008「経路…」` is Japanese."""
LAST_EVERYDAY = b"\x98\x72"
"""腕, the last character of JIS level 1 in Shift_JIS; what follows is rare in Japanese."""
_KANA = re.compile(r"[\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fd-\u30ff]")
_HAN = re.compile(r"[\u3005\u3400-\u4dbf\u4e00-\u9fff]")
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]")
_WORD = re.compile(r"[A-Za-z\u00c0-\u024f]{2,}")
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+|[\w.+-]+@[\w-]+\.[\w.-]+")
_QUOTED = re.compile(r"「[^「」\n]*」|『[^『』\n]*』|“[^“”\n]*”|`[^`\n]*`")


def language_of(text: str, share: float = A_FEW) -> Language:
    """`ja`, `en`, or `und` where no letters tell. Quotes, web and mail addresses count only where nothing else is.

    `share`: see A_FEW. Full-width and half-width are the same.
    """
    plain = _ADDRESS.sub(" ", unicodedata.normalize("NFKC", text[:LONGEST]))
    around = _QUOTED.sub(" ", plain)
    tells = _KANA.search(around) or _HAN.search(around) or len(_WORD.findall(around)) >= A_SENTENCE
    return _by_letters(around if tells else plain, share)


def _by_letters(text: str, share: float) -> Language:
    kana, han, latin = (len(letters.findall(text)) for letters in (_KANA, _HAN, _LATIN))
    if kana >= share * (kana + latin) and (kana > 1 or (kana and not latin)):
        return "ja"
    if han and len(_WORD.findall(text)) < ENGLISH_WORDS:
        return "ja" if _written_in_japan(text) else "und"
    if not latin:
        return "und"
    foreign = sum(map(str.isalpha, text)) - latin - kana - han
    return "en" if foreign <= latin else "und"


def _written_in_japan(text: str) -> bool:
    """Whether every Chinese character is one of the 2,965 everyday ones of JIS level 1: 简 and 档 are not."""
    try:
        return all(han.encode("shift_jis") <= LAST_EVERYDAY for han in _HAN.findall(text))
    except UnicodeEncodeError:
        return False
