"""The commands of sending: send, pause, resume, resolve."""

from __future__ import annotations

import os
import signal
import threading
from typing import TYPE_CHECKING, Annotated

import typer

from agents.cli.acting import As, Id, Json, Reason, open_review, person
from agents.texts import helped
from banso.core.clock import utc_now
from banso.core.console import print_json, say
from banso.core.database import open_database
from banso.core.errors import ConfigError, Unavailable
from banso.core.settings import Settings, load_settings
from banso.review.child import take_sender_environment
from banso.review.flags import visible
from banso.review.holds import outbox_status
from banso.review.store import stamp
from banso.review.texts.lookup import sentence

if TYPE_CHECKING:
    from banso.review.sender import SendReport

WATCH_SECONDS = 2.0


def register(app: typer.Typer) -> None:
    """Add the commands of sending to `app`."""
    app.command("send", help=helped("send", "python -m agents send --watch"))(send)
    app.add_typer(_outbox_commands(), name="outbox")


def send(
    watch: Annotated[bool, typer.Option("--watch", help=helped("watch"))] = False,
    parent: Annotated[int, typer.Option(hidden=True, help="stop when this process is no longer the parent")] = 0,
    as_json: Json = False,
) -> None:
    """Send every approved message once; print what came of it."""
    from banso.review.sender import load_sender_settings, send_pass

    settings, sender = load_settings(), load_sender_settings()
    take_sender_environment()  # read once; from here on only this process's own memory holds the password
    if not watch:
        _report(send_pass(settings, sender=sender), settings, as_json)
        return
    stop, fresh = _stop_on_signals(), True
    while not stop.is_set() and parent in (0, os.getppid()):
        try:
            report = send_pass(settings, sender=sender, fresh=fresh)
            fresh = False
            if report.sent or report.failed or report.unknown:
                _report(report, settings, as_json)
        except (ConfigError, Unavailable) as error:
            say(error.message)  # a database that is away comes back; a sender that ended does not
        stop.wait(WATCH_SECONDS)


def _report(report: SendReport, settings: Settings, as_json: bool) -> None:
    if as_json:
        print_json(vars(report))
    else:
        typer.echo(sentence("done_send", settings.language).format(**vars(report)))


def _stop_on_signals() -> threading.Event:
    """Set by SIGTERM and Ctrl-C, so that the message in hand is finished first."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    return stop


def status(as_json: Json = False) -> None:
    """Say whether sending goes on, how many people an approval takes, what is in the outbox, and what rests."""
    settings = load_settings()
    database = open_database(settings, "app")
    try:
        found = outbox_status(database, stamp(utc_now()))
    finally:
        database.close()
    if as_json:
        print_json({**vars(found), "holds": [rest._asdict() for rest in found.holds]})
        return
    typer.echo(sentence("status_paused" if found.paused else "status_on", settings.language))
    typer.echo(sentence(f"status_{found.people}", settings.language))
    typer.echo(sentence("status_counts", settings.language).format(**found.counts))
    for rest in found.holds:
        typer.echo(visible(sentence("status_hold", settings.language).format(**rest._asdict())))


def _outbox_commands() -> typer.Typer:
    app = typer.Typer(help=helped("outbox", "python -m agents outbox status"), no_args_is_help=True)
    app.command("status", help=helped("outbox_status", "python -m agents outbox status --json"))(status)

    @app.command("pause", help=helped("outbox_pause", "python -m agents outbox pause --as admin"))
    def pause(user: As) -> None:
        with open_review() as (ledger, settings):
            ledger.pause(admin=person(user))
            typer.echo(sentence("done_pause", settings.language))

    @app.command("resume", help=helped("outbox_resume", "python -m agents outbox resume --as admin"))
    def resume(user: As) -> None:
        with open_review() as (ledger, settings):
            ledger.resume(admin=person(user))
            typer.echo(sentence("done_resume", settings.language))

    @app.command("resolve", help=helped("outbox_resolve", "python -m agents outbox resolve dr_3f2a --sent --as sato"))
    def resolve(
        draft: Id,
        user: As,
        sent: Annotated[bool, typer.Option("--sent/--cancel", help=helped("arrived"))],
        reason: Reason = "",
    ) -> None:
        with open_review() as (ledger, settings):
            ledger.resolve(draft, "sent" if sent else "cancelled", user=person(user), reason=reason)
            typer.echo(sentence("done_resolve", settings.language))

    return app
