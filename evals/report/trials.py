"""What became of the mutants, on a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from evals.texts import told
from evals.trials import Trial, escaped


def print_trials(trials: Sequence[Trial]) -> None:
    """A line for each defect, and the verdict."""
    console = Console()
    heads = ("defect", "suite", "metric", "before", "after")
    table = Table(*(told(f"mutant.{head}") for head in heads), told("run.n"), told("mutant.caught"))
    for trial in trials:
        table.add_row(
            trial.mutant, trial.suite, trial.metric, f"{trial.before:.3f}", f"{trial.after:.3f}", str(trial.change.n),
            told("mutant.seen") if trial.caught else told("mutant.unseen"),
        )  # fmt: skip
    console.print(table)
    for trial in escaped(trials):
        about = {"mutant": trial.mutant, "suite": trial.suite, "metric": trial.metric}
        console.print(told("mutant.escaped", **about), style="red")
