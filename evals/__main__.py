"""`python -m evals run SUITE` and `python -m evals retrieval DIR`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from banso.core.console import print_json
from banso.core.console import run as run_command
from banso.core.settings import load_settings
from evals.peers.command import peers
from evals.progress import progress
from evals.record import RunReport
from evals.statistics import SEED

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Measure the product. Exit 1: a bound was missed.",
)
app.command()(peers)
Seed = Annotated[int, typer.Option(help="of every draw at random")]
Workers = Annotated[int, typer.Option(min=1, help="cases at a time")]
Resume = Annotated[bool, typer.Option("--resume", help="go on where an interrupted run stopped")]
Repeat = Annotated[int, typer.Option(min=1, help="run every case so often, and name those that differ")]
Limit = Annotated[int | None, typer.Option(help="only the first N cases")]
Json = Annotated[bool, typer.Option("--json", help="print one object")]


@app.command("run")
def run_one(
    suite: str, limit: Limit = None, seed: Seed = SEED, workers: Workers = 1, resume: Resume = False,
    repeat: Repeat = 1, json: Json = False,
) -> None:  # fmt: skip
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
    settings = load_settings()
    if suite.startswith("drafts"):  # drafts before the gate, no questions
        from evals.drafts import run_drafts

        with progress() as tell:
            _finish(run_drafts(load_suite(suite), settings, limit, tell), json)
        return
    with progress() as tell:
        report = run_suite(
            load_suite(suite), settings, limit, tell, seed=seed, workers=workers, resume=resume, repeat=repeat
        )
    _finish(report, json)


@app.command()
def retrieval(folder: Path, limit: Limit = None, json: Json = False) -> None:
    """Measure search on a BEIR folder. Example: python -m evals retrieval ./scifact"""
    from evals.retrieval import run_retrieval

    with progress() as tell:
        report = run_retrieval(folder, load_settings(), limit, tell)
    _finish(report, json)


def _finish(report: RunReport, json: bool) -> None:
    from evals import history
    from evals.info import run_info
    from evals.report.console import print_report

    settings = load_settings()
    if not report.info.started_at:
        report = report.model_copy(update={"info": run_info(settings)})
    history.save(report, settings.data)
    if json:
        print_json(report.as_json())
    else:
        print_report(report)
    if report.missed:
        sys.exit(1)


if __name__ == "__main__":
    run_command(lambda: app(prog_name="python -m evals"))
