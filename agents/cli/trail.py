"""The commands of the audit trail: verify, export."""

from __future__ import annotations

import typer

from agents.cli.acting import Json, open_review
from banso.core.console import print_json, say
from banso.review.texts.lookup import sentence


def register(app: typer.Typer) -> None:
    """Add the group `audit` to `app`."""
    app.add_typer(_audit_commands(), name="audit")


def _audit_commands() -> typer.Typer:
    app = typer.Typer(help="Check or export the audit trail.", no_args_is_help=True)

    @app.command(
        "verify", help="Check the chain, the stored texts and the exported head; exit 1 when something is wrong."
    )
    def verify(as_json: Json = False) -> None:
        with open_review() as (ledger, settings):
            found = ledger.verify_audit()
        if as_json:
            print_json(vars(found))
        else:
            for problem in found.problems:
                say(problem)
            outcome = "audit_broken" if found.problems else "audit_whole"
            typer.echo(sentence(outcome, settings.language).format(lines=found.lines, exported=found.exported))
        if found.problems:
            raise typer.Exit(1)

    @app.command("export", help="Every line as JSON, oldest first. Example: audit export > audit.jsonl")
    def export() -> None:
        with open_review() as (ledger, _):
            for line in ledger.audit_lines():
                print_json(line)

    return app
