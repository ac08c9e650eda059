"""Tables that chunking cut: the row with the names of the columns stands in another chunk."""

from __future__ import annotations

import re

_ROW = re.compile(r"[ \t]*\|.*\|[ \t]*")
_RULE = re.compile(r"[\s|:\-]+")


def begins_inside(text: str) -> bool:
    """Whether a chunk's first line is a row of a table whose head is not in the chunk."""
    lines = text.lstrip("\n").split("\n", 2)
    if not _ROW.fullmatch(lines[0]):
        return False
    return len(lines) < 2 or not (_ROW.fullmatch(lines[1]) and _RULE.fullmatch(lines[1]))


def head_above(document: str, start: int) -> str:
    """The head row of the table that offset `start` of the document stands in; empty when there is none."""
    rows: list[str] = []
    for line in reversed(document[:start].rstrip("\n").split("\n")):
        if not _ROW.fullmatch(line):
            break
        rows.append(line)
    if len(rows) > 1 and _RULE.fullmatch(rows[-2]):
        return rows[-1].strip()
    return ""
