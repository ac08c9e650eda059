"""Suites that only search: what does not count, even samples, figures for each language and tag."""

from __future__ import annotations

import json
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from banso.core.errors import ConfigError
from banso.core.settings import Settings
from banso.knowledge.e5.embedder import E5Small
from banso.knowledge.index import open_knowledge
from evals.__main__ import app
from evals.ablations.measure import run_ablations
from evals.cases import Case
from evals.searching import run_search, spread
from evals.suites import Suite, runner_of
from tests.evals.bench import silent, suite_of
from tests.knowledge.builders import entry

PAGES = {
    "backup.md": "Copies are taken every night and kept for 35 days in a second region.",
    "backup-old.md": "Copies are taken every night and kept for 30 days.",
    "seats.md": "Seats are billed each month; unused seats are not refunded.",
}
COPIES = {"question": "How long are copies kept?", "language": "en", "answerable": True}
CASES: tuple[dict[str, Any], ...] = (
    {**COPIES, "id": "both", "gold": {"backup.md": 2, "backup-old.md": 1}, "tags": ["train", "copies"]},
    {**COPIES, "id": "other", "gold": ["seats.md"], "exclude": ["backup.md", "backup-old.md"], "tags": ["test"]},
    {"id": "ja", "question": "席の料金は戻ってきますか", "language": "ja", "answerable": True, "gold": ["seats.md"]},
    {**COPIES, "id": "no gold", "answerable": False},
)


@pytest.fixture
def indexed(settings: Settings, embedder: E5Small) -> Settings:
    with closing(open_knowledge(settings, embedder)) as knowledge:
        knowledge.put([entry(ref, text, language="en") for ref, text in PAGES.items()])
    return settings


def test_search_alone_is_measured_for_each_language_and_tag(indexed: Settings, tmp_path: Path) -> None:
    report = run_search(suite_of(tmp_path, *CASES), indexed, None, silent)
    by_id = {case.id: case for case in report.cases}
    assert set(by_id) == {"both", "other", "ja"} and report.info.documents == 3
    assert by_id["other"].found == ("seats.md",) and by_id["other"].scores["hit@1"] == 1.0
    assert report.metrics["recall@10"].mean == 1.0 and report.metrics["p95_seconds"].mean > 0
    assert {name: figures["mrr"].n for name, figures in report.groups.items()} == {
        "en": 2, "ja": 1, "copies": 1, "test": 1, "train": 1,
    }  # fmt: skip
    assert not by_id["both"].text and report.metrics["errors"].mean == 0


def test_a_suite_may_take_only_the_cases_of_a_tag_and_keep_them(indexed: Settings, tmp_path: Path) -> None:
    suite = suite_of(tmp_path, *CASES, tags=("test",), held_out=True)
    report = run_search(suite, indexed, None, silent)
    assert (report.n, report.cases) == (1, ()) and report.groups["test"]["hit@10"].mean == 1.0
    assert run_ablations(suite, indexed, None, silent, ()).metrics["recall@10"].mean == 1.0
    with pytest.raises(ConfigError, match="no case is tagged nothing"):
        run_search(suite_of(tmp_path, *CASES, tags=("nothing",)), indexed, None, silent)
    with pytest.raises(ConfigError, match="no case names the documents"):
        run_search(suite_of(tmp_path, CASES[-1]), indexed, None, silent)


def test_any_file_of_cases_is_measured_by_a_command(
    indexed: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BANSO_DATA", str(indexed.data))
    file = suite_of(tmp_path, *CASES).cases.rename(tmp_path / "mine.jsonl")
    done = CliRunner().invoke(app, ["search", str(file), "--tag", "test", "--json"], catch_exceptions=False)
    found = json.loads(done.stdout)
    assert (found["suite"], found["n"], found["groups"]["en"]["hit@1"]["mean"]) == ("mine-test", 1, 1.0)
    shown = CliRunner().invoke(app, ["search", str(file), "--limit", "2"], catch_exceptions=False)
    assert "group" in shown.stdout and "mine: 2 cases" in shown.stdout
    assert len(list((indexed.data / "evals" / "runs").glob("*-mine*.json"))) == 2


@given(st.integers(1, 60), st.integers(1, 80), st.integers())
def test_a_sample_is_in_order_even_and_the_same_for_a_seed(n: int, limit: int, seed: int) -> None:
    cases = [Case(id=str(number), question="q", language="en", answerable=True) for number in range(n)]
    found = [int(case.id) for case in spread(cases, limit, seed)]
    assert found == sorted(set(found)) and len(found) == min(n, limit)
    assert found == [int(case.id) for case in spread(cases, limit, seed)]
    gaps = [after - before for before, after in pairwise(found)]
    assert not gaps or max(gaps) - min(gaps) <= 1


def test_search_is_a_runner_by_name() -> None:
    assert runner_of(Suite(name="s", runner="search", cases=Path("c"))) is run_search
