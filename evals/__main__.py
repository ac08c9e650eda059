"""`python -m evals run SUITE` and `python -m evals retrieval DIR`."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from banso.core.console import print_json
from banso.core.console import run as run_command
from banso.core.settings import load_settings
from evals.peers.command import peers
from evals.progress import progress
from evals.record import RunReport

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Measure the product. Exit 1: a bound was missed.",
)
app.command()(peers)
Limit = Annotated[int | None, typer.Option(help="only the first N cases")]
Json = Annotated[bool, typer.Option("--json", help="print one object")]


@app.command("run")
def run_one(suite: str, limit: Limit = None, json: Json = False) -> None:
    """Run a suite on sources of its own. Example: python -m evals run smoke"""
    from evals.run import run_suite
    from evals.suites import load_suite

    if suite == "writing":  # needs no sources and no copilot
        from evals.writing import run_writing

        _finish(run_writing(), json)
        return
    if suite == "team":  # the cases are in the data folder
        from evals.team import run_team

        with progress() as tell:
            _finish(run_team(load_settings(), limit, tell), json)
        return
    run: Callable[..., RunReport] = run_suite
    if suite.startswith("drafts"):  # drafts before the gate, no questions
        from evals.drafts import run_drafts as run
    with progress() as tell:
        report = run(load_suite(suite), load_settings(), limit, tell)
    _finish(report, json)


@app.command()
def retrieval(folder: Path, limit: Limit = None, json: Json = False) -> None:
    """Measure search on a BEIR folder. Example: python -m evals retrieval ./scifact"""
    from evals.retrieval import run_retrieval

    with progress() as tell:
        report = run_retrieval(folder, load_settings(), limit, tell)
    _finish(report, json)


def _finish(report: RunReport, json: bool) -> None:
    from evals.report.console import print_report

    if json:
        print_json(report.as_json())
    else:
        print_report(report)
    if report.missed:
        sys.exit(1)


if __name__ == "__main__":
    run_command(lambda: app(prog_name="python -m evals"))
