"""`python -m agents export | prefer`: conversations to take along, and how answers are wanted."""

from __future__ import annotations

from typing import Annotated

import typer

from agents.cli.opening import copilot, person
from agents.texts import helped, told
from banso.core.clock import utc_now
from banso.core.console import print_json, say, write
from banso.core.database import open_database
from banso.core.preferences import PreferenceBook
from banso.core.settings import load_settings
from banso.core.texts import spoken_language
from banso.review.child import take_sender_environment

As = Annotated[str, typer.Option("--as", help=helped("asking_as"))]
Json = Annotated[bool, typer.Option("--json", help=helped("json"))]


def register(app: typer.Typer) -> None:
    """Add the commands to `app`."""
    app.command("export", help=helped("export", "python -m agents export th_0123 --as sato > talk.md"))(export)
    app.command("prefer", help=helped("prefer", "python -m agents prefer --as sato --language ja --length short"))(
        prefer
    )


def export(
    thread: Annotated[str, typer.Argument(help=helped("export_thread"))] = "", as_: As = "", as_json: Json = False
) -> None:
    """One conversation as Markdown or JSON; without THREAD, the person's conversations."""
    take_sender_environment()
    from banso.ui import local_form
    from banso.ui.texts import text_of
    from banso.ui.transcript import as_json as plain
    from banso.ui.transcript import as_markdown

    user, language = person(as_), spoken_language()
    with copilot() as opened:
        zone = opened.settings.timezone
        if thread:
            turns, summary = opened.history(thread, user=user), opened.thread(thread, user=user)
            if as_json:
                print_json(plain(turns, summary))
            else:
                write(as_markdown(turns, summary, text_of(language), zone, utc_now()).rstrip("\n"))
            return
        listed = opened.threads(user)
    if as_json:
        print_json([one.model_dump(mode="json") for one in listed])
    for one in () if as_json else listed:
        write("\t".join((one.id, local_form.moment(one.updated_at, language, zone), one.account or "-", one.title)))


def prefer(
    as_: Annotated[str, typer.Option("--as", help=helped("prefer_as"))],
    language: Annotated[str, typer.Option("--language", help=helped("prefer_language"))] = "",
    length: Annotated[str, typer.Option("--length", help=helped("prefer_length"))] = "",
    as_json: Json = False,
) -> None:
    """Set, or without options show, how a person wants to be answered."""
    user, settings = person(as_), load_settings()
    database = open_database(settings)
    try:
        book = PreferenceBook(database)
        wanted = book.set(user.name, language, length) if language or length else book.of(user.name)
    finally:
        database.close()
    if as_json:
        print_json({"name": user.name, **wanted.model_dump()})
    else:
        say(told("prefer.now", name=user.name, **wanted.model_dump()))
