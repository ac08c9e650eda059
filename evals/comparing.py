"""What lies between two runs, on a terminal, and what of it stops a build."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from banso.core.console import safe
from banso.core.errors import ConfigError
from banso.core.texts import spoken_language
from evals import history
from evals.compare import ALIKE, CaseChange, Change, Comparison, compare
from evals.record import RunReport
from evals.statistics import SEED
from evals.suites import FOLDER, load_suite
from evals.texts import told

SHOWN = 20
"""Changed cases of each kind that are named; `--json` names them all."""


def baseline_of(path: Path, report: RunReport) -> RunReport:
    """The run in a file, to hold this one against. Raises ConfigError when that is none, or of another suite."""
    before = history.load(path)
    if before.suite != report.suite:
        raise ConfigError(
            f"{path} is a run of {before.suite}, not of {report.suite}",
            f"python -m evals run {report.suite} --write-baseline",
        )
    return before


def compared(before: RunReport, report: RunReport, seed: int = SEED) -> Comparison:
    """The run against an earlier one, with the margins of its suite."""
    return compare(before, report, margins_of(report.suite), seed)


def margins_of(suite: str) -> dict[str, float]:
    """Those of the suite, where there is one of this name: a BEIR folder has none."""
    return load_suite(suite).margins if (FOLDER / f"{suite}.yaml").is_file() else {}


def sentence(change: Change) -> str:
    """A drop in words."""
    return told(
        "compare.sentence", metric=change.metric, before=f"{change.before:.3f}", after=f"{change.after:.3f}",
        n=change.n, low=f"{change.low:+.3f}", high=f"{change.high:+.3f}", p=f"{change.p:.3f}",
    )  # fmt: skip


def print_comparison(found: Comparison) -> None:
    """Notes, the metrics that changed, the cases that changed, and the verdict."""
    console = Console()
    for note in found.notes_in(spoken_language()):
        console.print(told("compare.note", what=note), style="yellow", markup=False, highlight=False)
    moved = [change for change in found.changes if abs(change.delta) > ALIKE or change.low != change.high]
    if moved:
        console.print(_table(found.suite, moved))
    for line in _case_lines(found):
        console.print(safe(line), markup=False, highlight=False)
    for change in found.drops:
        console.print(told("compare.drop", what=sentence(change)), style="red", markup=False, highlight=False)
    counts = {"count": found.n, "unchanged": len(found.changes) - len(moved)}
    console.print(told("compare.done", **counts) if found.drops else told("compare.fine", **counts))


def _table(suite: str, moved: Sequence[Change]) -> Table:
    table = Table(
        told("run.metric"), told("compare.before"), told("compare.after"), told("compare.difference"),
        told("run.interval"), "p", told("run.n"), title=told("compare.title", suite=suite),
    )  # fmt: skip
    for one in moved:
        table.add_row(
            one.metric, f"{one.before:.3f}", f"{one.after:.3f}", f"{one.delta:+.3f}" + (" !" if one.fails else ""),
            told("words.interval", low=f"{one.low:+.3f}", high=f"{one.high:+.3f}"), f"{one.p:.3f}", str(one.n),
        )  # fmt: skip
    return table


def _case_lines(found: Comparison) -> list[str]:
    lines = [told("compare.worsened", what=what) for what in _listed(found.worsened)]
    lines += [told("compare.improved", what=what) for what in _listed(found.improved)]
    for key, ids in (("new", found.new), ("missing", found.missing), ("flaky", found.flaky)):
        lines += [told(f"compare.{key}", ids=", ".join(ids))] if ids else []
    return lines


def _listed(cases: Sequence[CaseChange]) -> list[str]:
    lines = [f"{case.id} ({_scores(case)})" for case in cases[:SHOWN]]
    return [*lines, told("compare.more", count=len(cases) - SHOWN)] if len(cases) > SHOWN else lines


def _scores(case: CaseChange) -> str:
    return ", ".join(
        told("compare.score", metric=name, before=_value(a), after=_value(b)) for name, (a, b) in case.scores.items()
    )


def _value(score: float | None) -> str:
    return "-" if score is None else f"{score:.2f}"
