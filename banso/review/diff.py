"""What changed between two texts, by word, also where a script puts no spaces between words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from rapidfuzz.distance import Indel

SpanKind = Literal["kept", "added", "deleted"]
_HIRAGANA, _KATAKANA = "\u3041-\u309f", "\u30a0-\u30ff\u31f0-\u31ff\uff66-\uff9f"
_HAN = "\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
_OTHER_WORD = rf"[^\W_{_HIRAGANA}{_KATAKANA}{_HAN}]"
# One script is one word: 確認 + します. No dictionary, so a new word is never cut wrongly, and nothing is loaded.
_TOKEN = re.compile(
    rf"[{_HAN}]+|[{_HIRAGANA}]+|[{_KATAKANA}]+|\d+(?:[.,]\d+)*|{_OTHER_WORD}+(?:['’\-]{_OTHER_WORD}+)*|[^\S\r\n]+|\r\n|.",
    re.DOTALL,
)
_GLUE = re.compile(rf"[{_HIRAGANA}]{{1,2}}|[^\w\r\n]")
"""What is too little to be worth keeping between two changes: the reader would see confetti."""


@dataclass(frozen=True)
class Span:
    """A stretch of text that both versions have (kept), only the new one (added), or only the old one (deleted)."""

    kind: SpanKind
    text: str


def tokens(text: str) -> list[str]:
    """The words, spaces and signs of the text, in order; joined they are the text."""
    return _TOKEN.findall(text)


def diff(old: str, new: str) -> tuple[Span, ...]:
    """What changed. Kept and added joined are `new`, kept and deleted joined are `old`.

    The longest common subsequence of the words (Indel distance), with single particles and signs between two changes
    counted as changed.
    """
    before, after = tokens(old), tokens(new)
    pairs = _absorbed([*_pairs(before, after)])
    return tuple(span for pair in pairs for span in _spans(*pair))


def changed_share(old: str, new: str) -> float:
    """How much of the two texts differs: 0.0 for equal texts, 1.0 for nothing in common (by characters)."""
    spans = diff(old, new)
    changed = sum(len(span.text) for span in spans if span.kind != "kept")
    return changed / (len(old) + len(new)) if changed else 0.0


def _pairs(before: Sequence[str], after: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Stretches of (old, new) text, equal ones and changed ones in turn."""
    deleted, added = "", ""
    for step in Indel.opcodes(before, after):
        old, new = (
            "".join(before[step.src_start : step.src_end]),
            "".join(after[step.dest_start : step.dest_end]),
        )
        if step.tag != "equal":
            deleted, added = deleted + old, added + new
            continue
        if deleted or added:
            yield deleted, added
        deleted, added = "", ""
        yield old, new
    if deleted or added:
        yield deleted, added


def _absorbed(pairs: list[tuple[str, str]]) -> list[tuple[str, str]]:
    kept: list[tuple[str, str]] = []
    for number, (old, new) in enumerate(pairs):
        inside = 0 < number < len(pairs) - 1
        glue = inside and old == new and _GLUE.fullmatch(old) is not None
        if kept and (glue or old != new) and kept[-1][0] != kept[-1][1]:
            kept[-1] = (kept[-1][0] + old, kept[-1][1] + new)
        else:
            kept.append((old, new))
    return kept


def _spans(old: str, new: str) -> Iterator[Span]:
    if old == new:
        yield Span("kept", old)
        return
    if old:
        yield Span("deleted", old)
    if new:
        yield Span("added", new)
