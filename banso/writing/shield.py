"""What no check may touch: quoted words, code, addresses, error codes, quoted mail."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

Span = tuple[int, int]
_WHOLE = re.compile(
    r"```.*?(?:```|\Z)"  # a fence that nobody closed goes to the end
    r"|`[^`\n]+`"
    r"|^[ \t]*[>＞].*$"
    r"|(?:https?|ftp)://[^\s　、。「」『』（）<>\"”]+"
    r"|\bwww\.[A-Za-z0-9-]+\.[^\s　、。「」『』（）<>\"”]+"
    r"|(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+"
    r"|(?<![A-Za-z0-9])[A-Za-z]{1,8}[-_]\d{2,}(?:[-_][A-Za-z0-9]+)*"
    r"|[Ａ-Ｚａ-ｚ]{1,8}[－‐―ー-][０-９]{2,}",
    re.S | re.M,
)
_PAIRS = {"「": "」", "『": "』", "“": "”", "«": "»"}
_STRAIGHT = re.compile(r'"([^"\n]+)"')


def shielded(text: str, names: Iterable[str] = ()) -> list[Span]:
    """Spans `[start, end)` that stay as they are, sorted; of quotations the inside, so that the marks can be mended.

    `names`: words that are right as they stand, such as the customer's name.
    """
    spans = [match.span() for match in _WHOLE.finditer(text)]
    spans += [match.span(1) for match in _STRAIGHT.finditer(text)]
    spans += _quoted(text)
    for name in filter(None, names):
        spans += [match.span() for match in re.finditer(re.escape(name), text)]
    return sorted(spans)


def touches(start: int, end: int, spans: Sequence[Span]) -> bool:
    """Whether `[start, end)` overlaps a span; an empty one, whether it stands inside of one."""
    return any(first < end and start < last if start < end else first < start < last for first, last in spans)


def _quoted(text: str) -> list[Span]:
    """Insides of brackets, the outermost; a bracket that nobody closed shields the rest of its line."""
    spans: list[Span] = []
    position = 0
    while position < len(text):
        close = _PAIRS.get(text[position])
        end = _closing(text, position, close) if close else None
        if end is not None:
            spans.append((position + 1, end))
            position = end
        position += 1
    return spans


def _closing(text: str, position: int, close: str) -> int:
    depth = 0
    for at in range(position, min(len(text), position + 2000)):
        depth += (text[at] == text[position]) - (text[at] == close)
        if depth == 0:
            return at
    line_end = text.find("\n", position)
    return len(text) if line_end < 0 else line_end
