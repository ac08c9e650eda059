"""`python -m agents drafts | show | approve | edit | return | reject | revoke | send | outbox | audit`.

Whoever has this shell has the data folder; `--as` says who acts, and the ledger checks that person's role and records
the attempt. Refusals exit 4.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Annotated, get_args

import typer

from agents.cli import outbox, rights, trail
from agents.cli.acting import As, Id, Json, Reason, open_review, person
from agents.texts import helped, told
from banso.core.console import print_json, say
from banso.core.errors import ConfigError
from banso.core.settings import Settings
from banso.core.texts import spoken_language
from banso.gate.wording import explain, kind_name
from banso.review.drafts import Decision, DraftState, DraftVersion
from banso.review.flags import flags, visible
from banso.review.gate_report import WARNING, GateReport, Kind
from banso.review.texts.lookup import sentence

Hash = Annotated[str, typer.Option("--hash", help=helped("hash"))]


def register(app: typer.Typer) -> None:
    """Add the commands of review to `app`."""
    app.command("drafts", help=helped("drafts", "python -m agents drafts --state waiting"))(drafts)
    app.command("show", help=helped("show", "python -m agents show dr_3f2a"))(show)
    app.command("approve", help=helped("approve", "python -m agents approve dr_3f2a --hash H --as sato"))(approve)
    app.command("edit", help=helped("edit", "python -m agents edit dr_3f2a --file reply.txt --as sato"))(edit)
    app.command("return", help=helped("return", "python -m agents return dr_3f2a --reason '…' --as sato"))(return_)
    app.command("reject", help=helped("reject", "python -m agents reject dr_3f2a --reason '…' --as sato"))(reject)
    app.command("revoke", help=helped("revoke", "python -m agents revoke dr_3f2a --as sato"))(revoke)
    outbox.register(app)
    trail.register(app)
    rights.register(app)


def drafts(
    draft: Annotated[str, typer.Argument(help=helped("only_draft"))] = "",
    state: Annotated[str, typer.Option(help=helped("state"))] = "",
    account: Annotated[str, typer.Option(help=helped("only_account"))] = "",
    limit: Annotated[int, typer.Option(min=1, help=helped("limit"))] = 1000,
    as_json: Json = False,
) -> None:
    """List drafts by their latest version, or show one."""
    if draft:
        show(draft, as_json)
        return
    with open_review() as (ledger, settings):
        found = ledger.queue(_states(state), account, limit)
    if as_json:
        print_json([item.model_dump(mode="json") for item in found])
        return
    if not found:
        say(told("review.none"))
    for item in found:
        line = f"{item.id}  v{item.version}  {item.state:<9}  {item.account}  {item.recipient}  {item.subject}"
        typer.echo(visible(line))
        at = _local(item.created_at, settings)
        typer.echo(visible(told("review.listed", hash=item.hash, author=item.author, at=at)))


def _states(state: str) -> list[DraftState] | None:
    if not state:
        return None
    known: tuple[DraftState, ...] = get_args(DraftState)
    chosen = [name for name in known if name == state]
    if not chosen:
        raise ConfigError(told("review.state", state=state), told("review.one_of", names=", ".join(known)))
    return chosen


def show(draft: Id, as_json: Json = False) -> None:
    """Show a draft with its evidence and history."""
    with open_review() as (ledger, settings):
        version, state, events = ledger.latest(draft), ledger.state(draft), ledger.events(draft)
        found = ledger.report(draft, version.version)
    if as_json:
        odd = [vars(flag) for flag in flags(version.subject + "\n" + version.body)]
        print_json(
            {"state": state, **version.model_dump(mode="json"), "flags": odd, "events": events, "gate": _gate(found)}
        )
        return
    _show(version, state)
    for line in _marks(version, found, settings.language):
        typer.echo(visible(line))
    for event in events:
        typer.echo(visible(f"{_local(event.at, settings)}  {event.who}  {event.what}  {event.reason}"))


def _local(at: str, settings: Settings) -> str:
    """A moment of the record as the app shows it, in the team's time."""
    from banso.ui import local_form

    return local_form.moment(datetime.fromisoformat(at), spoken_language(), settings.timezone)


