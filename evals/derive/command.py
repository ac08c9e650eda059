"""`python -m evals derive WHAT PATH`, and `python -m evals search FILE`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal

import typer

from banso.core.console import print_json, write
from banso.core.errors import ConfigError
from banso.core.settings import load_settings
from evals.cases import Case
from evals.progress import progress
from evals.report.command import Html
from evals.statistics import SEED
from evals.texts import helped, told

What = Literal["thunderbird", "slack", "pairs", "jsquad"]
Json = Annotated[bool, typer.Option("--json", help=helped("json"))]


def derive(
    what: Annotated[What, typer.Argument(help=helped("derive_what"))],
    path: Annotated[Path, typer.Argument(help=helped("derive_path"))],
    out: Annotated[Path, typer.Option(help=helped("derive_out"))],
    json: Json = False,
) -> None:
    """Make search cases of a data set."""
    from evals.derive.jsquad import write_jsquad
    from evals.importing import write_cases

    if out.is_file() or (what != "jsquad" and out.exists()):
        raise ConfigError(told("import.exists", out=out), told("import.exists_hint"))
    if what == "jsquad":
        counts = write_jsquad(path, out)
    else:
        cases = _derived(what, path)
        write_cases(cases, out)
        counts = {half: sum(half in case.tags for case in cases) for half in ("train", "test")}
    if json:
        print_json({"cases": sum(counts.values()), **counts, "out": str(out)})
        return
    write(told("derive.done", count=sum(counts.values()), out=out, **counts))


def _derived(what: What, path: Path) -> Sequence[Case]:
    """Raises ConfigError also where the data set gave nothing to ask."""
    from evals.derive.pairs import pair_cases
    from evals.derive.slack import slack_cases
    from evals.derive.thunderbird import thunderbird_cases

    with progress() as tell:
        if what == "pairs":
            cases = pair_cases(path, tell)
        else:
            cases = (slack_cases if what == "slack" else thunderbird_cases)(path)
    if not cases:
        raise ConfigError(told("derive.nothing", path=path))
    return cases


def measure_search(  # noqa: PLR0913, PLR0917 - a command has as many arguments as it has options
    file: Annotated[Path, typer.Argument(help=helped("search_file"))],
    tag: Annotated[list[str] | None, typer.Option(help=helped("search_tag"))] = None,
    limit: Annotated[int | None, typer.Option(help=helped("search_limit"))] = None,
    seed: Annotated[int, typer.Option(help=helped("seed"))] = SEED,
    baseline: Annotated[Path | None, typer.Option(help=helped("baseline"))] = None,
    junit: Annotated[Path | None, typer.Option(help=helped("junit"))] = None,
    html: Html = None,
    json: Json = False,
) -> None:
    """Measure search on a file of cases, over the index at BANSO_DATA."""
    from evals.finish import Output, finish
    from evals.searching import run_search
    from evals.suites import Suite

    suite = Suite(name="-".join((file.stem, *(tag or ()))), runner="search", cases=file, tags=tuple(tag or ()))
    with progress() as tell:
        report = run_search(suite, load_settings(), limit, tell, seed=seed)
    finish(report, load_settings(), Output(json=json, baseline=baseline, junit=junit, html=html, seed=seed))
