"""A suite over the index at hand: copied, checked for its gold documents, and left as it was."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path

import pytest

from banso.core.errors import ConfigError
from banso.core.settings import Settings
from banso.knowledge.e5.embedder import E5Small
from banso.knowledge.index import open_knowledge
from evals.run import run_suite
from evals.suites import Suite
from tests.knowledge.builders import entry

PAGE = "Invoices are issued on the last day of the month."


@pytest.fixture
def indexed(settings: Settings, embedder: E5Small) -> Settings:
    with closing(open_knowledge(settings, embedder)) as knowledge:
        knowledge.put([entry("en/invoices.md", PAGE, language="en")])
    return settings


def suite_of(tmp_path: Path, gold: str, *, held_out: bool = False) -> Suite:
    case = {"id": "a", "question": "When are invoices issued?", "language": "en", "answerable": True}
    path = tmp_path / "cases.jsonl"
    path.write_text(json.dumps(case | {"gold": [gold], "must_say": ["last day"]}), encoding="utf-8")
    return Suite(name="here", cases=path, held_out=held_out, ceilings={"messages_out": 0})


def silent(_done: int, _total: int, _what: str) -> None: ...


def files(data: Path) -> set[str]:
    return {path.relative_to(data).as_posix() for path in data.rglob("*")}


def test_a_run_over_the_index_at_hand_finds_its_documents_and_leaves_nothing_there(
    indexed: Settings, tmp_path: Path
) -> None:
    before = files(indexed.data)
    report = run_suite(suite_of(tmp_path, "en/invoices.md"), indexed, None, silent)
    assert report.metrics["hit@10"].mean == 1.0
    assert [case.id for case in report.cases] == ["a"] and report.missed == ()
    assert files(indexed.data) == before | {"evals", "evals/runs"}  # where runs are kept; none was


def test_a_held_out_suite_reports_figures_and_no_case(indexed: Settings, tmp_path: Path) -> None:
    report = run_suite(suite_of(tmp_path, "en/invoices.md", held_out=True), indexed, None, silent)
    assert report.metrics["hit@10"].n == 1 and report.cases == ()


def test_an_index_without_the_gold_documents_is_named_with_what_is_missing(indexed: Settings, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"1 of 1 gold documents are not in the index at .*en/refunds\.md"):
        run_suite(suite_of(tmp_path, "en/refunds.md"), indexed, None, silent)


def test_a_data_folder_without_an_index_says_so(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no index here"):
        run_suite(suite_of(tmp_path, "en/invoices.md"), settings, None, silent)