def _show(version: DraftVersion, state: DraftState) -> None:
    typer.echo(visible(told("review.shown", to=version.recipient, state=state, **version.model_dump())))
    for citation in version.evidence:
        typer.echo(
            visible(f"[{citation.marker}] {citation.title} ({citation.source} {citation.ref})\n  {citation.quote}")
        )
    typer.echo("")


def _gate(found: GateReport | None) -> dict[str, object] | None:
    """The report with what follows from it; None: not checked yet."""
    if found is None:
        return None
    return {**found.model_dump(mode="json"), "blocking": found.blocking, "warnings": found.warnings}


def _marks(version: DraftVersion, found: GateReport | None, language: str) -> Iterator[str]:
    for mark in found.marks if found else ():
        if mark.kind not in ("supported", "neutral"):
            text = version.subject if mark.where == "subject" else version.body
            yield f"{kind_name(mark.kind, language)}: {text[mark.start : mark.end]}\n  {explain(mark, language)}"


def approve(  # noqa: PLR0913, PLR0917
    draft: Id,
    hash: Hash,
    user: As,
    reason: Reason = "",
    acknowledge: Annotated[str, typer.Option(help=helped("acknowledge"))] = "",
    as_json: Json = False,
) -> None:
    """Approve the latest version when its hash is the one given."""
    kinds = _kinds(acknowledge)
    with open_review() as (ledger, settings):
        version = ledger.latest(draft).version
        decision = ledger.approve(draft, version, hash, reviewer=person(user), reason=reason, acknowledged=kinds)
    _decided(decision, settings, as_json)


def _kinds(listed: str) -> list[Kind]:
    names = [name.strip() for name in listed.split(",") if name.strip()]
    known = [kind for kind in WARNING if kind in names]
    if unknown := sorted(set(names) - set(known)):
        raise ConfigError(
            told("review.warning", names=", ".join(unknown)), told("review.one_of", names=", ".join(WARNING))
        )
    return known


def edit(  # noqa: PLR0913, PLR0917
    draft: Id,
    file: Annotated[Path, typer.Option("--file", exists=True, dir_okay=False, help=helped("edit_file"))],
    user: As,
    subject: Annotated[str, typer.Option(help=helped("edit_subject"))] = "",
    version: Annotated[int, typer.Option(help=helped("edit_version"))] = 0,
    reason: Reason = "",
    as_json: Json = False,
) -> None:
    """Save a new version with the body of the file, byte for byte."""
    body = _text(file)
    with open_review() as (ledger, settings):
        now = ledger.latest(draft)
        made = ledger.edit(
            draft, version or now.version, editor=person(user), subject=subject or now.subject, body=body, reason=reason
        )
    if as_json:
        print_json({"id": made.draft, "version": made.version, "hash": made.hash})
        return
    typer.echo(sentence("done_edit", settings.language).format(version=made.version, hash=made.hash))


def _text(file: Path) -> str:
    try:
        return file.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise ConfigError(told("review.not_utf8", file=file, byte=error.start), told("review.save_utf8")) from error


def return_(draft: Id, reason: Reason, user: As, hash: Hash = "", as_json: Json = False) -> None:
    """Send the draft back with a note."""
    with open_review() as (ledger, settings):
        now = ledger.latest(draft)
        decision = ledger.return_(draft, now.version, hash or now.hash, reviewer=person(user), reason=reason)
    _decided(decision, settings, as_json)


def reject(draft: Id, reason: Reason, user: As, hash: Hash = "", as_json: Json = False) -> None:
    """End the draft."""
    with open_review() as (ledger, settings):
        now = ledger.latest(draft)
        decision = ledger.reject(draft, now.version, hash or now.hash, reviewer=person(user), reason=reason)
    _decided(decision, settings, as_json)


def revoke(draft: Id, user: As, reason: Reason = "revoked", as_json: Json = False) -> None:
    """Take an approval back; too late once sending has begun."""
    with open_review() as (ledger, settings):
        decision = ledger.revoke(draft, reviewer=person(user), reason=reason)
    _decided(decision, settings, as_json)


def _decided(decision: Decision, settings: Settings, as_json: bool) -> None:
    if as_json:
        print_json(decision)
        return
    typer.echo(sentence(f"done_{decision.decision}", settings.language))
