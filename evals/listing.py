"""The kept runs as a list."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.table import Table

from evals import history
from evals.record import Frozen, RunReport
from evals.statistics import Figure
from evals.texts import told

KEY = ("ndcg@10", "key_facts", "refusal_f1", "sentence_support", "precision", "bad_blocked", "must_say")
"""Metrics in the list, the first three that a run has."""


class Listed(Frozen):
    """One kept run."""

    file: Path
    suite: str
    started_at: str
    commit: str
    n: int
    missed: int
    seconds: float
    metrics: dict[str, Figure]


def listed(data: Path, suite: str | None) -> list[Listed]:
    """Newest first. Raises ConfigError naming a file that is no run."""
    return [_row(path, history.load(path)) for path in history.runs(data, suite)]


def print_runs(rows: list[Listed]) -> None:
    """A line a run."""
    console = Console()
    table = Table(
        told("runs.started"), told("runs.suite"), told("run.n"), told("runs.figures"), told("runs.missed"),
        told("runs.commit"),
    )  # fmt: skip
    for row in rows:
        figures = "\n".join(f"{name} {found.mean:.3f}" for name, found in row.metrics.items())
        started = row.started_at[:16].replace("T", " ")
        table.add_row(started, row.suite, str(row.n), figures, str(row.missed), row.commit[:8])
    console.print(table if rows else told("runs.none"))


def _row(path: Path, run: RunReport) -> Listed:
    shown = [name for name in KEY if name in run.metrics][:3]
    return Listed(
        file=path, suite=run.suite, started_at=run.info.started_at, commit=run.info.commit, n=run.n,
        missed=len(run.missed), seconds=run.seconds, metrics={name: run.metrics[name] for name in shown},
    )  # fmt: skip
