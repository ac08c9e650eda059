"""Does the answer say what it must, nothing it must not, and in the right language?"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from itertools import groupby

_KANA = re.compile(r"[\u3040-\u30ff]")
_MARKER = re.compile(r"\[\d+\]")


def key_facts(text: str, must_say: Sequence[str]) -> float | None:
    """Share of the facts that the text states; width, case and spaces do not matter; `a|b` accepts either."""
    if not must_say:
        return None
    said = _folded(text)
    return sum(any(_folded(way) in said for way in fact.split("|")) for fact in must_say) / len(must_say)


def must_not_say(text: str, forbidden: Sequence[str]) -> float | None:
    """1 when none of the forbidden facts is stated, else the share that is not."""
    said = key_facts(text, forbidden)
    return None if said is None else 1.0 - said


def every_line_cited(text: str, grounded: str) -> float | None:
    """1 when every line of a cited answer carries a marker; a table counts as one line."""
    if grounded != "cited" or not text.strip():
        return None
    for is_table, lines in groupby(filter(str.strip, text.splitlines()), key=lambda line: line.startswith("|")):
        marked = [bool(_MARKER.search(line)) for line in lines]
        if not (any(marked) if is_table else all(marked)):
            return 0.0
    return 1.0


def language_is(text: str, language: str, quotes: Iterable[str] = ()) -> float | None:
    """1 when the words around the quotes are in the language; not eligible when nothing but quotes is said."""
    for quote in sorted(quotes, key=len, reverse=True):
        text = text.replace(quote, "")
    letters = [c for c in _MARKER.sub("", text) if c.isalpha()]
    if len(letters) < 8:
        return None
    return float(bool(_KANA.search(text)) == (language == "ja"))


def _folded(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())
