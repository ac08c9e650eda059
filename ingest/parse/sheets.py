"""Spreadsheets and CSV: every block of filled cells is a table under the name of its sheet.

A sheet is no page: the name of the sheet is the heading of its tables, and citations name no page number.

Read with openpyxl and calamine rather than `unstructured`, whose cells are one run of text and whose hidden sheets are
not told apart.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any

from banso.core.errors import ItemError
from ingest.parse.elements import markdown_table
from ingest.parse.model import Parsed, Part
from ingest.parse.text import decode
from ingest.parse.values import core_properties
from ingest.texts import told

_WIDEST_CELL = 1_000_000
_DATA = 100
"""Rows of a CSV file beyond which it is data rather than a manual: taken in all the same, and said."""
Rows = list[list[str]]


def read_csv(data: bytes) -> Parsed:
    """A CSV file with comma, semicolon, tab or bar between its columns."""
    text = decode(data)
    csv.field_size_limit(_WIDEST_CELL)
    try:
        dialect: Any = csv.Sniffer().sniff("\n".join(text.splitlines()[:20])[:10_000], delimiters=",;\t|")
        delimiter = dialect.delimiter
    except csv.Error:
        delimiter = ","
    try:
        rows = list(csv.reader(io.StringIO(text), delimiter=delimiter))
    except csv.Error as error:
        raise ItemError(told("parse.no_csv", why=error), told("parse.save_csv")) from error
    warnings = (told("parse.data_table", count=len(rows) - 1),) if len(rows) > _DATA else ()
    return Parsed(parts=tuple(_tables(rows)), warnings=warnings)


def read_xlsx(data: bytes) -> Parsed:
    """An .xlsx workbook; hidden sheets, rows and columns are flagged. Damaged ones are tried with calamine."""
    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, TypeError, AttributeError):
        return read_xls(data)
    parts: list[Part] = []
    for sheet in book.worksheets:
        veiled = sheet.sheet_state != "visible"
        shown, hidden = _visible_rows(sheet)
        parts += _sheet(sheet.title, shown, veiled)
        parts += _tables(hidden, hidden=True)
    return Parsed(parts=tuple(parts), **core_properties(data))


def read_xls(data: bytes) -> Parsed:
    """An .xls workbook, or an .xlsx that openpyxl refuses."""
    import python_calamine

    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        parts: list[Part] = []
        for meta in book.sheets_metadata:
            if str(meta.typ).endswith("WorkSheet"):
                rows = [[_cell(value) for value in row] for row in book.get_sheet_by_name(meta.name).to_python()]
                parts += _sheet(meta.name, rows, not str(meta.visible).endswith("Visible"))
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        raise ItemError(told("parse.no_xlsx", why=error), told("parse.save_xlsx")) from error
    return Parsed(parts=tuple(parts))


def _visible_rows(sheet: Any) -> tuple[Rows, Rows]:
    shown: Rows = []
    hidden: Rows = []
    veiled = _hidden_columns(sheet)
    for number, row in enumerate(sheet.iter_rows(values_only=True), sheet.min_row or 1):
        cells = [_cell(value) for value in row]
        if sheet.row_dimensions[number].hidden:
            hidden.append(cells)
            continue
        if veiled and any(cells[index] for index in veiled if index < len(cells)):
            hidden.append([cell for index, cell in enumerate(cells) if index in veiled])
        shown.append([cell for index, cell in enumerate(cells) if index not in veiled])
    return shown, hidden


def _hidden_columns(sheet: Any) -> set[int]:
    """Indices from 0 into a row's values; one entry of the sheet may stand for a range of columns."""
    first = sheet.min_column or 1
    found: set[int] = set()
    for entry in sheet.column_dimensions.values():
        if entry.hidden and entry.min and entry.max:
            found.update(range(entry.min - first, min(entry.max, sheet.max_column) - first + 1))
    return {index for index in found if index >= 0}


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _sheet(name: str, rows: Rows, hidden: bool) -> list[Part]:
    tables = _tables(rows, hidden=hidden)
    return [Part(kind="heading", text=name, level=2, hidden=hidden), *tables] if tables else []


def _tables(rows: Iterable[list[str]], *, hidden: bool = False) -> list[Part]:
    """One part a block of rows; a block of single cells is text."""
    parts: list[Part] = []
    block: Rows = []
    for row in [*rows, []]:
        if any(cell.strip() for cell in row):
            block.append(row)
        elif block:
            single = all(sum(bool(cell.strip()) for cell in line) == 1 for line in block)
            text = "\n".join(" ".join(line).strip() for line in block) if single else markdown_table(block)
            parts.append(Part(kind="text" if single else "table", text=text, hidden=hidden))
            block = []
    return parts
