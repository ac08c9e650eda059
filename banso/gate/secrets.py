"""Passwords, keys, tokens and connection strings, also spelled with spaces, odd characters or in base64."""

# ruff: noqa: E501 - one pattern a line reads as a table
from __future__ import annotations

import base64
import binascii
import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator

from banso.review.flags import flags

Range = tuple[int, int]
_SHAPES = tuple(
    re.compile(shape)
    for shape in (
        r"-----BEGIN [A-Z ]*PRIVATE KEY-----",
        r"(?<![A-Za-z0-9])(?:AKIA|ASIA|AROA|AIDA)[A-Z0-9]{16}(?![A-Za-z0-9])",
        r"(?<![A-Za-z0-9])gh[pousr]_[A-Za-z0-9]{30,}",
        r"(?<![A-Za-z0-9])github_pat_[A-Za-z0-9_]{30,}",
        r"(?<![A-Za-z0-9])glpat-[A-Za-z0-9_-]{16,}",
        r"(?<![A-Za-z0-9])xox[abeoprs]-[A-Za-z0-9-]{10,}",
        r"(?<![A-Za-z0-9])AIza[A-Za-z0-9_-]{30,}",
        r"(?<![A-Za-z0-9])ya29\.[A-Za-z0-9_-]{20,}",
        r"(?<![A-Za-z0-9])SG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}",
        r"(?<![A-Za-z0-9])(?:sk|pk|rk)[-_](?:live|test|proj|ant)?[-_]?[A-Za-z0-9_-]{16,}",
        r"(?<![A-Za-z0-9])[a-z]{2,8}_(?:live|test|secret|sk|pat|key|tok)_[A-Za-z0-9]{10,}",
        r"(?<![A-Za-z0-9])eyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*)?",
        r"[a-z][a-z0-9+.-]{2,20}://[^\s/:@<>{}]+:(?!<|\*|\$|x{3})[^\s/@<>{}]{3,}@[^\s]+",
        r"(?i)hooks\.slack\.com/services/[A-Za-z0-9/]{20,}",
        r"(?i)(?:AccountKey|SharedAccessKey|Pwd|Password)=(?!<|\*)[^;\s]{6,}",
    )
)
_NAMED = re.compile(
    r"(?i)(?P<word>パスワード|暗証番号|pass ?(?:word|phrase|code)|passwd|\bpwd?\b|\bpin\b|api ?(?:key|キー)|アクセスキー|秘密鍵|secret(?: key)?"
    r"|シークレット(?:キー)?|access (?:key|token)|(?:api ?)?token|トークン|bearer|client[ _-]secret|credentials?)"
    r"[\"'」』`]?\s*(?:[:=：＝]|は|が|is|は次の通り|as|->|→)\s*[\"'「『`]?(?P<value>[!-~]{4,200})"
)
_PLACEHOLDER = re.compile(
    r"(?i)^(?:<.*|\[.*|\{.*|\*+|x{3,}|•+|\.{3,}|your[-_ ].*|example.*|changeme|\d{1,3}|https?://[^:@]*|[a-z]+[.,;:!?]?|[a-z]+-[a-z]+[.,]?)$"
)
_LONG = re.compile(r"(?<![A-Za-z0-9+/=_.-])[A-Za-z0-9+/_-]{24,}={0,2}(?![A-Za-z0-9+/=_-])")
_SPACED = re.compile(r"(?<![A-Za-z0-9])(?:[A-Za-z0-9_+/=-][ \t\u3000.·]){11,}[A-Za-z0-9_+/=-](?![A-Za-z0-9])")
ENTROPY = 4.2
"""Bits a character from which a long token is random; words and paths joined by hyphens stay below 4."""


def secrets(text: str) -> list[Range]:
    """Where secrets stand, in order, in characters of `text`."""
    plain, at = _readable(text)
    found = [*_shaped(plain), *_named(plain), *_random(plain), *_encoded(plain), *_spelled(plain)]
    return sorted({(at[start], at[end - 1] + 1) for start, end in found})


def _readable(text: str) -> tuple[str, list[int]]:
    """Full-width forms as ASCII and nothing invisible, with the place of each character."""
    odd = {flag.position for flag in flags(text)}
    kept = [
        (character, place)
        for place, raw in enumerate(text)
        if place not in odd
        for character in unicodedata.normalize("NFKC", raw)
    ]
    return "".join(character for character, _ in kept), [place for _, place in kept]


def _shaped(text: str) -> Iterator[Range]:
    for shape in _SHAPES:
        for match in shape.finditer(text):
            yield match.span()


def _named(text: str) -> Iterator[Range]:
    """A value that a word such as `password` or トークン introduces, unless it stands for one."""
    for match in _NAMED.finditer(text):
        value = match["value"].rstrip("。、.,\"'`)")
        mixed = any(c.isdigit() for c in value) or any(not c.isalnum() for c in value.strip("-_"))
        if mixed and len(value) >= 4 and not _PLACEHOLDER.match(value):
            yield match.start("value"), match.start("value") + len(value)


def _random(text: str) -> Iterator[Range]:
    for match in _LONG.finditer(text):
        token = match[0]
        if (
            _mixed(token) and _entropy(token) >= ENTROPY and not re.search(r"://\S*$", text[: match.start()][-200:])
        ) or re.fullmatch(r"(?=.*[a-f])(?=.*\d)[0-9a-f]{32,}", token):
            yield match.span()


def _encoded(text: str) -> Iterator[Range]:
    """Base64 of something that is a secret itself."""
    for match in _LONG.finditer(text):
        try:
            padded = match[0].rstrip("=") + "=" * (-len(match[0].rstrip("=")) % 4)
            inner = base64.b64decode(padded, altchars=b"-_").decode("utf-8")
        except (binascii.Error, UnicodeDecodeError):
            continue
        if inner.isprintable() and any((*_shaped(inner), *_named(inner), *_random(inner))):
            yield match.span()


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
