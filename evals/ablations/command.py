"""`python -m evals ablations SUITE`."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from banso.core.console import print_json
from banso.core.settings import load_settings
from banso.core.texts import spoken_language
from evals.ablations.result import AblationReport
from evals.statistics import Figure
from evals.texts import helped, told

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
        line = f"{case.id}: {case.words(spoken_language())}  ({case.question[:60]})"
        console.print(line, markup=False, highlight=False)
    console.print(told("ablation.legend", seconds=f"{report.seconds:.0f}"))


def _search_table(report: AblationReport) -> Table:
    table = Table(
        told("ablation.search"), *report.metrics, told("ablation.finds"), told("ablation.loses"),
        title=told("run.title", suite=report.suite, count=report.n),
    )  # fmt: skip
    table.add_row(told("ablation.whole"), *(f"{figure.mean:.3f}" for figure in report.metrics.values()), "", "")
    for one in report.ablations:
        deltas = (_delta(one.against_whole.get(name)) for name in report.metrics)
        table.add_row(one.name, *deltas, str(len(one.finds)), str(len(one.loses)))
    return table


def _answer_table(report: AblationReport) -> Table:
    shown = [name for name in ANSWERED if name in report.answers]
    table = Table(told("ablation.answers"), *shown)
    table.add_row(told("ablation.whole"), *(f"{report.answers[name].mean:.3f}" for name in shown))
    for one in report.ablations:
        if one.answers:
            table.add_row(one.name, *(_delta(one.answers_against_whole.get(name)) for name in shown))
    return table


def _delta(figure: Figure | None) -> str:
    if figure is None:
        return ""
    return f"{figure.mean:+.3f}\n" + told("words.interval", low=f"{figure.low:+.3f}", high=f"{figure.high:+.3f}")
