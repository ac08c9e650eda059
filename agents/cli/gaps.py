"""`python -m agents gaps list | close | reopen`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import typer

from agents.cli.acting import As, Json
from agents.texts import helped, told
from banso.core.console import print_json, say
from banso.core.database import open_database
from banso.core.settings import load_settings
from banso.core.users import User
from banso.gaps.book import GapBook
from banso.gaps.types import Gap
from banso.review.flags import visible

Number = Annotated[int, typer.Argument(help=helped("gap_number"))]


def register(app: typer.Typer) -> None:
    """Add the commands to `app`."""
    gaps = typer.Typer(help=helped("gaps", "python -m agents gaps list --as ren"), no_args_is_help=True)
    gaps.command("list", help=helped("gaps_list", "python -m agents gaps list --as ren --json"))(listed)
    gaps.command("close", help=helped("gaps_close", 'python -m agents gaps close 3 --as ren --reason "docs/sap.md"'))(
        close
    )
    gaps.command("reopen", help=helped("gaps_reopen", "python -m agents gaps reopen 3 --as ren"))(reopen)
    app.add_typer(gaps, name="gaps")


def listed(user: As, as_json: Json = False) -> None:
    """Gaps that this person may see."""
    with _book() as book:
        _print(book.gaps(User(name=user, role="csm")), as_json)


def close(
    number: Number,
    user: As,
    reason: Annotated[str, typer.Option("--reason", help=helped("gap_reason"))],
    as_json: Json = False,
) -> None:
    """Close one with a reason."""
    with _book() as book:
        _print([book.close(number, user=user, reason=reason)], as_json)


def reopen(number: Number, user: As, as_json: Json = False) -> None:
    """Undo a closing."""
    with _book() as book:
        _print([book.reopen(number, user=user)], as_json)


@contextmanager
def _book() -> Iterator[GapBook]:
    from banso.knowledge.embedding import get_embedder

    settings = load_settings()
    database = open_database(settings, "app")
    try:
        yield GapBook(database, get_embedder(settings))
    finally:
        database.close()


def _print(gaps: list[Gap], as_json: bool) -> None:
    if as_json:
        print_json([_as_json(gap) for gap in gaps])
        return
    if not gaps:
        say(told("gaps.none"))
    for gap in gaps:
        last = gap.askings[0]
        typer.echo(visible(told("gaps.line", number=gap.number, standing=gap.standing, times=gap.times, day=f"{last.at:%Y-%m-%d}", question=" ".join(gap.question.split()))))  # fmt: skip  # noqa: E501
        if gap.decision:
            typer.echo(visible(f"   {gap.decision.by}: {gap.decision.words}"))


def _as_json(gap: Gap) -> dict[str, Any]:
    return {**gap.model_dump(mode="json"), "times": gap.times, "since_closed": gap.since_closed}
