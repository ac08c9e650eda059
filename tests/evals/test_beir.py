"""Reading a BEIR folder: what is there, and what is said where it is not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from banso.core.errors import ConfigError
from evals import beir


def folder_of(path: Path) -> Path:
    """Two passages, one of them with a title, and a graded question."""
    (path / "qrels").mkdir(parents=True)
    rows = [{"_id": "p1", "title": "Limits", "text": "The limit is 120."}, {"_id": "p2", "text": "Mail goes at night."}]
    (path / "corpus.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    (path / "queries.jsonl").write_text(json.dumps({"_id": "q1", "text": "What is the limit?"}), encoding="utf-8")
    (path / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\nq1\tp1\t2\nq1\tp2\t1\n", encoding="utf-8")
    return path


def test_passages_queries_and_graded_judgements(tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "b")
    assert [row["_id"] for row in beir.passages(folder)] == ["p1", "p2"]
    assert beir.queries(folder) == {"q1": "What is the limit?"}
    assert beir.qrels(folder) == {"q1": {"p1": 2.0, "p2": 1.0}}


def test_what_is_missing_or_broken_is_named(tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "b")
    (folder / "corpus.jsonl").write_text('{"_id": "p1", "text": "a"}\n{"_id"\n', encoding="utf-8")
    with pytest.raises(ConfigError, match=r"corpus\.jsonl:2"):
        list(beir.passages(folder))
    (folder / "queries.jsonl").unlink()
    with pytest.raises(ConfigError, match=r"queries\.jsonl is missing"):
        beir.queries(folder)
    (folder / "qrels" / "test.tsv").unlink()
    with pytest.raises(ConfigError, match=r"has no \.tsv"):
        beir.qrels(folder)
