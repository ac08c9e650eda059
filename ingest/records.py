"""CSV, JSON and JSON lines as records that know their line; a broken record is a Failure and the rest goes on."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from banso.core.errors import ConfigError
from ingest.sources.base import Failure
from ingest.texts import told
from ingest.values import storable

LARGEST = 1_000_000_000
"""Bytes of one file that are read at all; a larger one is split before it comes in."""
_DELIMITERS = ",\t;|"
_CELL = 50_000_000  # characters in one cell: a long conversation must not stop the csv module (its default is 131,072)
_OBJECT = re.compile(r"(?:^[ \t]*|\},?\s*)\{", re.MULTILINE)
_LONGEST_HEADER = 65_536


@dataclass(frozen=True)
class Raw:
    """One record: `place` is `file:line` for messages, `raw` its exact source text for a digest."""

    place: str
    raw: str
    value: dict[str, Any]


@dataclass
class Records:
    """The records of one file in order, and what stands beside them in a JSON object (`users`, `organizations`)."""

    rows: Iterator[Raw | Failure]
    beside: dict[str, Any] = field(default_factory=dict)


def keys_of(rows: Iterable[Raw | Failure]) -> list[str]:
    """Column names or keys, in order of first appearance."""
    return list(dict.fromkeys(key for row in rows if isinstance(row, Raw) for key in row.value))


def read_records(path: Path, shown: str, where: tuple[str, ...] = ()) -> Records:
    """Every record of a .csv, .tsv, .json, .jsonl or .ndjson file, one after another. `shown` names it in messages.

    `where`: dotted keys that may hold the list when a JSON file is one object. Raises ConfigError when it is no such
    file, cannot be read, or is empty.
    """
    text = read_text(path, shown)
    start = re.search(r"\S", text)
    if not start:
        raise ConfigError(told("records.empty", path=shown))
    if path.suffix.lower() in (".jsonl", ".ndjson"):
        return Records(_lines(shown, text))
    if start[0] in "[{":
        return _json(shown, text, start.start(), where)
    return Records(csv_rows(shown, text))


def read_text(path: Path, shown: str) -> str:
    """The text of a file in UTF-8 (with or without a mark), UTF-16 with a mark, or CP932. Raises ConfigError."""
    try:
        if path.stat().st_size > LARGEST:
            raise ConfigError(told("records.large", path=shown, size=LARGEST // 1_000_000), told("records.split"))
        data = path.read_bytes()
    except OSError as error:
        raise ConfigError(told("records.unreadable", path=shown, why=error.strerror)) from error
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", errors="replace")
    for encoding in ("utf-8-sig", "cp932"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ConfigError(told("records.encoding", path=shown), told("records.save_utf8"))


def csv_rows(path: str, text: str) -> Iterator[Raw | Failure]:
    """Rows under the header, the delimiter taken from it. A row with too few or too many cells is a Failure."""
    csv.field_size_limit(_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    header = [name.strip() for name in next(reader, [])]
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            said = told("records.bad_csv", why=error)
            yield Failure(f"{path}:{line}", said, told("records.correct"), hides=True)
            continue
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(header):
            found = told("records.cells", found=len(cells), header=len(header))
            yield Failure(f"{path}:{line}", found, told("records.cells_hint"), hides=True)
            continue
        yield Raw(f"{path}:{line}", "\x1f".join(cells), storable(dict(zip(header, cells, strict=True))))


def header(path: Path) -> list[str]:
    """The column names in the first line of a CSV file, no more than 64 KB of it; none when it is no text."""
    with path.open("rb") as file:
        first = file.readline(_LONGEST_HEADER)
    for encoding in ("utf-8-sig", "cp932"):
        try:
            return [name.strip() for name in next(csv.reader([first.decode(encoding)]), [])]
        except UnicodeDecodeError:
            continue
    return []


def _delimiter(text: str) -> str:
    start = len(text) - len(text.lstrip()) if text[:1].isspace() else 0
    first = text[start : start + _LONGEST_HEADER].split("\n", 1)[0]
    header = re.sub(r'"[^"]*"', "", first)
    return max(_DELIMITERS, key=header.count)


def _lines(path: str, text: str) -> Iterator[Raw | Failure]:
    start, number = 0, 0
    while start <= len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        line, start, number = text[start:end], end + 1, number + 1
        if not line.strip():
            continue
        place = f"{path}:{number}"
        try:
            value = json.loads(line)
        except (ValueError, RecursionError) as error:
            yield _bad_json(place, error)
            continue
        yield _record(place, line, value)


def _json(path: str, text: str, start: int, where: tuple[str, ...]) -> Records:
    if text[start] == "[":
        return Records(_array(path, text, start + 1))
    try:
        value, end = json.JSONDecoder().raw_decode(text, start)
    except (ValueError, RecursionError) as error:
        if len(re.findall(r"^\s*\{.*\}\s*$", text, re.MULTILINE)) > 1:  # JSON lines under another name
            return Records(_lines(path, text))
        raise ConfigError(f"{path}: {_bad_json('', error).error}", told("records.again")) from error
    if re.compile(r"\S").search(text, end):
        return Records(_lines(path, text))
    return _object(path, value, where)


def _array(path: str, text: str, position: int) -> Iterator[Raw | Failure]:
    """Elements one by one, so that each knows its line and a broken one does not take the rest with it."""
    decoder, line, counted = json.JSONDecoder(), 1, 0
    shape: set[str] = set()
    gap = re.compile(r"[\s,]*")
    while True:
        found = gap.match(text, position)
        position = found.end() if found else position
        if position >= len(text) or text[position] == "]":
            return
        line, counted = line + text.count("\n", counted, position), position
        place = f"{path}:{line}"
        try:
            value, end = decoder.raw_decode(text, position)
        except (ValueError, RecursionError) as error:
            yield _bad_json(place, error)
            position = _resume(text, position + 1, shape)
            continue
        if isinstance(value, dict):
            shape = shape & value.keys() if shape else set(value)
        yield _record(place, text[position:end], value)
        position = end


def _resume(text: str, position: int, shape: set[str]) -> int:
    """Where the next whole record begins: an object with the keys that all records so far had."""
    decoder = json.JSONDecoder()
    for found in _OBJECT.finditer(text, position):
        start = found.end() - 1
        try:
            value, _ = decoder.raw_decode(text, start)
        except (ValueError, RecursionError):
            continue
        if isinstance(value, dict) and shape and shape <= value.keys():
            return start
    return len(text)


def _object(path: str, value: dict[str, Any], where: tuple[str, ...]) -> Records:
    """The list inside one JSON object; the other lists become look-up tables by id."""
    named = [key for key in where if isinstance(value.get(key), list)]
    lists = [*named, *(key for key, entries in value.items() if key not in named and _objects(entries))]
    if not lists or (not named and value.keys() & {"id", "ticket_id"}):  # one record, with its messages inside
        only = next((v for v in value.values() if isinstance(v, dict)), None) if len(value) == 1 else value
        return Records(iter([_record(f"{path}:1", json.dumps(value, sort_keys=True), only)]))
    name = lists[0]
    rows = (
        _record(f"{path}: {name}[{index}]", json.dumps(item, sort_keys=True, ensure_ascii=False), item)
        for index, item in enumerate(value[name])
    )
    beside = {key: _by_id(value[key]) for key in lists[1:]}
    return Records(rows, beside)


def _objects(entries: object) -> bool:
    return isinstance(entries, list) and bool(entries) and all(isinstance(entry, dict) for entry in entries)


def _by_id(entries: list[Any]) -> dict[str, Any]:
    return {str(entry["id"]): storable(entry) for entry in entries if isinstance(entry, dict) and "id" in entry}


def _record(place: str, raw: str, value: object) -> Raw | Failure:
    if not isinstance(value, dict):
        found = told("records.not_object", found=type(value).__name__)
        return Failure(place, found, told("records.correct_json"), hides=True)
    try:
        return Raw(place, raw, storable(value))
    except RecursionError as error:
        return _bad_json(place, error)


def _bad_json(place: str, error: ValueError | RecursionError) -> Failure:
    deep = isinstance(error, RecursionError)
    said = told("records.deep") if deep else told("records.bad_json", why=error)
    return Failure(place, said, told("records.correct_json"), hides=True)
