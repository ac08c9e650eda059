"""Reads a BEIR folder: corpus.jsonl, queries.jsonl, qrels/*.tsv (Thakur et al. 2021)."""

from __future__ import annotations

import csv
import json
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

from banso.core.errors import ConfigError

SHAPE = "a BEIR folder has corpus.jsonl, queries.jsonl and qrels/*.tsv"


def passages(folder: Path) -> Iterator[dict[str, Any]]:
    """Rows of {"_id", "title", "text"}. Raises ConfigError naming file and line."""
    return _rows(folder / "corpus.jsonl")


def queries(folder: Path) -> dict[str, str]:
    """Questions by id. Raises ConfigError naming file and line."""
    return {str(row["_id"]): str(row["text"]) for row in _rows(folder / "queries.jsonl")}


def qrels(
    folder: Path, *, split: str = "", asked: Collection[str] | None = None, there: Collection[str] | None = None
) -> dict[str, dict[str, float]]:
    """Gains by passage by query, over every split or this one; a gain of 0: judged, and does not answer.

    Raises ConfigError naming file and line, also for a query that is not among `asked` or a passage not `there`.
    """
    files = sorted((folder / "qrels").glob(f"{split or '*'}.tsv"))
    if not files:
        raise ConfigError(f"{folder / 'qrels'} has no {split}.tsv", "a BEIR folder has qrels/test.tsv")
    found: dict[str, dict[str, float]] = {}
    for file in files:
        for where, query, passage, gain in _judgements(file):
            if asked is not None and query not in asked:
                raise ConfigError(f"{where}: no query {query!r} in queries.jsonl", SHAPE)
            if there is not None and passage not in there:
                raise ConfigError(f"{where}: no passage {passage!r} in corpus.jsonl", SHAPE)
            found.setdefault(query, {})[passage] = gain
    return found


def _judgements(file: Path) -> Iterator[tuple[str, str, str, float]]:
    """(file and line, query, passage, gain); the head of the table is known by its words."""
    with file.open(encoding="utf-8", newline="") as lines:
        for number, row in enumerate(csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE), 1):
            if not row or (number == 1 and row[0] == "query-id"):
                continue
            where = f"{file}:{number}"
            if len(row) != 3:
                raise ConfigError(f"{where}: {len(row)} columns", "query-id, corpus-id and score, with tabs between")
            yield where, row[0], row[1], _gain(row[2], where)


def _gain(text: str, where: str) -> float:
    try:
        gain = float(text)
    except ValueError:
        gain = -1.0
    if not 0 <= gain < float("inf"):
        raise ConfigError(f"{where}: {text!r} is no grade", "0 for a passage that does not answer, 1 and more for one")
    return gain


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    if not path.is_file():
        raise ConfigError(f"{path} is missing", SHAPE)
    seen: set[str] = set()
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            row = _row(line, f"{path}:{number}")
            if str(row["_id"]) in seen:
                raise ConfigError(f"{path}:{number}: the id {row['_id']!r} stands twice")
            seen.add(str(row["_id"]))
            yield row


def _row(line: str, where: str) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except json.JSONDecodeError as error:
        raise ConfigError(f"{where}: {error}", SHAPE) from error
    if not isinstance(row, dict) or row.get("_id") in (None, "") or not isinstance(row.get("text"), str):
        raise ConfigError(f"{where}: not an object with _id and text", SHAPE)
    return row
