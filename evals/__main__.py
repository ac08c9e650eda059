"""`python -m evals run SUITE`, `retrieval DIR`, `compare OLD NEW`, `runs`, and the commands of other parts."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from banso.core.console import print_json
from banso.core.console import run as run_command
from banso.core.settings import load_settings
from evals.ablations.command import ablations
from evals.bounds import bounds
from evals.finish import Output, finish
from evals.peers.command import peers
from evals.progress import progress
from evals.record import RunReport
from evals.statistics import SEED

Progress = Callable[[int, int, str], None]

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Measure the product. Exit 1: a bound was missed.",
)
app.command()(ablations)
app.command()(peers)
Seed = Annotated[int, typer.Option(help="of every draw at random")]
Workers = Annotated[int, typer.Option(min=1, help="cases at a time")]
Resume = Annotated[bool, typer.Option("--resume", help="go on where an interrupted run stopped")]
Repeat = Annotated[int, typer.Option(min=1, help="run every case so often, and name those that differ")]
Baseline = Annotated[Path | None, typer.Option(help="compare with this run; a significant drop exits 1")]
Write = Annotated[bool, typer.Option("--write-baseline", help="store evals/baselines/SUITE.json")]
JUnit = Annotated[Path | None, typer.Option(help="write JUnit XML for a CI server")]
Floor = Annotated[list[str] | None, typer.Option(help="least mean of a metric, such as ndcg@10=0.6")]
Fresh = Annotated[bool, typer.Option("--fresh", help="build the index anew")]
Limit = Annotated[int | None, typer.Option(help="only the first N cases")]
Json = Annotated[bool, typer.Option("--json", help="print one object")]


@app.command("run")
def run_one(
    suite: str, limit: Limit = None, seed: Seed = SEED, workers: Workers = 1, resume: Resume = False,
    repeat: Repeat = 1, baseline: Baseline = None, write_baseline: Write = False, junit: JUnit = None,
    json: Json = False,
) -> None:  # fmt: skip
    """Run a suite on sources of its own. Example: python -m evals run smoke"""
    out = Output(json=json, baseline=baseline, write_baseline=write_baseline, junit=junit, seed=seed)
    with progress() as tell:
        report = _run(suite, limit, tell, seed=seed, workers=workers, resume=resume, repeat=repeat)
    finish(report, load_settings(), out)


def _run(suite: str, limit: int | None, tell: Progress, **how: Any) -> RunReport:
    """Each kind of suite by its own runner."""
    from evals.run import run_suite
    from evals.suites import load_suite

    if suite == "writing":  # needs no sources and no copilot
        from evals.writing import run_writing

        return run_writing()
    if suite == "team":  # the cases are in the data folder
        from evals.team import run_team

        return run_team(load_settings(), limit, tell)
    if suite.startswith("drafts"):  # drafts before the gate, no questions
        from evals.drafts import run_drafts

        return run_drafts(load_suite(suite), load_settings(), limit, tell)
    return run_suite(load_suite(suite), load_settings(), limit, tell, **how)


@app.command()
def retrieval(
    folder: Path, limit: Limit = None, floor: Floor = None, fresh: Fresh = False, seed: Seed = SEED,
    baseline: Baseline = None, junit: JUnit = None, json: Json = False,
) -> None:  # fmt: skip
    """Measure search on a BEIR folder. Example: python -m evals retrieval ./scifact --floor ndcg@10=0.6"""
    from evals.retrieval import run_retrieval

    settings, floors = load_settings(), bounds(floor or ())
    with progress() as tell:
        report = run_retrieval(folder, settings, limit, tell, floors=floors, fresh=fresh, seed=seed)
    finish(report, settings, Output(json=json, baseline=baseline, junit=junit, seed=seed))


@app.command("compare")
def compare_two(before: Path, after: Path, seed: Seed = SEED, json: Json = False) -> None:
    """Compare two runs case by case; a significant drop exits 1. Example: python -m evals compare OLD.json NEW.json"""
    from evals import history
    from evals.compare import compare
    from evals.comparing import margins_of, print_comparison

    new = history.load(after)
    found = compare(history.load(before), new, margins_of(new.suite), seed)
    if json:
        print_json(found)
    else:
        print_comparison(found)
    if found.drops:
        sys.exit(1)


@app.command()
def runs(suite: str = typer.Argument(""), json: Json = False) -> None:
    """List the kept runs, newest first. Example: python -m evals runs smoke"""
    from evals.listing import listed, print_runs

    found = listed(load_settings().data, suite or None)
    if json:
        print_json({"runs": found})
    else:
        print_runs(found)


if __name__ == "__main__":
    run_command(lambda: app(prog_name="python -m evals"))
