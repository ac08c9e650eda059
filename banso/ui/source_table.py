"""A table of a document's text (rows of cells between pipes) as rows and cells, the cited characters kept apart."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

Run = tuple[str, bool]
"""Text, and whether it is cited."""
Cell = list[Run]
_RULE = re.compile(r"\|?[\s:|-]+\|?")
_BAR = re.compile(r"(?<!\\)\|")


def table_rows(runs: Sequence[Run]) -> list[list[Cell]]:
    """Rows of cells; the rule below the head is left out. Empty where a line is not a row: show it as it is then."""
    text = "".join(part for part, _ in runs)
    cited = [flag for part, flag in runs for _ in part]
    rows = []
    for line in re.finditer(r"[^\n]+", text):
        if not line[0].strip():
            continue
        if not line[0].lstrip().startswith("|"):
            return []
        if not _RULE.fullmatch(line[0].strip()):
            rows.append([_cell(text, cited, a, b) for a, b in _cells(text, line.start(), line.end())])
    return rows


def _cells(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Where each cell of a line lies, without the blanks around it. What precedes the first bar is no cell."""
    bars = [match.start() for match in _BAR.finditer(text, start, end)]
    for a, b in zip(bars, [*bars[1:], end], strict=True):
        inside = text[a + 1 : b]
        if b == end and not inside.strip():
            return
        low = a + 1 + len(inside) - len(inside.lstrip())
        yield low, low + len(inside.strip())


def _cell(text: str, cited: Sequence[bool], start: int, end: int) -> Cell:
    grouped = groupby(range(start, end), key=lambda position: cited[position])
    return [("".join(text[position] for position in run), flag) for flag, run in grouped]
