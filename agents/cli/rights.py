"""`python -m agents database grant`: the roles of the app and the sender on PostgreSQL."""

from __future__ import annotations

from typing import Annotated

import typer

from agents.cli.acting import Json
from agents.texts import helped
from banso.core.console import print_json
from banso.core.database import open_database
from banso.core.grants import grant, grant_statements
from banso.core.settings import load_settings
from banso.review.texts.lookup import sentence


def register(app: typer.Typer) -> None:
    """Add the group `database` to `app`."""
    group = typer.Typer(help=helped("database", "python -m agents database grant --print"), no_args_is_help=True)
    group.callback()(lambda: None)  # a group also with one command
    group.command("grant", help=helped("database_grant", "python -m agents database grant"))(set_)
    app.add_typer(group, name="database")


def set_(
    app: Annotated[str, typer.Option(help=helped("app_role"))] = "banso_app",
    sender: Annotated[str, typer.Option(help=helped("sender_role"))] = "banso_sender",
    show: Annotated[bool, typer.Option("--print", help=helped("print"))] = False,
    as_json: Json = False,
) -> None:
    """Create both roles where they are missing and give them exactly what they need."""
    settings = load_settings()
    database = open_database(settings)
    try:
        if show:
            with database.read() as db:
                statements = grant_statements(db, app, sender)
        else:
            statements = grant(database, app, sender)
    finally:
        database.close()
    if as_json:
        print_json({"app": app, "sender": sender, "done": not show, "statements": statements})
    elif show:
        typer.echo(";\n".join(statements) + ";")
    else:
        typer.echo(sentence("done_grant", settings.language).format(app=app, sender=sender))
        typer.echo(sentence("grant_next", settings.language).format(app=app, sender=sender))
