"""`python -m evals run SUITE`, `retrieval DIR`, `compare OLD NEW`, `runs`, and the commands of other parts."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from banso.core.console import print_json
from banso.core.console import run as run_command
from banso.core.settings import load_settings
from evals.ablations.command import ablations
from evals.bench.command import bench
from evals.bounds import bounds
from evals.commands import register
from evals.finish import Output, finish
from evals.peers.command import peers
from evals.progress import progress
from evals.quality.command import quality
from evals.record import RunReport
from evals.report.command import Html, report
from evals.statistics import SEED
from evals.texts import helped

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    help=helped("app", "python -m evals run smoke"),
)
app.command(help=helped("ablations", "python -m evals ablations smoke --reindex"))(ablations)
app.command(help=helped("bench", "python -m evals bench --only search"))(bench)
app.command(help=helped("peers", "python -m evals peers example --html peers.html"))(peers)
app.command(help=helped("quality", "python -m evals quality smoke tickets=tickets.jsonl#test"))(quality)
app.command(help=helped("report", "python -m evals report smoke --out smoke.html --language en"))(report)
Suite = Annotated[str, typer.Argument(help=helped("suite"))]
Folder = Annotated[Path, typer.Argument(help=helped("folder"))]
Seed = Annotated[int, typer.Option(help=helped("seed"))]
Workers = Annotated[int, typer.Option(min=1, help=helped("workers"))]
Resume = Annotated[bool, typer.Option("--resume", help=helped("resume"))]
Repeat = Annotated[int, typer.Option(min=1, help=helped("repeat"))]
Baseline = Annotated[Path | None, typer.Option(help=helped("baseline"))]
Write = Annotated[bool, typer.Option("--write-baseline", help=helped("write_baseline"))]
Judge = Annotated[str, typer.Option(help=helped("judge"))]
JUnit = Annotated[Path | None, typer.Option(help=helped("junit"))]
Floor = Annotated[list[str] | None, typer.Option(help=helped("floor"))]
Split = Annotated[str, typer.Option(help=helped("split"))]
Fresh = Annotated[bool, typer.Option("--fresh", help=helped("fresh"))]
Limit = Annotated[int | None, typer.Option(help=helped("limit"))]
Json = Annotated[bool, typer.Option("--json", help=helped("json"))]


@app.command("run", help=helped("run", "python -m evals run smoke"))
def run_one(
    suite: Suite, limit: Limit = None, seed: Seed = SEED, workers: Workers = 1, resume: Resume = False,
    repeat: Repeat = 1, baseline: Baseline = None, write_baseline: Write = False, junit: JUnit = None,
    judge: Judge = "", html: Html = None, json: Json = False,
) -> None:  # fmt: skip
    """Run a suite on sources of its own."""
    from evals.options import check_baseline, honoured
    from evals.suites import load_suite, runner_of

    chosen, settings = load_suite(suite), load_settings()
    run: Callable[..., RunReport] = runner_of(chosen)
    given = {"seed": seed, "workers": workers, "resume": resume, "repeat": repeat, "judge": judge}
    how = honoured(chosen, run, given)
    check_baseline(chosen, limit, baseline, write=write_baseline)
    out = Output(json=json, baseline=baseline, write_baseline=write_baseline, junit=junit, html=html, seed=seed)
    with progress() as tell:
        found = run(chosen, settings, limit, tell, **how)
    finish(found, settings, out)


@app.command(help=helped("retrieval", "python -m evals retrieval ./scifact --floor ndcg@10=0.6"))
def retrieval(
    folder: Folder, split: Split = "", limit: Limit = None, floor: Floor = None, fresh: Fresh = False,
    seed: Seed = SEED, baseline: Baseline = None, junit: JUnit = None, html: Html = None, json: Json = False,
) -> None:  # fmt: skip
    """Measure search on a BEIR folder."""
    from evals.retrieval import run_retrieval

    settings, floors = load_settings(), bounds(floor or ())
    with progress() as tell:
        report = run_retrieval(folder, settings, limit, tell, floors=floors, split=split, fresh=fresh, seed=seed)
    finish(report, settings, Output(json=json, baseline=baseline, junit=junit, html=html, seed=seed))


@app.command("compare", help=helped("compare", "python -m evals compare OLD.json NEW.json"))
def compare_two(
    before: Annotated[Path, typer.Argument(help=helped("before"))],
    after: Annotated[Path, typer.Argument(help=helped("after"))],
    seed: Seed = SEED,
    json: Json = False,
) -> None:
    """Compare two runs case by case; a significant drop exits 1."""
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


@app.command(help=helped("runs", "python -m evals runs smoke"))
def runs(suite: Annotated[str, typer.Argument(help=helped("runs_suite"))] = "", json: Json = False) -> None:
    """List the kept runs, newest first."""
    from evals.listing import listed, print_runs

    found = listed(load_settings().data, suite or None)
    if json:
        print_json({"runs": found})
    else:
        print_runs(found)


register(app)

if __name__ == "__main__":
    run_command(lambda: app(prog_name="python -m evals"))
