"""A team's own questions: `answers`, `import`, `check`, `search`, `derive`, `train-ranker`; and `mutants`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from banso.core.console import print_json, write
from banso.core.errors import ConfigError
from banso.core.settings import load_settings
from evals.derive.command import derive, measure_search
from evals.progress import progress
from evals.ranker.command import train_ranker
from evals.report.command import Html
from evals.texts import helped, told

Limit = Annotated[int | None, typer.Option(help=helped("limit"))]
Json = Annotated[bool, typer.Option("--json", help=helped("json"))]
Folder = Annotated[Path, typer.Argument(help=helped("answers_folder"))]


def register(app: typer.Typer) -> None:
    """Add the commands to `app`."""
    app.command("answers", help=helped("measure_answers", "python -m evals answers ./our-faq"))(measure_answers)
    example = "python -m evals import FAQ.csv --out our-faq/cases.jsonl"
    app.command("import", help=helped("import", example))(import_faq)
    app.command("check", help=helped("check", "python -m evals check our-faq/cases.jsonl"))(check_cases)
    app.command("search", help=helped("search", "python -m evals search tickets.jsonl --tag test"))(measure_search)
    app.command("derive", help=helped("derive", "python -m evals derive slack ./dd2030 --out slack.jsonl"))(derive)
    example = "python -m evals train-ranker tickets.jsonl jsquad --out ranker.json"
    app.command("train-ranker", help=helped("train_ranker", example))(train_ranker)
    app.command("mutants", help=helped("mutants", "python -m evals mutants"))(try_mutants)


def measure_answers(folder: Folder, limit: Limit = None, html: Html = None, json: Json = False) -> None:
    """Measure on a folder with documents and questions."""
    from evals.answers import run_answers
    from evals.finish import Output, finish

    with progress() as tell:
        report = run_answers(folder, load_settings(), limit, tell)
    finish(report, load_settings(), Output(json=json, html=html))


def import_faq(
    file: Annotated[Path, typer.Argument(help=helped("import_file"))],
    out: Annotated[Path, typer.Option(help=helped("import_out"))] = Path("cases.jsonl"),
    json: Json = False,
) -> None:
    """Turn an FAQ into cases."""
    from evals.importing import PROPOSED, import_cases, write_cases

    if out.exists():
        raise ConfigError(told("import.exists", out=out), told("import.exists_hint"))
    cases = import_cases(file)
    write_cases(cases, out)
    proposed = sum(PROPOSED in case.tags for case in cases)
    if json:
        print_json({"cases": len(cases), "to_check": proposed, "out": str(out)})
        return
    write(told("import.done", count=len(cases), out=out))
    if proposed:
        write(told("import.proposed", count=proposed, tag=PROPOSED, out=out))


def check_cases(file: Annotated[Path, typer.Argument(help=helped("check_file"))], json: Json = False) -> None:
    """Check a file of cases."""
    from evals.answers import read_cases
    from evals.importing import PROPOSED

    cases = read_cases(file)
    unread = [case for case in cases if PROPOSED in case.tags]
    blunt = [case for case in cases if case.answerable and not (case.must_say or case.gold)]
    answerable = sum(case.answerable for case in cases)
    if json:
        ids = {"to_check": [case.id for case in unread], "nothing_to_score": [case.id for case in blunt]}
        print_json({"cases": len(cases), "answerable": answerable, **ids})
        return
    write(told("check.done", file=file, count=len(cases), refused=len(cases) - answerable))
    for case in unread:
        write(told("check.proposed", id=case.id, facts=" / ".join(case.must_say), question=case.question[:60]))
    for case in blunt:
        write(told("check.blunt", id=case.id, question=case.question[:60]))


def try_mutants(
    name: Annotated[list[str] | None, typer.Option(help=helped("mutant"))] = None,
    cases: Annotated[int, typer.Option(min=2, help=helped("mutant_cases"))] = 12,
    json: Json = False,
) -> None:
    """Break the product on purpose and see that a suite notices."""
    from evals.mutants import named
    from evals.report.trials import print_trials
    from evals.trials import escaped, run_trials

    with progress() as tell:
        trials = run_trials(named(name or ()), load_settings(), cases, tell)
    if json:
        print_json({"trials": [trial.model_dump() for trial in trials], "escaped": [t.mutant for t in escaped(trials)]})
    else:
        print_trials(trials)
    if escaped(trials):
        raise typer.Exit(1)
