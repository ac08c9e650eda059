"""The table on the terminal, in the operator's language."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from banso.core.texts import spoken_language
from evals.bench.result import BenchReport, Measure
from evals.texts import TEXTS, told

MARKS = {True: "✓", False: "✗", None: ""}


def print_bench(report: BenchReport) -> None:
    """What is to be reached beside what was, then what could not be measured."""
    console = Console()
    table = Table(*(told(f"bench.{name}") for name in ("what", "to_reach", "reached")), "")
    for one in report.measures:
        table.add_row(title(one), to_reach(one), shown(one.value, one.unit), MARKS[one.met])
    console.print(table)
    for part, why in report.failed.items():
        console.print(told("bench.failed", part=part, why=why), markup=False, highlight=False)
    if report.load > report.cores:
        said = told("bench.busy", load=f"{report.load:.0f}", cores=report.cores)
        console.print(said, markup=False, highlight=False)


def title(one: Measure) -> str:
    """What the figure is, in words; the measured size of an index stands in its name."""
    words = TEXTS.words(spoken_language())
    if (key := f"bench.{one.name}") in words:
        return words[key]
    head, _, tail = one.name.partition("_")
    return words[f"bench.{head}_of"].format(what=tail.replace("_", " "))


def to_reach(one: Measure) -> str:
    """The bound, with its direction."""
    if one.bound is None:
        return ""
    return ("≥ " if one.at_least else "≤ ") + shown(one.bound, one.unit)


def shown(value: float, unit: str) -> str:
    """Three significant digits, whole above a hundred."""
    digits = f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}" if unit else f"{value:.4g}"
    return f"{digits} {unit}".strip()
