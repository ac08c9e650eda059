"""Characters that make a text look different from what it is. They are kept exactly as they are, and pointed out."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Literal

FlagKind = Literal["bidi", "invisible", "tag", "control"]

_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_INVISIBLE = frozenset("\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180e\u200b\u200c\u200d\u2800\u3164\uffa0\ufeff") | {
    chr(code) for code in (*range(0x2060, 0x2065), *range(0x206A, 0x2070))
}
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
        kind = _kind(character, text[position + 1 : position + 2])
        if kind is not None:
            name = unicodedata.name(character, "control character")
            found.append(Flag(kind, position, f"U+{ord(character):04X}", name))
    return tuple(found)


def visible(text: str) -> str:
    """The text with every flagged character written as `[U+XXXX]`: safe for a terminal, and nothing hides."""
    pairs = zip(text, [*text[1:], ""], strict=True) if text else ()
    return "".join(c if _kind(c, after) is None else f"[U+{ord(c):04X}]" for c, after in pairs)


def _kind(character: str, after: str) -> FlagKind | None:
    if character in _BIDI:
        return "bidi"
    if 0xE0000 <= ord(character) <= 0xE0FFF:
        return "tag"
    if character in _INVISIBLE:
        return "invisible"
    if character == "\r" and after != "\n":
        return "control"  # alone it makes a terminal write over the line
    if unicodedata.category(character) in ("Cc", "Zl", "Zp") and character not in _ORDINARY:
        return "control"
    return None
