"""Passwords, keys, tokens and connection strings, also spelled with spaces, odd characters or in base64."""

from __future__ import annotations

import base64
import binascii
import math
import re
from collections import Counter
from collections.abc import Iterator

from banso.gate.broken import broken_by
from banso.gate.passwords import stated
from banso.gate.readable import readable

Range = tuple[int, int]
_KEYS = (
    r"(?:AKIA|ASIA|AROA|AIDA)[A-Z0-9]{16}(?![A-Za-z0-9])",
    r"gh[pousr]_[A-Za-z0-9]{30,}",
    r"github_pat_[A-Za-z0-9_]{30,}",
    r"glpat-[A-Za-z0-9_-]{16,}",
    r"xox[abeoprs]-[A-Za-z0-9-]{10,}",
    r"AIza[A-Za-z0-9_-]{30,}",
    r"ya29\.[A-Za-z0-9_-]{20,}",
    r"SG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}",
    r"(?:sk|pk|rk)[-_](?:live|test|proj|ant)?[-_]?[A-Za-z0-9_-]{16,}",
    r"[a-z]{2,8}_(?:live|test|secret|sk|pat|key|tok)_[A-Za-z0-9]{10,}",
    r"eyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*)?",
)
_KEY = re.compile("|".join(_KEYS))
_SHAPES = tuple(
    re.compile(shape)
    for shape in (
        r"-----BEGIN [A-Z ]*PRIVATE KEY-----",
        *(f"(?<![A-Za-z0-9]){key}" for key in _KEYS),
        r"[a-z][a-z0-9+.-]{2,20}://[^\s/:@<>{}]*:(?!<|\*|\$|x{3})[^\s/@<>{}]{3,}@[^\s]+",
        r"(?i)hooks\.slack\.com/services/[A-Za-z0-9/]{20,}",
        r"(?i)(?:AccountKey|SharedAccessKey|Pwd|Password)=(?!<|\*|\$|\{)[^;&\s]{6,}",
        r"(?i)\bbearer (?=[A-Za-z0-9._~+/-]*\d)[A-Za-z0-9._~+/-]{20,}",
        r"(?<![A-Za-z0-9])(?:-u|--user) [\w.@-]{1,64}:(?!<|\*|\$)[^\s\"']{4,}",
    )
)
_LONG = re.compile(r"(?<![A-Za-z0-9+/=_.-])[A-Za-z0-9+/_-]{24,}={0,2}(?![A-Za-z0-9+/=_-])")
_BASIC = re.compile(r"(?i)\bbasic ([A-Za-z0-9+/]{12,300}={0,2})(?![A-Za-z0-9+/=])")
_SPACED = re.compile(r"(?<![A-Za-z0-9])(?:[A-Za-z0-9_+/=-][ \t\u3000.·]){11,}[A-Za-z0-9_+/=-](?![A-Za-z0-9])")
ENTROPY = 4.2
"""Bits a character from which a long token is random; words and paths joined by hyphens stay below 4."""


def secrets(text: str) -> list[Range]:
    """Where secrets stand, in order, in characters of `text`."""
    seen = readable(text)
    found = [
        *_in_one(seen.text),
        *stated(seen.text),
        *broken_by(_KEY, _chance, seen.text),
        *_encoded(seen.text),
        *_spelled(seen.text),
    ]
    return _merged(sorted({seen.span(start, end) for start, end in found}))


def _in_one(text: str) -> Iterator[Range]:
    yield from _shaped(text)
    yield from _random(text)


def _merged(found: list[Range]) -> list[Range]:
    """Overlapping ranges as one: several rules see the same key."""
    merged: list[Range] = []
    for start, end in found:
        if merged and start < merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged


def _shaped(text: str) -> Iterator[Range]:
    for shape in _SHAPES:
        for match in shape.finditer(text):
            yield match.span()


def _random(text: str) -> Iterator[Range]:
    for match in _LONG.finditer(text):
        hexadecimal = re.fullmatch(r"(?=.*[a-f])(?=.*\d)[0-9a-f]{32,}", match[0])
        in_a_link = re.search(r"://\S*$", text[max(0, match.start() - 200) : match.start()])
        if hexadecimal or (_chance(match[0]) and not in_a_link):
            yield match.span()


def _chance(token: str) -> bool:
    """Whether chance made it: long, of every kind of character, and without a pattern; or long hexadecimal."""
    if re.fullmatch(r"[0-9a-f]+", token):
        return len(token) >= 32
    return len(token) >= 24 and _mixed(token) and _entropy(token) >= ENTROPY


def _encoded(text: str) -> Iterator[Range]:
    """Base64 of something that is a secret itself, or of the name and password of a `Basic` header."""
    for match in _LONG.finditer(text):
        inner = _decoded(match[0])
        if any((*_in_one(inner), *stated(inner))):
            yield match.span()
    for match in _BASIC.finditer(text):
        if ":" in _decoded(match[1]):
            yield match.span(1)


def _decoded(token: str) -> str:
    """What the Base64 stands for; empty when it is none, or nothing that could be printed."""
    bare = token.rstrip("=")
    try:
        inner = base64.b64decode(bare + "=" * (-len(bare) % 4), altchars=b"-_").decode("utf-8")
    except (binascii.Error, UnicodeDecodeError):
        return ""
    return inner if inner.isprintable() else ""


def _spelled(text: str) -> Iterator[Range]:
    """A key with a space between each two characters."""
    for match in _SPACED.finditer(text):
        joined = re.sub(r"[ \t\u3000.·]", "", match[0])
        if any((*_shaped(joined), *_random(joined))):
            yield match.span()


def _mixed(token: str) -> bool:
    kinds = (str.islower, str.isupper, str.isdigit)
    return all(any(kind(character) for character in token) for kind in kinds)


def _entropy(token: str) -> float:
    counts = Counter(token)
    return -sum(n / len(token) * math.log2(n / len(token)) for n in counts.values())
