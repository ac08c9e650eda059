"""A text as it reads, for patterns: full width as ASCII, half-width kana joined with their marks, nothing invisible."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from banso.gate.skeleton import LOOK_ALIKES
from banso.review.flags import flags

_CLUSTER = re.compile(r".[\u0300-\u036f\u3099\u309a\uff9e\uff9f]*", re.S)


@dataclass(frozen=True)
class Readable:
    """`text` for patterns; its i-th character comes from `[starts[i], ends[i])` of the original."""

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The range of the original behind `[start, end)` of `text`."""
        return self.starts[start], self.ends[end - 1]


def readable(text: str) -> Readable:
    """The text for patterns. Greek and Cyrillic letters that look like Latin ones are those."""
    odd = {flag.position for flag in flags(text)}
    characters, starts, ends = [], [], []
    kept = [(place, character) for place, character in enumerate(text) if place not in odd]
    plain = "".join(character for _, character in kept)
    for cluster in _CLUSTER.finditer(plain):
        first, last = kept[cluster.start()][0], kept[cluster.end() - 1][0] + 1
        for character in unicodedata.normalize("NFKC", cluster[0]):
            characters.append(character)
            starts.append(first)
            ends.append(last)
    return Readable("".join(characters).translate(LOOK_ALIKES), tuple(starts), tuple(ends))
