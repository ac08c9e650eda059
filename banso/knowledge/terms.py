"""Cuts text into the terms of the lexical index: character n-grams where a script has no spaces, else folded words.

Japanese, Chinese and Thai become uni- and bigrams, so that nothing depends on a dictionary. Codes keep their whole form
beside their parts: `E-1024` is found as `e-1024`, `e1024`, `e` and `1024`.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from operator import add

_SPACELESS = (
    "\u3005-\u3007\u3041-\u3096\u3099-\u309a\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u0e01-\u0e7f\U00020000-\U0003134f"
)
_RUN = re.compile(rf"(?P<grams>[{_SPACELESS}]+)|(?P<word>[^\W{_SPACELESS}]+(?:[-./:@+'’_#]+[^\W{_SPACELESS}]+)*)")
_PART = re.compile(r"\d+|[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[^\W\d_A-Za-z]+")
_VERSION = re.compile(r"v(\d+(?:\.\d+)+)")
_MARKS = re.compile(r"[\u0300-\u036f]")
MAX_WORD = 64  # a longer "word" is a hash or a data URL; its parts are enough
TERMS_VERSION = "2"  # grows with every change of what `terms` returns: the index is then cut again


def terms(text: str) -> list[str]:
    """The terms of `text` in order, with repetition; NFKC-normalised and case-folded."""
    found: list[str] = []
    for match in _RUN.finditer(unicodedata.normalize("NFKC", text)):
        if run := match["grams"]:
            found.extend(run)
            found.extend(map(add, run, run[1:]))
        else:
            found.extend(_word_terms(match["word"]))
    return found


@lru_cache(maxsize=30_000)  # words repeat (Zipf): three quarters of the time, for about 8 MB
def _word_terms(word: str) -> tuple[str, ...]:
    if not word.isascii():
        word = unicodedata.normalize("NFC", _MARKS.sub("", unicodedata.normalize("NFD", word)))
    parts = [_fold(part) for part in _PART.findall(word)]
    if len(parts) <= 1:
        return (_fold(word)[:MAX_WORD],)
    whole = word.casefold()
    if len(whole) > MAX_WORD:
        return tuple(parts)
    wholes = [whole, re.sub(r"[\W_]+", "", whole)]
    if version := _VERSION.fullmatch(whole):
        wholes += [version[1], version[1].replace(".", "")]
    return (*dict.fromkeys(wholes), *parts)


def _fold(word: str) -> str:
    """Case, and the English plural (Harman's S stemmer, 1991)."""
    folded = word.casefold()
    if not folded.isascii():
        return folded
    if len(folded) > 4 and folded.endswith("ies") and not folded.endswith(("eies", "aies")):
        return folded[:-3] + "y"
    if len(folded) > 3 and folded.endswith("s") and not folded.endswith(("us", "ss", "is")):
        return folded[:-1]
    return folded
