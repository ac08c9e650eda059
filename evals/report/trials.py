"""What became of the mutants, on a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from evals.trials import Trial, escaped


def print_trials(trials: Sequence[Trial]) -> None:
    """A line for each defect, and the verdict."""
    console = Console()
    table = Table("defect", "suite", "metric", "as it is", "broken", "n", "caught")
    for trial in trials:
        table.add_row(
            trial.mutant, trial.suite, trial.metric, f"{trial.before:.3f}", f"{trial.after:.3f}", str(trial.change.n),
            "yes" if trial.caught else "no",
        )  # fmt: skip
    console.print(table)
    for trial in escaped(trials):
        console.print(f"ESCAPED: {trial.mutant} ({trial.suite}, {trial.metric})", style="red")
