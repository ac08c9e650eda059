"""`python -m evals peers DIR|example`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from banso.core.console import print_json
from banso.core.settings import load_settings
from evals.texts import helped


def peers(
    corpus: Annotated[str, typer.Argument(help=helped("corpus"))],
    limit: Annotated[int | None, typer.Option(help=helped("limit"))] = None,
    only: Annotated[list[str] | None, typer.Option(help=helped("only"))] = None,
    html: Annotated[Path | None, typer.Option(help=helped("html"))] = None,
    json: Annotated[bool, typer.Option("--json", help=helped("json"))] = False,
) -> None:
    """Measure other systems and this one on the same files."""
    from evals.peers.compare import run_peers
    from evals.peers.corpora import open_corpus
    from evals.peers.page import as_html, print_peers
    from evals.peers.systems import OURS, chosen
    from evals.progress import progress

    systems = (OURS, *chosen(only))
    with open_corpus(corpus, limit) as opened, progress() as tell:
        report = run_peers(opened, load_settings().data, tell, systems)
    if html:
        html.write_text(as_html(report), encoding="utf-8")
    if json:
        print_json(report.model_dump(mode="json"))
    else:
        print_peers(report)
