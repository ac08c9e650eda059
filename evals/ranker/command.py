"""`python -m evals train-ranker CASES=DATA ...`."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer

from banso.core.console import print_json, write
from banso.core.errors import ConfigError
from banso.core.settings import load_settings
from evals.texts import helped, told


def train_ranker(
    sets: Annotated[list[str], typer.Argument(help=helped("ranker_sets"))],
    out: Annotated[Path, typer.Option(help=helped("ranker_out"))],
    json: Annotated[bool, typer.Option("--json", help=helped("json"))] = False,
) -> None:
    """Train the ranker of search on questions whose documents are known."""
    from evals.progress import progress
    from evals.ranker.examples import examples, opened, training_cases
    from evals.ranker.fit import fit

    settings, found = load_settings(), {}
    with progress() as tell:
        for one in sets:
            name, _, data = one.partition("=")
            path = Path(name)
            if not path.exists():
                raise ConfigError(told("ranker.missing", path=path), told("ranker.missing_hint"))
            cases = training_cases(path)
            with closing(opened(settings, Path(data) if data else settings.data, path, tell)) as knowledge:
                found[path.stem] = list(examples(cases, knowledge, path.stem, tell))
    if not any(example.found for some in found.values() for example in some):
        raise ConfigError(told("ranker.nothing_found"), told("ranker.nothing_found_hint"))
    model = fit({name: some for name, some in found.items() if any(one.found for one in some)})
    out.write_text(model.model_dump_json(indent=2) + "\n", encoding="utf-8")
    if json:
        print_json({**model.model_dump(), "out": str(out)})
        return
    write(told("ranker.done", out=out, count=sum(model.trained_on.values())))
