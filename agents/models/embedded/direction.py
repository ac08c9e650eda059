"""From where to where: how one moves from Crowi to GROWI says nothing about the way back."""

from __future__ import annotations

import re
import unicodedata

_NAME = r"([A-Za-z][\w.+\-]*|[ァ-ヺー]{2,}|v?\d[\d.]*)"
_PAIRS = (
    re.compile(rf"{_NAME}\s*(?:の[^、。\sA-Za-z]{{1,8}})?から\s*{_NAME}\s*(?:の[^、。\s]{{1,8}})?(?:へ|に|への)"),
    re.compile(rf"\bfrom (?:an? |the |your )?{_NAME}(?: \w+)?(?: back)? (?:in)?to (?:an? |the |your )?{_NAME}", re.I),
)


def ways(text: str) -> frozenset[tuple[str, str]]:
    """The (from, to) pairs of names that a text speaks of."""
    plain = unicodedata.normalize("NFKC", text)
    found = (match.groups() for pattern in _PAIRS for match in pattern.finditer(plain))
    return frozenset((one.casefold(), other.casefold()) for one, other in found)


def opposite(asked: frozenset[tuple[str, str]], text: str) -> bool:
    """Whether a text speaks of the way back only."""
    there = ways(text) if asked else frozenset()
    return bool(there) and not asked & there and any((other, one) in there for one, other in asked)
