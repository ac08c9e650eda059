"""The commands: what they print, keep and exit with."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from evals import baseline, history
from evals.__main__ import app
from evals.finish import Output, finish
from evals.record import CaseResult, RunInfo, RunReport
from evals.statistics import Figure

INFO = RunInfo(started_at="2026-04-01T09:00:00Z", commit="abcdef0123")


def report(*values: float, missed: tuple[str, ...] = (), **fields: Any) -> RunReport:
    cases = tuple(
        CaseResult(id=f"c{n}", question="q", answerable=True, grounded="cited", scores={"key_facts": value})
        for n, value in enumerate(values)
    )
    mean = sum(values) / len(values)
    figure = Figure(mean=mean, low=mean, high=mean, n=len(values))
    return RunReport(
        suite="s", n=len(values), metrics={"key_facts": figure}, seconds=1.0, cases=cases, missed=missed,
        **{"info": INFO} | fields,
    )  # fmt: skip


def invoke(data: Path, *words: str) -> Any:
    return CliRunner().invoke(app, list(words), env={"BANSO_DATA": str(data)})


def test_a_finished_run_is_kept_compared_and_written_for_ci(
    settings: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    base, xml = tmp_path / "base.json", tmp_path / "junit.xml"
    baseline.write(report(*[1.0] * 20), base)
    with pytest.raises(SystemExit) as left:
        finish(report(*[0.0] * 20), settings, Output(json=True, baseline=base, junit=xml))
    assert left.value.code == 1
    (line,) = capsys.readouterr().out.splitlines()
    printed = json.loads(line)
    assert printed["metrics"]["key_facts"] == {"mean": 0.0, "low": 0.0, "high": 0.0, "n": 20}
    assert (printed["suite"], printed["n"], printed["seconds"]) == ("s", 20, 1.0)
    assert [one["metric"] for one in printed["comparison"]["changes"] if one["fails"]] == ["key_facts"]
    assert "key_facts went from 1.000 to 0.000" in xml.read_text(encoding="utf-8")
    assert history.load(*history.runs(settings.data)).n == 20


def test_a_run_that_lost_nothing_is_fine_and_a_missed_bound_is_not(settings: Any, tmp_path: Path) -> None:
    base = tmp_path / "base.json"
    baseline.write(report(1.0, 0.0), base)
    finish(report(1.0, 0.0), settings, Output(baseline=base))
    with pytest.raises(SystemExit):
        finish(report(1.0, 0.0, missed=("x is low",)), settings, Output(baseline=base))


@pytest.mark.parametrize("fields", [{"held_out": True}, {"info": INFO.model_copy(update={"limit": 3})}])
def test_a_part_of_a_run_is_no_baseline(settings: Any, fields: dict[str, Any]) -> None:
    from banso.core.errors import ConfigError

    with pytest.raises(ConfigError, match="a baseline is a whole run"):
        finish(report(1.0, **fields), settings, Output(write_baseline=True))


def test_compare_exits_1_on_a_drop_alone(tmp_path: Path) -> None:
    good, bad = history.save(report(*[1.0] * 20), tmp_path), history.save(report(*[0.0] * 20), tmp_path)
    worse = invoke(tmp_path, "compare", str(good), str(bad))
    assert worse.exit_code == 1 and "DROP: key_facts went from 1.000 to 0.000" in worse.stdout
    better = invoke(tmp_path, "compare", str(bad), str(good), "--json")
    assert better.exit_code == 0 and len(json.loads(better.stdout)["improved"]) == 20


def test_runs_are_listed_with_figures_and_commit(tmp_path: Path) -> None:
    history.save(report(1.0, 0.0), tmp_path)
    (one,) = json.loads(invoke(tmp_path, "runs", "--json").stdout)["runs"]
    assert (one["suite"], one["n"], one["commit"], one["metrics"]["key_facts"]["mean"]) == ("s", 2, "abcdef0123", 0.5)
    assert "no run is kept yet" in invoke(tmp_path / "empty", "runs").stdout
    assert json.loads(invoke(tmp_path, "runs", "other", "--json").stdout) == {"runs": []}
