"""`python -m agents figures` and `python -m agents lessons list | accept | refuse | off | on`."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Literal

import typer

from agents.cli.acting import As, Json, person
from agents.texts import helped, told
from banso.core.console import print_json, say
from banso.core.database import open_database
from banso.core.settings import load_settings
from banso.crm.embedded import open_crm
from banso.learning.book import Lessons, open_lessons
from banso.learning.reading import as_json as lesson_json
from banso.learning.types import CaseText, Lesson
from banso.review.figures import as_rows
from banso.review.figures import figures as count
from banso.review.flags import visible

Number = Annotated[int, typer.Argument(help=helped("number"))]


def register(app: typer.Typer) -> None:
    """Add the commands of learning to `app`."""
    app.command("figures", help=helped("figures", "python -m agents figures --by week --json"))(figures)
    app.add_typer(_lessons(), name="lessons")


def figures(
    by: Annotated[Literal["all", "week", "model", "source", "reviewer"], typer.Option(help=helped("by"))] = "all",
    as_csv: Annotated[bool, typer.Option("--csv", help=helped("csv"))] = False,
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
    elif not lines:
        say(told("figures.none"))
    for line in () if as_json or as_csv else lines:
        shares = "  ".join(f"{kind} {line.shares[kind]:.0%}" for kind, n in line.counts.items() if n)
        hours = "–" if line.median_hours is None else told("figures.hours", hours=line.median_hours, count=line.decided)
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
    app = typer.Typer(help=helped("lessons", "python -m agents lessons list"), no_args_is_help=True)

    @app.command("list", help=helped("lessons_list", "python -m agents lessons list --json"))
    def listed(as_json: Json = False) -> None:
        with _book() as book:
            book.scan()
            _print(book.lessons(), as_json)

    @app.command("accept", help=helped("lessons_accept", "python -m agents lessons accept 3 --as admin --scope team"))
    def accept(  # noqa: PLR0913, PLR0917
        number: Number,
        user: As,
        scope: Annotated[Literal["account", "segment", "team"], typer.Option(help=helped("scope"))] = "account",
        confirm: Annotated[bool, typer.Option("--confirm", help=helped("confirm"))] = False,
        must_say: Annotated[list[str] | None, typer.Option(help=helped("must_say"))] = None,
        must_not_say: Annotated[list[str] | None, typer.Option(help=helped("must_not_say"))] = None,
        as_json: Json = False,
    ) -> None:
        with _book() as book:
            case = _case(book.get(number), must_say, must_not_say)
            _print([book.accept(number, admin=person(user), scope=scope, case=case, confirmed=confirm)], as_json)

    @app.command("refuse", help=helped("lessons_refuse", "python -m agents lessons refuse 3 --as admin"))
    def refuse(number: Number, user: As, as_json: Json = False) -> None:
        with _book() as book:
            _print([book.refuse(number, admin=person(user))], as_json)

    @app.command("off", help=helped("lessons_off", "python -m agents lessons off 3 --as admin"))
    def off(number: Number, user: As, as_json: Json = False) -> None:
        with _book() as book:
            _print([book.switch(number, admin=person(user), on=False)], as_json)

    @app.command("on", help=helped("lessons_on", "python -m agents lessons on 3 --as admin"))
    def on(number: Number, user: As, as_json: Json = False) -> None:
        with _book() as book:
            _print([book.switch(number, admin=person(user), on=True)], as_json)

    return app


def _case(lesson: Lesson, must_say: list[str] | None, must_not_say: list[str] | None) -> CaseText | None:
    """The case with what the administrator says instead; None: as it stands."""
    said = {"must_say": must_say, "must_not_say": must_not_say}
    given = {name: tuple(words) for name, words in said.items() if words}
    return lesson.case.model_copy(update=given) if lesson.case and given else None


def _print(lessons: list[Lesson], as_json: bool) -> None:
    if as_json:
        print_json([lesson_json(one) for one in lessons])
        return
    if not lessons:
        say(told("lessons.none"))
    for one in lessons:
        typer.echo(visible(f"{one.label}  {one.standing}  {one.scope}  {one.account}  {one.draft} v{one.version}"))
        if one.rule:
            typer.echo(visible(f"  {one.rule.action}: {one.rule.before} -> {one.rule.after}"))
        if one.case:
            typer.echo(visible(f"  {one.case.question}  + {one.case.must_say}  - {one.case.must_not_say}"))
            if one.case.thumb:
                typer.echo(
                    visible(f"  {one.case.thumb}: {one.reason}  {one.case.heard}  {', '.join(one.case.sources)}")
                )
        for risk in one.risks:
            typer.echo(visible(f"  ! {risk.kind}: {risk.text}"))
