"""Our own phrases around words of a source: "From the Japanese manual: …", and that two sources disagree.

Such a sentence is checked by what it puts into the phrase; the phrase itself needs no source.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import get_args

from agents.wording import Spoken, say

_GAPS = ("title", "date", "quote", "value", "mine")
_FROM = [f"from_{source}_{language}" for source in ("manual", "ticket", "slack") for language in get_args(Spoken)]
_CONFLICT = ("conflict_newer", "conflict_official", "conflict_older_version", "conflict_replaced")
SAID = ("title", "quote", "value")
"""What must stand in a source."""
DATED = ("date", "mine")
"""What is a date, whose numbers are checked as all are, or the word for none: no other words hide there."""


def framed(sentence: str) -> tuple[str, ...]:
    """The words of sources that one of our phrases holds; empty where the sentence is none of them."""
    found = next((m for pattern in _frames() if (m := pattern.fullmatch(sentence.strip().rstrip("。.")))), None)
    if found is None:
        return ()
    said = [found[name] for name in found.groupdict() if name in SAID]
    return tuple(part.strip() for one in said for part in one.split(" / ") if part.strip())


@cache
def _frames() -> tuple[re.Pattern[str], ...]:
    return tuple(_patterns())


def _patterns() -> Iterator[re.Pattern[str]]:
    for language in get_args(Spoken):
        for key in _CONFLICT:
            yield _pattern(say(language, key, **{gap: f"\0{gap}\0" for gap in _GAPS}))
        for key in _FROM:
            lead = say(language, key)
            yield _pattern(f"{lead}：「\0quote\0」" if language == "ja" else f"{lead}: “\0quote\0”")


def _pattern(phrase: str) -> re.Pattern[str]:
    parts = phrase.rstrip("。.").split("\0")
    undated = "|".join(re.escape(say(language, "undated")) for language in get_args(Spoken))
    held = {part: rf"\d{{4}}-\d\d-\d\d|{undated}" if part in DATED else ".{1,1000}?" for part in _GAPS}
    gaps = (f"(?P<{part}>{held[part]})" if place % 2 else re.escape(part) for place, part in enumerate(parts))
    return re.compile("".join(gaps), re.S)
