"""The numbers that a text states, to hold a mend to them."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = re.compile(
    r"\b(Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?"
    r"|Nov(?:ember)?|Dec(?:ember)?)\b"
)
_GROUPED = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")


def numbers(text: str) -> Counter[str]:
    """How often each whole number stands in the text, whatever its width and grouping; an English month counts as its
    number, so that 2026-11-22 and 22 November 2026 state the same."""
    plain = _GROUPED.sub("", unicodedata.normalize("NFKC", text))
    plain = _MONTH.sub(lambda m: f" {_MONTHS.index(m.group()[:3].lower()) + 1} ", plain)
    return Counter(number.lstrip("0") or "0" for number in re.findall(r"\d+", plain))
