"""`python -m evals bench`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from banso.core.console import print_json
from banso.core.settings import load_settings
from evals.texts import helped

Only = Annotated[list[str] | None, typer.Option(help=helped("bench_only"))]
Corpus = Annotated[list[str] | None, typer.Option(help=helped("bench_corpus"))]
Limit = Annotated[int | None, typer.Option(min=1, help=helped("bench_limit"))]
Cases = Annotated[list[Path] | None, typer.Option(help=helped("bench_cases"))]
Documents = Annotated[int, typer.Option(min=1, help=helped("bench_documents"))]
Chunks = Annotated[int, typer.Option(min=1000, help=helped("bench_chunks"))]
Turns = Annotated[int, typer.Option(min=1, help=helped("bench_turns"))]
Plots = Annotated[Path | None, typer.Option(help=helped("bench_plots"))]
Json = Annotated[bool, typer.Option("--json", help=helped("json"))]


def bench(  # noqa: PLR0913, PLR0917 - a command has as many arguments as it has options
    only: Only = None, corpus: Corpus = None, limit: Limit = None, cases: Cases = None, documents: Documents = 200,
    chunks: Chunks = 20_000, turns: Turns = 100, plots: Plots = None, json: Json = False,
) -> None:  # fmt: skip
    """Measure speed and size."""
    from evals.bench.page import print_bench
    from evals.bench.plots import save_plots
    from evals.bench.run import Sizes, run_bench
    from evals.progress import progress

    with progress() as tell:
        sizes = Sizes(documents=documents, chunks=chunks, turns=turns, limit=limit)
        report = run_bench(corpus or ["example"], cases or [], load_settings(), sizes, tell, only)
    if plots:
        save_plots(report, plots)
    if json:
        print_json(report.model_dump(mode="json"))
    else:
        print_bench(report)
