"""Reads a BEIR folder: corpus.jsonl, queries.jsonl, qrels/*.tsv (Thakur et al. 2021)."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from banso.core.errors import ConfigError


def passages(folder: Path) -> Iterator[dict[str, Any]]:
    """Rows of {"_id", "title", "text"}. Raises ConfigError naming file and line."""
    return _rows(folder / "corpus.jsonl")


def queries(folder: Path) -> dict[str, str]:
    """Questions by id. Raises ConfigError."""
    return {str(row["_id"]): str(row["text"]) for row in _rows(folder / "queries.jsonl")}


def qrels(folder: Path) -> dict[str, dict[str, float]]:
    """Gains by passage by query, over every split. Raises ConfigError."""
    files = sorted((folder / "qrels").glob("*.tsv"))
    if not files:
        raise ConfigError(f"{folder / 'qrels'} has no .tsv", "a BEIR folder has qrels/test.tsv")
    found: dict[str, dict[str, float]] = {}
    for file in files:
        with file.open(encoding="utf-8", newline="") as lines:
            for row in csv.reader(lines, delimiter="\t"):
                if len(row) == 3 and row[2].strip().isdigit():
                    found.setdefault(row[0], {})[row[1]] = float(row[2])
    return found


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    if not path.is_file():
        raise ConfigError(f"{path} is missing", "a BEIR folder has corpus.jsonl, queries.jsonl and qrels/*.tsv")
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            try:
                yield json.loads(line)
            except json.JSONDecodeError as error:
                raise ConfigError(f"{path}:{number}: {error}") from error
