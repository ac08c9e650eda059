"""The commands of the audit trail: verify, export."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from agents.cli.acting import Json, open_review
from agents.texts import helped, told
from banso.core.console import print_json, say
from banso.core.errors import ConfigError
from banso.review.export import FORMATS, exported
from banso.review.texts.lookup import sentence

SHOWN = 20
"""Problems that are said; the rest is counted. `--json` holds all."""


def register(app: typer.Typer) -> None:
    """Add the group `audit` to `app`."""
    group = typer.Typer(help=helped("audit", "python -m agents audit verify"), no_args_is_help=True)
    group.command("verify", help=helped("audit_verify", "python -m agents audit verify --json"))(verify)
    example = "python -m agents audit export --format csv --output audit.csv"
    group.command("export", help=helped("audit_export", example))(export)
    app.add_typer(group, name="audit")


def verify(as_json: Json = False) -> None:
    """Name the first bad line, and what else is wrong."""
    with open_review() as (ledger, settings):
        found = ledger.verify_audit()
    language = settings.language
    if as_json:
        print_json(vars(found))
    else:
        for problem in found.problems[:SHOWN]:
            say(problem.said_in(language))
        if len(found.problems) > SHOWN:
            say(sentence("audit_more", language).format(count=len(found.problems) - SHOWN))
        outcome = "audit_broken" if found.problems else "audit_whole"
        typer.echo(sentence(outcome, language).format(lines=found.lines, exported=found.exported))
        if found.first is not None:
            typer.echo(sentence("audit_first", language).format(line=found.first))
    if found.problems:
        raise typer.Exit(1)


def export(
    form: Annotated[str, typer.Option("--format", help=helped("export_format"))] = "jsonl",
    output: Annotated[Path | None, typer.Option("--output", help=helped("export_output"))] = None,
    as_json: Json = False,
) -> None:
    """Write the whole trail. With --json what was done is one JSON value (with --output), else the lines are JSON."""
    chosen = next((known for known in FORMATS if known == form), None)
    if chosen is None or (as_json and output is None and chosen != "jsonl"):
        wrong = told("audit.format", form=form) if chosen is None else told("audit.json_only")
        raise ConfigError(wrong, told("audit.format_hint"))
    with open_review() as (ledger, settings):
        found = ledger.audit_lines()
    text = "".join(exported(found, chosen))
    if output is None:
        sys.stdout.write(text)
        return
    try:
        # The mark lets spreadsheets see that it is UTF-8.
        with output.open("x", encoding="utf-8-sig" if chosen == "csv" else "utf-8", newline="") as file:
            file.write(text)
    except OSError as error:
        raise ConfigError(
            told("audit.unwritable", path=output, why=error.strerror), told("audit.unwritable_hint")
        ) from error
    if as_json:
        print_json({"path": str(output), "format": chosen, "lines": len(found)})
    else:
        say(sentence("done_export", settings.language).format(count=len(found), path=output))
