"""Whether letters that spell a customer's name are meant as one: what stands beside them, how they are disguised."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from banso.gate.needles import Needle
from banso.review.flags import flags

SWAPPED = str.maketrans("01345i", "oleasl")
"""Digits that stand for letters; i and 1 and l look alike."""
NEAR = 40
"""Characters before a name that are looked at."""
_FORM_BEFORE = re.compile(r"(?:株式会社|有限会社|合同会社|\(株\)|（株）|㈱|㈲)\s*$")
_CALLED_AFTER = re.compile(
    r"\s*(?:様|さま|さん|サマ|さ\s?ん|さ\s?ま|御中|殿|社(?!内|員|外|長)|株式会社|[(（]株[)）]|㈱"
    r"|,?\s*(?:Inc|Ltd|LLC|GmbH|Corp|Co|Pty|PLC|K\.K)\b)"
)
_NAMED_AFTER = re.compile(r"(?:['’]s\b|-san\b|-sama\b| (?!I\b)[A-Z][a-z]+| team\b)")
_OWNS = re.compile(r"['’]s\b")


def places(text: str, needle: str) -> Iterator[tuple[int, int]]:
    """Every `[start, end)` where the needle stands in a skeleton's text."""
    start = text.find(needle)
    while needle and start >= 0:
        yield start, start + len(needle)
        start = text.find(needle, start + 1)


def meant(original: str, start: int, end: int, needle: Needle) -> bool:
    """Whether `original[start:end]`, whose skeleton is the needle's, stands there as a name."""
    raw = original[start:end]
    if not _whole(original, start, end):
        return False
    if needle.initial and not _abbreviated(raw):
        return False
    beside = bool(_FORM_BEFORE.search(original[max(0, start - 8) : start]) or _CALLED_AFTER.match(original, end))
    if (needle.called or needle.named) and _disguised(raw):
        return True
    if needle.called:
        return (beside or bool(needle.named and _OWNS.match(original, end))) and (not needle.named or raw[0].isupper())
    if needle.named:
        shown = (
            beside or _NAMED_AFTER.match(original, end) or _titled(raw) or raw.isupper() or not _opens(original, start)
        )
        return raw[0].isupper() and bool(shown)
    return True


def _whole(original: str, start: int, end: int) -> bool:
    """Whether what begins or ends with a Latin letter or a digit does so where a word does."""
    before, first = original[max(0, start - 1) : start], original[start]
    last, after = original[end - 1], original[end : end + 1]
    return not (_joined(before) and _joined(first)) and not (_joined(last) and _joined(after))


def _joined(character: str) -> bool:
    plain = unicodedata.normalize("NFKC", character)
    return plain.isascii() and plain.isalnum()


def _abbreviated(raw: str) -> bool:
    """Whether a single capital stands for a word: K. Robotics, Kestrel R., H&P, S精機; "a" and "I" need a full stop."""
    plain = unicodedata.normalize("NFKC", raw)
    if re.fullmatch(r"[A-Z](?:\s?[&.・]\s?[A-Z])+", plain):
        return "&" in plain
    if re.match(r"[A-Z][^\x00-\x7f]", plain):
        return True
    pieces = re.findall(r"[^\W_]+", plain)
    lone = next((piece for piece in (pieces[0], pieces[-1]) if len(piece) == 1), "")
    dotted = bool(re.search(r"(?<![A-Za-z])[A-Z]\s?[.・]", plain))
    return bool(lone) and all(piece[0].isupper() for piece in pieces) and (dotted or lone not in "AI")


def _disguised(raw: str) -> bool:
    """Whether someone took pains that no program reads it: letters apart, invisible ones, digits or other scripts."""
    pieces = re.findall(r"[^\W_]+", raw)
    letters = sum(map(len, pieces))
    if len(pieces) >= 3 and len(pieces) >= 0.8 * letters:
        return True
    latin = sum(character.isascii() and character.isalpha() for character in unicodedata.normalize("NFKC", raw))
    mixed = any(character.isdigit() or "\u0250" <= character < "\u0530" for character in raw)
    return letters >= 3 and (bool(flags(raw)) or (latin >= 3 and mixed))


def _titled(raw: str) -> bool:
    """Whether it is two words or more, each with a capital: no sentence begins so by chance."""
    pieces = re.findall(r"[^\W_]+", raw)
    return len(pieces) > 1 and all(piece[0].isupper() for piece in pieces)


def _opens(original: str, start: int) -> bool:
    """Whether a sentence begins here, where every word has a capital."""
    near = original[max(0, start - NEAR) : start]
    before = near.rstrip()
    return not before or before[-1] in ".!?:。！？：\n" or "\n" in near[len(before) :]
