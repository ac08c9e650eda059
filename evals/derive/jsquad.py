"""JSQuAD (corpus.jsonl, questions.jsonl) as a BEIR folder, split by article: passages of one article are alike."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from banso.core.errors import ConfigError
from evals.derive.split import half_of

_ARTICLE = re.compile(r"(.+)p\d+")


def write_jsquad(folder: Path, out: Path) -> dict[str, int]:
    """Write corpus.jsonl, queries.jsonl, qrels/train.tsv and qrels/test.tsv; how many questions each half has.

    Raises ConfigError naming file and line.
    """
    passages = list(_rows(folder / "corpus.jsonl", "doc_id", "title", "text"))
    questions = list(_rows(folder / "questions.jsonl", "id", "question", "gold_doc_ids"))
    (out / "qrels").mkdir(parents=True, exist_ok=True)
    corpus = ({"_id": row["doc_id"], "title": row["title"], "text": row["text"]} for row in passages)
    _write(out / "corpus.jsonl", map(_json, corpus))
    asked = [row for row in questions if row["gold_doc_ids"]]
    _write(out / "queries.jsonl", (_json({"_id": row["id"], "text": row["question"]}) for row in asked))
    counts = {}
    for half in ("train", "test"):
        mine = [row for row in asked if half_of(_article(row["gold_doc_ids"][0])) == half]
        judged = [f"{row['id']}\t{passage}\t1" for row in mine for passage in row["gold_doc_ids"]]
        _write(out / "qrels" / f"{half}.tsv", ["query-id\tcorpus-id\tscore", *judged])
        counts[half] = len(mine)
    return counts


def _article(passage: str) -> str:
    """a10336p0 is the first passage of a10336."""
    match = _ARTICLE.fullmatch(passage)
    return match[1] if match else passage


def _rows(path: Path, *wanted: str) -> Iterator[dict[str, Any]]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read", "give a folder with corpus.jsonl and questions.jsonl") from error
    for number, line in enumerate(lines, 1):
        try:
            row = json.loads(line)
            missing = [name for name in wanted if name not in row]
        except (json.JSONDecodeError, TypeError) as error:
            raise ConfigError(f"{path}:{number}: {error}") from error
        if missing:
            raise ConfigError(f"{path}:{number}: no {', '.join(missing)}")
        yield row


def _json(row: dict[str, Any]) -> str:
    return json.dumps(row, ensure_ascii=False)


def _write(path: Path, lines: Iterable[str]) -> None:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
