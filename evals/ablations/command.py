"""`python -m evals ablations SUITE`."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from banso.core.console import print_json
from banso.core.settings import load_settings
from evals.ablations.result import AblationReport
from evals.statistics import Figure
from evals.texts import helped

ANSWERED = ("key_facts", "citation_hit", "citation_precision", "citation_recall", "sentence_support")
"""Metrics of answers on the terminal; JSON has all."""


def ablations(  # noqa: PLR0913, PLR0917 - a command has as many arguments as it has options
    suite: Annotated[str, typer.Argument(help=helped("ablations_suite"))],
    limit: Annotated[int | None, typer.Option(help=helped("limit"))] = None,
    only: Annotated[list[str] | None, typer.Option(help=helped("only_ablation"))] = None,
    reindex: Annotated[bool, typer.Option("--reindex", help=helped("reindex"))] = False,
    answers: Annotated[bool, typer.Option("--answers", help=helped("answers"))] = False,
    json: Annotated[bool, typer.Option("--json", help=helped("json"))] = False,
) -> None:
    """Search without one of its parts: what each is worth."""
    from evals.ablations.answering import with_answers
    from evals.ablations.measure import run_ablations
    from evals.ablations.variants import applicable
    from evals.progress import progress
    from evals.suites import load_suite

    settings, found = load_settings(), load_suite(suite)
    chosen = applicable(settings, reindex=reindex, only=only)
    with progress() as tell:
        report = run_ablations(found, settings, limit, tell, chosen)
        if answers:
            report = with_answers(report, found, settings, limit, tell, chosen)
    if json:
        print_json(report.model_dump(mode="json"))
    else:
        print_ablations(report)


def print_ablations(report: AblationReport) -> None:
    """The tables, then each case whose document was not found, with what would have found it."""
    console = Console()
    console.print(_search_table(report))
    if report.answers:
        console.print(_answer_table(report))
    for case in report.not_found:
        console.print(f"{case.id}: {case.reason}  ({case.question[:60]})", markup=False, highlight=False)
    console.print(
        f"{report.seconds:.0f} s. Differences from the whole search with their 95 % intervals; "
        "finds, loses: cases whose document comes into or falls out of the first ten."
    )


def _search_table(report: AblationReport) -> Table:
    table = Table("search", *report.metrics, "finds", "loses", title=f"{report.suite}: {report.n} cases")
    table.add_row("whole", *(f"{figure.mean:.3f}" for figure in report.metrics.values()), "", "")
    for one in report.ablations:
        deltas = (_delta(one.against_whole.get(name)) for name in report.metrics)
        table.add_row(one.name, *deltas, str(len(one.finds)), str(len(one.loses)))
    return table


def _answer_table(report: AblationReport) -> Table:
    shown = [name for name in ANSWERED if name in report.answers]
    table = Table("answers", *shown)
    table.add_row("whole", *(f"{report.answers[name].mean:.3f}" for name in shown))
    for one in report.ablations:
        if one.answers:
            table.add_row(one.name, *(_delta(one.answers_against_whole.get(name)) for name in shown))
    return table


def _delta(figure: Figure | None) -> str:
    return f"{figure.mean:+.3f}\n{figure.low:+.3f} to {figure.high:+.3f}" if figure else ""
