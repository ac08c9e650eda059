"""Baselines and JUnit files."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from banso.core.errors import ConfigError
from evals import baseline, history, junit
from evals.cases import load_cases
from evals.compare import compare
from evals.comparing import baseline_of
from evals.info import cases_digest
from evals.record import CaseResult, Failure, RunInfo, RunReport
from evals.review_cases import load_review
from evals.statistics import Figure
from evals.suites import load_suite

HALF = Figure(mean=1 / 3, low=0.1, high=0.6, n=3)
CASES = (
    CaseResult(
        id="a", question="秘密の問い", answerable=True, grounded="cited", text="答え", seconds=2.5, tokens=9,
        scores={"key_facts": 1 / 3, "language": None, "tokens": 9.0},
        failures=(Failure(cause="missing_fact", reason="does not say “30 分”"),),
    ),
    CaseResult(id="b", question="q", answerable=True, error="ValueError: \x00 broken <b>", seconds=0.1),
    CaseResult(id="c", question="q", answerable=False, grounded="refused"),
)  # fmt: skip
REPORT = RunReport(
    suite="s", n=3, metrics={"key_facts": HALF, "median_seconds": HALF, "cost": HALF}, seconds=9.0, cases=CASES,
    missed=("key_facts is 0.333, at least 0.5 is required",),
    info=RunInfo(started_at="2026-04-01T09:00:00Z", machine="here", commit="abc", corpus_digest="c"),
)  # fmt: skip


def test_a_baseline_holds_scores_and_nothing_of_the_machine(tmp_path: Path) -> None:
    path = tmp_path / "baselines" / "s.json"
    baseline.write(REPORT, path)
    text = path.read_text(encoding="utf-8")
    for word in ("median_seconds", "cost", "here", "abc", "2026", "秘密", "答え", "2.5", "tokens"):
        assert word not in text, word
    stored = json.loads(text)
    assert stored["metrics"]["key_facts"]["mean"] == 0.333333 and stored["info"] == {"corpus_digest": "c"}
    assert len(text.splitlines()) == 12  # a case a line


def test_a_run_equals_its_own_baseline(tmp_path: Path) -> None:
    baseline.write(REPORT, tmp_path / "s.json")
    found = compare(history.load(tmp_path / "s.json"), REPORT)
    assert found.n == 3 and found.drops == () and found.notes == ()
    assert all(abs(change.delta) < 1e-6 for change in found.changes)
    assert [(one.id, one.scores) for one in (*found.improved, *found.worsened)] == []  # rounding is no change


def test_a_baseline_of_another_suite_is_refused(tmp_path: Path) -> None:
    baseline.write(REPORT, tmp_path / "s.json")
    with pytest.raises(ConfigError, match="is a run of s, not of other"):
        baseline_of(tmp_path / "s.json", REPORT.model_copy(update={"suite": "other"}))


def test_junit_counts_and_names_what_failed_and_why(tmp_path: Path) -> None:
    junit.write(REPORT, tmp_path / "deep" / "report.xml", ("key_facts went from 1.000 to 0.333",))
    root = ElementTree.parse(tmp_path / "deep" / "report.xml").getroot()
    suite = root[0]
    assert (root.tag, suite.tag, suite.get("name")) == ("testsuites", "testsuite", "s")
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors")) == ("5", "3", "1")
    failed, broken, right, bound, drop = suite
    assert failed[0].attrib == {"type": "missing_fact", "message": "does not say “30 分”"}
    assert "秘密の問い" in (failed[0].text or "")
    assert broken[0].tag == "error" and broken[0].get("message") == "ValueError: � broken <b>"
    assert len(right) == 0 and failed.get("time") == "2.500"
    assert bound[0].get("type") == "bound" and drop[0].get("type") == "drop"


@pytest.mark.parametrize("path", sorted(baseline.FOLDER.glob("*.json")), ids=lambda path: path.stem)
def test_a_committed_baseline_holds_the_cases_of_its_suite_today(path: Path) -> None:
    stored, suite = history.load(path), load_suite(path.stem)
    cases = load_review(suite.cases) if path.stem == "review" else load_cases(suite.cases)
    assert stored.suite == path.stem
    assert [case.id for case in stored.cases] == [case.id for case in cases], "run SUITE --write-baseline"


def test_the_baseline_of_smoke_is_of_the_cases_as_they_are_today() -> None:
    stored = history.load(baseline.path_of("smoke"))
    assert stored.info.cases_digest == cases_digest(load_cases(load_suite("smoke").cases)), "run it again"


@pytest.mark.parametrize("suite", ["smoke", "review"])
def test_ci_compares_with_the_committed_baseline(suite: str) -> None:
    makefile = (baseline.FOLDER.parents[1] / "Makefile").read_text(encoding="utf-8")
    assert baseline.path_of(suite).is_file()
    assert f"evals run {suite} --baseline evals/baselines/{suite}.json" in makefile
