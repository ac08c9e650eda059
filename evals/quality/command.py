"""`python -m evals quality [SET…]`."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from banso.core.console import print_json, safe
from banso.core.settings import load_settings
from evals.quality.result import QualityReport, SetQuality
from evals.statistics import SEED, Figure
from evals.texts import helped, told


def quality(
    sets: Annotated[list[str] | None, typer.Argument(metavar="SET", help=helped("quality_sets"))] = None,
    limit: Annotated[int | None, typer.Option(min=1, help=helped("quality_limit"))] = None,
    seed: Annotated[int, typer.Option(help=helped("seed"))] = SEED,
    json: Annotated[bool, typer.Option("--json", help=helped("json"))] = False,
) -> None:
    """One table of search quality."""
    from evals.progress import progress
    from evals.quality.measure import run_quality
    from evals.quality.sets import DEFAULT, read_sets

    settings, questions = load_settings(), read_sets(sets or DEFAULT, limit, seed)
    with progress() as tell:
        report = run_quality(questions, settings, tell, seed=seed, limit=limit)
    if json:
        print_json(report.model_dump(mode="json"))
    else:
        print_quality(report)


def print_quality(report: QualityReport) -> None:
    """A row a set: mean, and below it the interval."""
    console = Console()
    columns = ("set", "n", "passages", "words", "vectors", "fusion", "whole", "above", "hit")
    table = Table(*(told(f"quality.{name}") for name in columns), title=told("quality.title"))
    for one in report.sets:
        table.add_row(*_cells(one))
    console.print(table)
    console.print(told("quality.legend", seconds=f"{report.seconds:.0f}"), highlight=False)


def _cells(one: SetQuality) -> list[str]:
    above = _shown(one.above_better_half, "+.3f").replace("\n", f" ({told(f'quality.{one.better_half}')})\n")
    ways = [_shown(figure) for figure in one.ndcg.values()]
    return [escape(safe(one.name)), str(one.n), f"{one.passages:,}", *ways, above, _shown(one.hit)]


def _shown(figure: Figure, form: str = ".3f") -> str:
    interval = told("words.interval", low=f"{figure.low:{form}}", high=f"{figure.high:{form}}")
    return f"{figure.mean:{form}}\n{interval}".replace("-", "−")
