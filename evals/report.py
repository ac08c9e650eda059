"""What a run found: for people and for scripts."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from evals.record import CaseResult, RunReport
from evals.statistics import Figure
from evals.suites import Suite


def missed_bounds(suite: Suite, metrics: dict[str, Figure]) -> tuple[str, ...]:
    """A sentence for each bound that was not kept; a metric that could not be measured is one."""
    missed = []
    for name, floor in suite.floors.items():
        if name not in metrics or metrics[name].mean < floor:
            missed.append(f"{name} is {_shown(metrics.get(name))}, at least {floor:g} is required")
    for name, ceiling in suite.ceilings.items():
        if name not in metrics or metrics[name].mean > ceiling:
            missed.append(f"{name} is {_shown(metrics.get(name))}, at most {ceiling:g} is allowed")
    return tuple(missed)


def print_report(report: RunReport) -> None:
    """A table of figures, the cases that failed and why, and the verdict."""
    console = Console()
    table = Table("metric", "mean", "95 % interval", "n", title=f"{report.suite}: {report.n} cases")
    for name, found in report.metrics.items():
        interval = "" if found.low == found.high else f"{found.low:.3f} to {found.high:.3f}"
        table.add_row(name, f"{found.mean:.3f}", interval, str(found.n))
    console.print(table)
    for case in report.cases:
        for reason in why_failed(case):
            console.print(f"{case.id}: {reason}  ({case.question[:60]})", markup=False, highlight=False)
    for sentence in report.missed:
        console.print(f"MISSED: {sentence}", style="red")
    console.print(f"{report.seconds:.0f} s", "" if report.missed else "all bounds kept")


def why_failed(case: CaseResult) -> list[str]:
    """What was wrong with one case, in words."""
    refused = case.grounded == "refused"
    reasons = []
    if not case.answerable and not refused:
        reasons.append(f"answered though nothing answers it, citing {', '.join(case.cited)}")
    if case.answerable and refused:
        reasons.append("refused though a source answers it" + ("" if case.scores.get("hit@10") else " (not found)"))
    if case.answerable and not refused and "key_facts" in case.scores and (case.scores["key_facts"] or 0.0) < 1.0:
        reasons.append("a key fact is missing" + ("" if case.scores.get("hit@10") else " (source not found)"))
    return reasons


def _shown(found: Figure | None) -> str:
    return "not measured" if found is None else f"{found.mean:.3f}"
