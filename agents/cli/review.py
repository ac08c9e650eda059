"""`python -m agents drafts | show | approve | edit | return | reject | revoke | send | outbox | audit`.

Whoever has this shell has the data folder; `--as` says who acts, and the ledger checks that person's role and records
the attempt. Refusals exit 4.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, get_args

import typer

from banso.core.console import print_json, say
from banso.core.database import open_database
from banso.core.errors import ConfigError, Unavailable
from banso.core.settings import Settings, load_settings
from banso.core.users import User
from banso.review.child import take_sender_environment
from banso.review.drafts import Decision, DraftState, DraftVersion
from banso.review.flags import flags, visible
from banso.review.ledger import Ledger, open_ledger
from banso.review.texts.lookup import sentence

if TYPE_CHECKING:
    from banso.review.sender import SendReport

WATCH_SECONDS = 2.0

Id = Annotated[str, typer.Argument(help="the draft, such as dr_3f2a…")]
As = Annotated[str, typer.Option("--as", help="who is acting")]
Hash = Annotated[str, typer.Option("--hash", help="the hash of the text you read")]
Reason = Annotated[str, typer.Option("--reason", help="why")]
Json = Annotated[bool, typer.Option("--json", help="one JSON value instead of text")]


def register(app: typer.Typer) -> None:
    """Add the commands of review to `app`."""
    app.command("drafts", help="List drafts. Example: python -m agents drafts --state waiting")(drafts)
    app.command("show", help="One draft: text, evidence, history. Example: python -m agents show dr_3f2a")(show)
    app.command("approve", help="Approve exactly this text. Example: approve ID --hash H --as sato")(approve)
    app.command("edit", help="Save a new version. Example: edit ID --file reply.txt --as sato")(edit)
    app.command("return", help="Send back with a note. Example: return ID --reason 'shorter' --as sato")(return_)
    app.command("reject", help="End a draft. Example: reject ID --reason 'not needed' --as sato")(reject)
    app.command("revoke", help="Take an approval back before sending. Example: revoke ID --as sato")(revoke)
    app.command("send", help="Send what is approved. Example: python -m agents send --watch")(send)
    app.add_typer(_outbox_commands(), name="outbox")
    app.add_typer(_audit_commands(), name="audit")


@contextmanager
def _ledger() -> Iterator[tuple[Ledger, Settings]]:
    settings = load_settings()
    database = open_database(settings)
    try:
        yield open_ledger(settings, database), settings
    finally:
        database.close()


def _person(name: str) -> User:
    # The role here claims nothing: the ledger reads it from the table of users, and refuses who is not in it.
    return User(name=name, role="csm")


def drafts(
    state: Annotated[str, typer.Option(help="waiting, returned, queued, sent, unknown…; empty: all")] = "",
    account: Annotated[str, typer.Option(help="only this account")] = "",
    limit: Annotated[int, typer.Option(min=1, help="at most this many, the oldest first")] = 1000,
    as_json: Json = False,
) -> None:
    """List drafts by their latest version."""
    with _ledger() as (ledger, _):
        found = ledger.queue(_states(state), account, limit)
    if as_json:
        print_json([item.model_dump(mode="json") for item in found])
        return
    for item in found:
        line = f"{item.id}  v{item.version}  {item.state:<9}  {item.account}  {item.recipient}  {item.subject}"
        typer.echo(visible(line))
        typer.echo(f"  hash {item.hash}  by {visible(item.author)}  {item.created_at}")


def _states(state: str) -> list[DraftState] | None:
    if not state:
        return None
    known: tuple[DraftState, ...] = get_args(DraftState)
    chosen = [name for name in known if name == state]
    if not chosen:
        raise ConfigError(f"unknown state {state!r}", "one of: " + ", ".join(known))
    return chosen


def show(draft: Id, as_json: Json = False) -> None:
    """Show a draft with its evidence and history."""
    with _ledger() as (ledger, _):
        version, state, events = ledger.latest(draft), ledger.state(draft), ledger.events(draft)
    if as_json:
        odd = [vars(flag) for flag in flags(version.subject + "\n" + version.body)]
        print_json({"state": state, **version.model_dump(mode="json"), "flags": odd, "events": events})
        return
    _show(version, state)
    for event in events:
        typer.echo(visible(f"{event.at}  {event.who}  {event.what}  {event.reason}"))


def _show(version: DraftVersion, state: DraftState) -> None:
    head = (
        f"{version.draft} v{version.version}  {state}  {version.account}\nhash {version.hash}\n"
        f"To: {version.recipient}\nSubject: {version.subject}\n\n{version.body}\n"
    )
    typer.echo(visible(head))
    for citation in version.evidence:
        typer.echo(
            visible(f"[{citation.marker}] {citation.title} ({citation.source} {citation.ref})\n  {citation.quote}")
        )
    typer.echo("")


def approve(draft: Id, hash: Hash, user: As, reason: Reason = "", as_json: Json = False) -> None:
    """Approve the latest version when its hash is the one given."""
    with _ledger() as (ledger, settings):
        version = ledger.latest(draft).version
        decision = ledger.approve(draft, version, hash, reviewer=_person(user), reason=reason)
    _decided(decision, settings, as_json)


def edit(  # noqa: PLR0913, PLR0917
    draft: Id,
    file: Annotated[Path, typer.Option("--file", exists=True, dir_okay=False, help="the new body, UTF-8")],
    user: As,
    subject: Annotated[str, typer.Option(help="the new subject; left out: as before")] = "",
    version: Annotated[int, typer.Option(help="the version you read; left out: the latest")] = 0,
    as_json: Json = False,
) -> None:
    """Save a new version with the body of the file, byte for byte."""
    body = _text(file)
    with _ledger() as (ledger, settings):
        now = ledger.latest(draft)
        made = ledger.edit(
            draft, version or now.version, editor=_person(user), subject=subject or now.subject, body=body
        )
    if as_json:
        print_json({"id": made.draft, "version": made.version, "hash": made.hash})
        return
    typer.echo(sentence("done_edit", settings.language).format(version=made.version, hash=made.hash))


def _text(file: Path) -> str:
    try:
        return file.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise ConfigError(f"{file}: not UTF-8 (byte {error.start})", "save the file as UTF-8") from error


def return_(draft: Id, reason: Reason, user: As, hash: Hash = "", as_json: Json = False) -> None:
    """Send the draft back with a note."""
    with _ledger() as (ledger, settings):
        now = ledger.latest(draft)
        decision = ledger.return_(draft, now.version, hash or now.hash, reviewer=_person(user), reason=reason)
    _decided(decision, settings, as_json)


def reject(draft: Id, reason: Reason, user: As, hash: Hash = "", as_json: Json = False) -> None:
    """End the draft."""
    with _ledger() as (ledger, settings):
        now = ledger.latest(draft)
        decision = ledger.reject(draft, now.version, hash or now.hash, reviewer=_person(user), reason=reason)
    _decided(decision, settings, as_json)


def revoke(draft: Id, user: As, reason: Reason = "revoked", as_json: Json = False) -> None:
    """Take an approval back; too late once sending has begun."""
    with _ledger() as (ledger, settings):
        decision = ledger.revoke(draft, reviewer=_person(user), reason=reason)
    _decided(decision, settings, as_json)


def _decided(decision: Decision, settings: Settings, as_json: bool) -> None:
    if as_json:
        print_json(decision)
        return
    typer.echo(sentence(f"done_{decision.decision}", settings.language))


def send(
    watch: Annotated[bool, typer.Option("--watch", help="go on until stopped")] = False,
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
    stop = _stop_on_signals()
    while not stop.is_set() and parent in (0, os.getppid()):
        try:
            report = send_pass(settings, sender=sender)
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


def _outbox_commands() -> typer.Typer:
    app = typer.Typer(help="Pause or resume sending; settle a message whose fate is unknown.", no_args_is_help=True)

    @app.command("pause", help="Stop sending. Example: outbox pause --as admin")
    def pause(user: As) -> None:
        with _ledger() as (ledger, settings):
            ledger.pause(admin=_person(user))
            typer.echo(sentence("done_pause", settings.language))

    @app.command("resume", help="Go on sending. Example: outbox resume --as admin")
    def resume(user: As) -> None:
        with _ledger() as (ledger, settings):
            ledger.resume(admin=_person(user))
            typer.echo(sentence("done_resume", settings.language))

    @app.command("resolve", help="Say what became of an unknown message. Example: outbox resolve ID --sent --as sato")
    def resolve(
        draft: Id,
        user: As,
        sent: Annotated[bool, typer.Option("--sent/--cancel", help="it arrived / it did not, and is given up")],
        reason: Reason = "",
    ) -> None:
        with _ledger() as (ledger, settings):
            ledger.resolve(draft, "sent" if sent else "cancelled", user=_person(user), reason=reason)
            typer.echo(sentence("done_resolve", settings.language))

    return app


def _audit_commands() -> typer.Typer:
    app = typer.Typer(help="Check or export the audit trail.", no_args_is_help=True)

    @app.command(
        "verify", help="Check the chain, the stored texts and the exported head; exit 1 when something is wrong."
    )
    def verify(as_json: Json = False) -> None:
        with _ledger() as (ledger, settings):
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
        with _ledger() as (ledger, _):
            for line in ledger.audit_lines():
                print_json(line)

    return app
