"""What a run found, on a terminal."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console
from rich.table import Table

from banso.core.console import safe
from banso.core.texts import spoken_language
from evals.causes import grouped
from evals.record import CaseResult, RunReport
from evals.statistics import Figure
from evals.texts import told

GROUPED = ("ndcg@10", "recall@10", "hit@10", "mrr", "hit@1", "median_seconds")
"""Metrics shown for each language and tag."""


def print_report(report: RunReport) -> None:
    """A table of figures, failures by cause, the cases that failed and why, and the verdict."""
    console = Console()
    table = Table(
        told("run.metric"), told("run.mean"), told("run.interval"), told("run.bound"), told("run.n"),
        title=told("run.title", suite=report.suite, count=report.n),
    )  # fmt: skip
    for name, found in report.metrics.items():
        interval = (
            "" if found.low == found.high else told("words.interval", low=f"{found.low:.3f}", high=f"{found.high:.3f}")
        )
        table.add_row(name, f"{found.mean:.3f}", interval, _bound(report, name, found), str(found.n))
    console.print(table)
    if report.groups:
        console.print(_groups(report))
    for line in _failures(report.cases):
        console.print(safe(line), markup=False, highlight=False)
    for sentence in report.missed:
        console.print(told("run.missed", what=sentence), style="red", markup=False, highlight=False)
    seconds = f"{report.seconds:.0f}"
    console.print(told("run.over", seconds=seconds) if report.missed else told("run.kept", seconds=seconds))


def _groups(report: RunReport) -> Table:
    names = [name for name in report.metrics if name in GROUPED]
    table = Table("group", "n", *names)
    for group, metrics in report.groups.items():
        figures = [metrics.get(name) for name in names]
        means = [f"{one.mean:.3f}" if one else "" for one in figures]
        table.add_row(safe(group), str(max((one.n for one in figures if one), default=0)), *means)
    return table


def why_failed(case: CaseResult) -> list[str]:
    """What was wrong with one case, in words."""
    if case.failures:
        return [f"{failure.cause}: {failure.words(spoken_language())}" for failure in case.failures]
    refused, found = case.grounded == "refused", bool(case.scores.get("hit@10"))
    reasons = []
    if not case.answerable and not refused:
        reasons.append(told("why.answered_anyway", cited=", ".join(case.cited)))
    if case.answerable and refused:
        reasons.append(told("why.refused_anyway") if found else told("why.refused_unfound"))
    if case.answerable and not refused and "key_facts" in case.scores and (case.scores["key_facts"] or 0.0) < 1.0:
        reasons.append(told("why.fact_missing") if found else told("why.fact_unfound"))
    return reasons


def _failures(cases: Iterable[CaseResult]) -> list[str]:
    cases = list(cases)
    counts = ", ".join(f"{group.cause} {group.count}" for group in grouped(cases))
    lines = [f"{case.id}: {reason}  ({case.question[:60]})" for case in cases for reason in why_failed(case)]
    return [told("run.by_cause", counts=counts), *lines] if counts else lines


def _bound(report: RunReport, name: str, found: Figure) -> str:
    """The bound, with an exclamation mark where it was missed."""
    parts = [(f"≥ {floor:g}", found.mean < floor) for key, floor in report.floors.items() if key == name]
    parts += [(f"≤ {ceiling:g}", found.mean > ceiling) for key, ceiling in report.ceilings.items() if key == name]
    return ", ".join(words + (" !" if missed else "") for words, missed in parts)
