"""What lies between two runs, on a terminal, and what of it stops a build."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.table import Table

from banso.core.console import safe
from banso.core.errors import ConfigError
from evals import history
from evals.compare import ALIKE, CaseChange, Change, Comparison, compare
from evals.record import RunReport
from evals.suites import FOLDER, load_suite

SHOWN = 20
"""Changed cases of each kind that are named; `--json` names them all."""


def against(path: Path, report: RunReport, seed: int) -> Comparison:
    """The run against the one in a file. Raises ConfigError when that is none, or of another suite."""
    before = history.load(path)
    if before.suite != report.suite:
        raise ConfigError(
            f"{path} is a run of {before.suite}, not of {report.suite}",
            f"python -m evals run {report.suite} --write-baseline",
        )
    return compare(before, report, margins_of(report.suite), seed)


def margins_of(suite: str) -> dict[str, float]:
    """Those of the suite, where there is one of this name: a BEIR folder has none."""
    return load_suite(suite).margins if (FOLDER / f"{suite}.yaml").is_file() else {}


def sentence(change: Change) -> str:
    """A drop in words."""
    return (
        f"{change.metric} went from {change.before:.3f} to {change.after:.3f} over {change.n} cases "
        f"(95 % interval of the difference {change.low:+.3f} to {change.high:+.3f}, p {change.p:.3f})"
    )


def print_comparison(found: Comparison) -> None:
    """Notes, the metrics that changed, the cases that changed, and the verdict."""
    console = Console()
    for note in found.notes:
        console.print(f"NOTE: {note}", style="yellow", markup=False, highlight=False)
    table = Table(
        "metric", "before", "after", "difference", "95 % interval", "p", "n", title=f"{found.suite}: compared"
    )
    moved = [change for change in found.changes if abs(change.delta) > ALIKE or change.low != change.high]
    for one in moved:
        table.add_row(
            one.metric, f"{one.before:.3f}", f"{one.after:.3f}", f"{one.delta:+.3f}" + (" !" if one.fails else ""),
            f"{one.low:+.3f} to {one.high:+.3f}", f"{one.p:.3f}", str(one.n),
        )  # fmt: skip
    if moved:
        console.print(table)
    lines = [*_listed("worsened", found.worsened), *_listed("improved", found.improved)]
    for name, ids in (("new", found.new), ("missing", found.missing), ("flaky", found.flaky)):
        lines += [f"{name}: {', '.join(ids)}"] if ids else []
    for line in lines:
        console.print(safe(line), markup=False, highlight=False)
    for change in found.drops:
        console.print(f"DROP: {sentence(change)}", style="red", markup=False, highlight=False)
    unchanged = len(found.changes) - len(moved)
    console.print(f"{found.n} cases compared, {unchanged} metrics unchanged", "" if found.drops else "- no drop")


def _listed(kind: str, cases: tuple[CaseChange, ...]) -> list[str]:
    lines = [f"{kind}: {case.id} ({_scores(case)})" for case in cases[:SHOWN]]
    return [*lines, f"{kind}: {len(cases) - SHOWN} more"] if len(cases) > SHOWN else lines


def _scores(case: CaseChange) -> str:
    return ", ".join(f"{name} {_value(a)} to {_value(b)}" for name, (a, b) in case.scores.items())


def _value(score: float | None) -> str:
    return "-" if score is None else f"{score:.2f}"
