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


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        (
            "queries.jsonl",
            '{"_id": "q1", "text": "a"}\n{"_id": "q1", "text": "b"}',
            r"queries\.jsonl:2: the id 'q1' stands",
        ),
        ("queries.jsonl", '{"_id": "q1"}', r"queries\.jsonl:1: not an object with _id and text"),
        ("corpus.jsonl", "[]", r"corpus\.jsonl:1: not an object"),
        ("qrels/test.tsv", "query-id\tcorpus-id\tscore\nq1\tp1", r"test\.tsv:2: 2 columns"),
        ("qrels/test.tsv", "query-id\tcorpus-id\tscore\nq1\tp1\tyes", r"test\.tsv:2: 'yes' is no grade"),
        ("qrels/test.tsv", "q1\tp1\t-1", r"test\.tsv:1: '-1' is no grade"),
        ("qrels/test.tsv", "q1\tp1\t1\nq7\tp1\t1", r"test\.tsv:2: no query 'q7'"),
        ("qrels/test.tsv", "q1\tp7\t1", r"test\.tsv:1: no passage 'p7'"),
    ],
)
def test_each_mistake_is_named_with_its_line(tmp_path: Path, file: str, text: str, said: str) -> None:
    folder = folder_of(tmp_path / "b")
    (folder / file).write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=said):
        there = {row["_id"] for row in beir.passages(folder)}
        beir.qrels(folder, asked=beir.queries(folder), there=there)


def test_a_passage_judged_as_no_answer_keeps_its_zero(tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "b")
    (folder / "qrels" / "test.tsv").write_text("q1\tp1\t0.5\nq1\tp2\t0\n", encoding="utf-8")
    assert beir.qrels(folder) == {"q1": {"p1": 0.5, "p2": 0.0}}
