"""Characters that make a text look different from what it is. They are kept exactly as they are, and pointed out."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Literal

FlagKind = Literal["bidi", "invisible", "tag", "control"]

_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_RANGES = (
    (0x180B, 0x180F),
    (0x2060, 0x206F),
    (0xFFF0, 0xFFFB),
    (0x13430, 0x1343F),
    (0x1BCA0, 0x1BCA3),
    (0x1D173, 0x1D17A),
)
_INVISIBLE = frozenset("\u00ad\u034f\u115f\u1160\u17b4\u17b5\u200b\u200c\u200d\u2800\u3164\uffa0\ufeff").union(
    *(map(chr, range(first, last + 1)) for first, last in _RANGES)
)
"""Unicode's Default_Ignorable_Code_Point and what else leaves no trace; variation selectors and tags apart."""
_SELECTORS = frozenset(map(chr, range(0xFE00, 0xFE10)))
_ORDINARY = "\t\n\r"


@dataclass(frozen=True)
class Flag:
    """One odd character: what kind, where (in characters from 0), its code point and Unicode name."""

    kind: FlagKind
    position: int
    code: str
    name: str


def flags(text: str) -> tuple[Flag, ...]:
    """Every bidirectional, invisible, tag or control character of the text, in order."""
    found = []
    for position, character in enumerate(text):
        kind = _kind(text[position - 1 : position], character, text[position + 1 : position + 2])
        if kind is not None:
            name = unicodedata.name(character, "control character")
            found.append(Flag(kind, position, f"U+{ord(character):04X}", name))
    return tuple(found)


def visible(text: str) -> str:
    """The text with every flagged character written as `[U+XXXX]`: safe for a terminal, and nothing hides."""
    found = {flag.position for flag in flags(text)}
    return "".join(f"[U+{ord(c):04X}]" if position in found else c for position, c in enumerate(text))


def _kind(before: str, character: str, after: str) -> FlagKind | None:
    if character in _BIDI:
        return "bidi"
    if 0xE0000 <= ord(character) <= 0xE0FFF:
        return "tag"
    # A selector after a symbol chooses its picture (☎️); elsewhere a row of them can carry a text.
    if character in _INVISIBLE or (character in _SELECTORS and unicodedata.category(before or "a") != "So"):
        return "invisible"
    if character == "\r" and after != "\n":
        return "control"  # alone it makes a terminal write over the line
    if unicodedata.category(character) in ("Cc", "Zl", "Zp") and character not in _ORDINARY:
        return "control"
    return None
