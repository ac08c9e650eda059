"""Versions of a product as pages and records write them (3.1.4, v2.10, 3.x, 2026-10), compared number by number.

Pages of one major version hold for all of it until a newer page of the same matter takes their place: a page of 3.2
holds for a customer on 3.4, one of 2.8 does not, and one of 3.6 may speak of what that customer lacks.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache

Numbers = tuple[int, ...]
CALENDAR = 1900
"""A version that begins with a year counts months, not releases: it is compared with such versions alone."""
_NUMBERS = re.compile(r"\d{4}[-./]\d{1,2}(?:[-./]\d{1,2})?(?!\d)|\d+(?:\.\d+)*")
_SAID = re.compile(
    r"(?:バージョン|ヴァージョン|\bversions?|\bver\.?|\brelease)\s*(?P<worded>\d+(?:\.(?:\d+|x))*)"
    r"|(?<![\w.-])v(?P<letter>\d+(?:\.\d+)+)|(?<![\d.])(?P<line>\d+(?:\.\d+)*)(?:\.x\b|\s*系)",
    re.IGNORECASE,
)
_BARE = re.compile(r"(?<![\d.,¥$€/_-])(?<!v)\d+(?:\.\d+)+(?![\d.]*\s*(?:[%％°]|[GMKT]B\b|倍|円|時間|秒|分|個|件|名))")
_PROTOCOL = re.compile(
    r"(?:\b(?:SAML|TLS|SSL|OAuth|OpenID Connect|HTTP|SCIM|iOS|Android|Python|Java|Node(?:\.js)?|PHP|Ruby|macOS|Windows"
    r"|Ubuntu|API|USB|Bluetooth|MySQL|PostgreSQL|MongoDB)(?:の)?\s*)$",
    re.IGNORECASE,
)
"""What stands before a number that is not the product's own version."""
_BEFORE = 40
"""Characters before a number that are looked through for that."""
_LONGEST = 18
"""Digits of one number of a version that are read: Python reads no number of thousands of digits."""


@lru_cache(maxsize=4096)
def numbers(version: str) -> Numbers:
    """Its numbers: (3, 1, 4) for v3.1.4 and (3,) for 3.x; none where no number stands in it, as in "latest"."""
    found = _NUMBERS.search(unicodedata.normalize("NFKC", version))
    return tuple(int(part[:_LONGEST]) for part in re.split(r"[-./]", found[0])) if found else ()


def same(one: str, other: str) -> bool:
    """Whether one is the other, or what it is a part of: 3.x, 3 and 3.1 hold for 3.1.4."""
    a, b = numbers(one), numbers(other)
    return bool(a and b) and a[: len(b)] == b[: len(a)]


def comparable(one: str, other: str) -> bool:
    """Whether an order between the two means anything."""
    a, b = numbers(one), numbers(other)
    return bool(a and b) and (a[0] >= CALENDAR) == (b[0] >= CALENDAR)


def newer(one: str, other: str) -> bool:
    """Whether the first is a later version than the second; 2.10 is later than 2.9, and 3.x not later than 3.1."""
    return comparable(one, other) and not same(one, other) and numbers(one) > numbers(other)


def older_major(one: str, other: str) -> bool:
    """Whether the first belongs to an earlier major version than the second."""
    return comparable(one, other) and numbers(one)[0] < numbers(other)[0]


def one_major(version: str, wanted: Iterable[str]) -> bool:
    """Whether one of the wanted versions is of the same major version; what cannot be compared, is."""
    return any(not comparable(version, one) or numbers(version)[0] == numbers(one)[0] for one in wanted)


def holds_for(version: str, wanted: Iterable[str]) -> bool:
    """Whether what is said of `version` holds for one of the wanted versions. What cannot be compared, holds."""
    return any(not comparable(version, one) or not (newer(version, one) or older_major(version, one)) for one in wanted)


def nearness(version: str, wanted: Sequence[str]) -> tuple[int, Numbers]:
    """How well a page of `version` fits, more is better: the wanted version, then the latest before it, then the first
    after it. With none wanted, the later the better."""
    own = numbers(version)
    if any(same(version, one) for one in wanted):
        return 2, own
    if wanted and all(newer(version, one) for one in wanted):
        return 0, tuple(-number for number in own)
    return 1, own


def said_in(text: str, known: Iterable[str] = ()) -> tuple[str, ...]:
    """The versions that a text names: "バージョン 2.8", "v3.1", "3.x", "3.1 系"; a bare 2.8 where it is one of `known`.
    The number of a protocol, a system or an interface (TLS 1.2, API v2) is none."""
    plain = unicodedata.normalize("NFKC", text)
    named = [found for found in _SAID.finditer(plain) if not _of_protocol(plain, found.start())]
    said = [next(filter(None, found.groups())).removesuffix(".x") for found in named]
    there = [one for one in known if one]
    bare = [one for one in _BARE.finditer(plain) if there and not _of_protocol(plain, one.start())]
    said += [one[0] for one in bare if any(numbers(one[0]) == numbers(version) for version in there)]
    return tuple(dict.fromkeys(said))


def _of_protocol(text: str, place: int) -> bool:
    return bool(_PROTOCOL.search(text[max(0, place - _BEFORE) : place]))
