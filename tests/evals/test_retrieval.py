"""Search over a BEIR folder: graded, bounded, and with an index that is built once."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from banso.core.errors import ConfigError
from banso.core.settings import Settings
from evals.bounds import bounds
from evals.retrieval import run_retrieval
from tests.evals.bench import silent
from tests.evals.test_beir import folder_of
from tests.knowledge.builders import HashEmbedder


def test_graded_judgements_count_by_their_grade(tmp_path: Path, settings: Settings) -> None:
    folder = folder_of(tmp_path / "b")
    (folder / "qrels" / "test.tsv").write_text("q1\tp1\t1\nq1\tp2\t2\n", encoding="utf-8")
    report = run_retrieval(folder, settings, None, silent, embedder=HashEmbedder())
    (case,) = report.cases
    assert case.found == ("p1", "p2") and set(case.gold) == {"p1", "p2"}
    best, other = 1 / math.log2(2), 1 / math.log2(3)
    assert report.metrics["ndcg@10"].mean == pytest.approx((best + 2 * other) / (2 * best + other))
    assert {report.metrics[name].mean for name in ("recall@10", "recall@100", "hit@10", "mrr")} == {1.0}
    assert (report.suite, report.info.documents) == ("b", 2) and report.info.corpus_digest


def test_the_index_is_built_once_for_the_same_passages(tmp_path: Path, settings: Settings) -> None:
    folder, embedder = folder_of(tmp_path / "b"), HashEmbedder()
    first = run_retrieval(folder, settings, None, silent, embedder=embedder)
    built = len(embedder.embedded)
    again = run_retrieval(folder, settings, None, silent, embedder=embedder)
    assert built == 2 and len(embedder.embedded) == built
    assert [case.scores for case in again.cases] == [case.scores for case in first.cases]
    run_retrieval(folder, settings, None, silent, embedder=embedder, fresh=True)
    assert len(embedder.embedded) == 2 * built
    with (folder / "corpus.jsonl").open("a", encoding="utf-8") as file:
        file.write('\n{"_id": "p3", "text": "Something else."}')
    assert run_retrieval(folder, settings, None, silent, embedder=embedder).info.documents == 3


def test_a_build_that_was_stopped_leaves_no_half_an_index(tmp_path: Path, settings: Settings) -> None:
    class Stopped(BaseException):
        pass

    def stop(_done: int, _total: int, _what: str) -> None:
        raise Stopped

    with pytest.raises(Stopped):
        run_retrieval(folder_of(tmp_path / "b"), settings, None, stop, embedder=HashEmbedder())
    assert list((settings.data / "evals" / "beir").iterdir()) == []


def test_a_floor_that_is_not_reached_is_missed(tmp_path: Path, settings: Settings) -> None:
    folder = folder_of(tmp_path / "b")
    report = run_retrieval(folder, settings, None, silent, floors=bounds(["mrr=1.1"]), embedder=HashEmbedder())
    assert report.missed == ("mrr is 1.000, at least 1.1 is required",)
    with pytest.raises(ConfigError, match="'mrr' is no bound"):
        bounds(["mrr"])


def test_a_folder_in_which_nothing_answers_is_said(tmp_path: Path, settings: Settings) -> None:
    folder = folder_of(tmp_path / "b")
    (folder / "qrels" / "test.tsv").write_text("q1\tp1\t0\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="no query has a passage"):
        run_retrieval(folder, settings, None, silent, embedder=HashEmbedder())
