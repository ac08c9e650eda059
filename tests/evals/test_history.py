"""Runs on disk."""

from __future__ import annotations

from pathlib import Path

import pytest

from banso.core.errors import ConfigError
from evals import history
from evals.record import CaseResult, RunInfo, RunReport

INFO = RunInfo(started_at="2026-04-01T09:00:00Z", commit="abc")
DONE = CaseResult(id="a", question="q", answerable=True)


def report(suite: str = "smoke", at: str = "2026-04-01T09:00:00Z") -> RunReport:
    return RunReport(suite=suite, n=1, metrics={}, seconds=1.0, cases=(DONE,), info=RunInfo(started_at=at))


def test_runs_come_back_newest_first_and_by_suite(tmp_path: Path) -> None:
    old, other = history.save(report(), tmp_path), history.save(report("writing (held)"), tmp_path)
    new = history.save(report(at="2026-04-02T09:00:00Z"), tmp_path)
    assert history.runs(tmp_path, "smoke") == [new, old]
    assert set(history.runs(tmp_path)) == {new, old, other}
    assert history.load(new) == report(at="2026-04-02T09:00:00Z")


def test_two_runs_of_one_second_are_both_kept(tmp_path: Path) -> None:
    assert history.save(report(), tmp_path) != history.save(report(), tmp_path)
    assert len(history.runs(tmp_path, "smoke")) == 2


def test_what_is_no_run_is_said(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text("{}")
    for name in ("x.json", "y.json"):
        with pytest.raises(ConfigError, match=name):
            history.load(tmp_path / name)


def test_a_line_cut_short_is_asked_again(tmp_path: Path) -> None:
    journal = history.begin(tmp_path, "smoke", INFO)
    journal.add(DONE)
    journal.add(DONE.model_copy(update={"id": "b"}))
    journal.path.write_bytes(journal.path.read_bytes()[:-9])
    again = history.resume(tmp_path, "smoke", INFO)
    assert [case.id for case in again.done] == ["a"]
    again.add(DONE.model_copy(update={"id": "b"}))
    assert [case.id for case in history.resume(tmp_path, "smoke", INFO).done] == ["a", "b"]
    assert history.runs(tmp_path) == []


def test_a_run_of_another_commit_does_not_go_on(tmp_path: Path) -> None:
    history.begin(tmp_path, "smoke", INFO)
    with pytest.raises(ConfigError, match="commit changed"):
        history.resume(tmp_path, "smoke", INFO.model_copy(update={"commit": "def"}))
