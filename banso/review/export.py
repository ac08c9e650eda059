"""The audit trail for other programs: JSON lines exactly as recorded, CSV made safe for spreadsheets."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Literal, get_args

from banso.review.drafts import canonical_json

Format = Literal["jsonl", "csv"]
FORMATS: tuple[Format, ...] = get_args(Format)
COLUMNS = ("seq", "at", "actor", "action", "draft", "detail", "previous", "hash")
_FORMULA = tuple("=+-@\t\r\n＝＋－＠")
"""A cell that begins so is a formula, or becomes one when the blank is trimmed (OWASP, CSV injection; full-width forms
are taken for the plain ones by Japanese spreadsheets)."""


def exported(lines: Iterable[Mapping[str, object]], form: Format) -> Iterator[str]:
    """The lines of a file, each with its line end.

    JSON lines hold every value as it is, so that hashes can be checked again. In CSV what could be a formula begins
    with an apostrophe.
    """
    if form == "jsonl":
        return (json.dumps(dict(line), ensure_ascii=False) + "\n" for line in lines)
    return _csv(lines)


def _csv(lines: Iterable[Mapping[str, object]]) -> Iterator[str]:
    yield _row(COLUMNS)
    for line in lines:
        cells = {**line, "detail": canonical_json(line["detail"])}
        yield _row([neutral(str(cells[name])) for name in COLUMNS])


def _row(cells: Iterable[str]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow(cells)
    return out.getvalue()


def neutral(cell: str) -> str:
    """The cell as text that no spreadsheet computes."""
    return "'" + cell if cell.startswith(_FORMULA) else cell
