"""`python -m agents figures` and `python -m agents lessons list | accept | refuse | off | on`."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Literal

import typer

from agents.cli.acting import As, Json, person
from banso.core.console import print_json
from banso.core.database import open_database
from banso.core.settings import load_settings
from banso.crm.embedded import open_crm
from banso.learning.book import Lessons, open_lessons
from banso.learning.reading import as_json as lesson_json
from banso.learning.types import Lesson
from banso.review.figures import as_rows
from banso.review.figures import figures as count
from banso.review.flags import visible

Number = Annotated[int, typer.Argument(help="the number in R-3 or C-4")]


def register(app: typer.Typer) -> None:
    """Add the commands of learning to `app`."""
    app.command("figures", help="What became of drafts. Example: python -m agents figures --by week --json")(figures)
    app.add_typer(_lessons(), name="lessons")


def figures(
    by: Annotated[
        Literal["all", "week", "model", "source", "reviewer"], typer.Option(help="one line for each of these")
    ] = "all",
    as_csv: Annotated[bool, typer.Option("--csv", help="comma-separated values, formulas neutralised")] = False,
    as_json: Json = False,
) -> None:
    """Shares with their n, words changed by people, median hours to the first decision."""
    settings = load_settings()
    database = open_database(settings, "app")
    try:
        lines = count(database, by, settings.timezone)
    finally:
        database.close()
    if as_json:
        print_json([line.model_dump(mode="json") for line in lines])
    elif as_csv:
        csv.writer(sys.stdout).writerows(as_rows(lines))
    for line in () if as_json or as_csv else lines:
        shares = "  ".join(f"{kind} {line.shares[kind]:.0%}" for kind, n in line.counts.items() if n)
        hours = "–" if line.median_hours is None else f"{line.median_hours:.1f} h (n={line.decided})"
        typer.echo(visible(f"{line.group or '-'}  n={line.n}  {shares}  {hours}"))


@contextmanager
def _book() -> Iterator[Lessons]:
    settings = load_settings()
    database = open_database(settings, "app")
    try:
        yield open_lessons(settings, database, open_crm(settings, database))
    finally:
        database.close()


def _lessons() -> typer.Typer:
    app = typer.Typer(help="What edits teach: list, accept, refuse, switch off and on.", no_args_is_help=True)

    @app.command("list", help="Read new edits and list what they teach. Example: lessons list --json")
    def listed(as_json: Json = False) -> None:
        with _book() as book:
            book.scan()
            _print(book.lessons(), as_json)

    @app.command("accept", help="Put a rule or a test case in force. Example: lessons accept 3 --as admin --scope team")
    def accept(
        number: Number,
        user: As,
        scope: Annotated[Literal["account", "segment", "team"], typer.Option(help="who follows it")] = "account",
        confirm: Annotated[bool, typer.Option("--confirm", help="you looked at the risks shown")] = False,
        as_json: Json = False,
    ) -> None:
        with _book() as book:
            _print([book.accept(number, admin=person(user), scope=scope, confirmed=confirm)], as_json)

    @app.command("refuse", help="Leave a candidate out. Example: lessons refuse 3 --as admin")
    def refuse(number: Number, user: As, as_json: Json = False) -> None:
        with _book() as book:
            _print([book.refuse(number, admin=person(user))], as_json)

    @app.command("off", help="Switch a rule or case off. Example: lessons off 3 --as admin")
    def off(number: Number, user: As, as_json: Json = False) -> None:
        with _book() as book:
            _print([book.switch(number, admin=person(user), on=False)], as_json)

    @app.command("on", help="Switch it on again. Example: lessons on 3 --as admin")
    def on(number: Number, user: As, as_json: Json = False) -> None:
        with _book() as book:
            _print([book.switch(number, admin=person(user), on=True)], as_json)

    return app


def _print(lessons: list[Lesson], as_json: bool) -> None:
    if as_json:
        print_json([lesson_json(one) for one in lessons])
        return
    for one in lessons:
        typer.echo(visible(f"{one.label}  {one.standing}  {one.scope}  {one.account}  {one.draft} v{one.version}"))
        if one.rule:
            typer.echo(visible(f"  {one.rule.action}: {one.rule.before} -> {one.rule.after}"))
        if one.case:
            typer.echo(visible(f"  {one.case.question}  + {one.case.must_say}  - {one.case.must_not_say}"))
        for risk in one.risks:
            typer.echo(visible(f"  ! {risk.kind}: {risk.text}"))
