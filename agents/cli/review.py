"""`python -m agents drafts | show | approve | edit | return | reject | revoke | send | outbox | audit`.

Whoever has this shell has the data folder; `--as` says who acts, and the ledger checks that person's role and records
the attempt. Refusals exit 4.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, get_args

import typer

from agents.cli import outbox, rights, trail
from agents.cli.acting import As, Id, Json, Reason, open_review, person
from banso.core.console import print_json
from banso.core.errors import ConfigError
from banso.core.settings import Settings
from banso.gate.wording import explain, kind_name
from banso.review.drafts import Decision, DraftState, DraftVersion
from banso.review.flags import flags, visible
from banso.review.gate_report import WARNING, GateReport, Kind
from banso.review.texts.lookup import sentence

Hash = Annotated[str, typer.Option("--hash", help="the hash of the text you read")]


def register(app: typer.Typer) -> None:
    """Add the commands of review to `app`."""
    app.command("drafts", help="List drafts. Example: python -m agents drafts --state waiting")(drafts)
    app.command("show", help="One draft: text, evidence, history. Example: python -m agents show dr_3f2a")(show)
    app.command("approve", help="Approve exactly this text. Example: approve ID --hash H --as sato")(approve)
    app.command("edit", help="Save a new version. Example: edit ID --file reply.txt --as sato")(edit)
    app.command("return", help="Send back with a note. Example: return ID --reason 'shorter' --as sato")(return_)
    app.command("reject", help="End a draft. Example: reject ID --reason 'not needed' --as sato")(reject)
    app.command("revoke", help="Take an approval back before sending. Example: revoke ID --as sato")(revoke)
    outbox.register(app)
    trail.register(app)
    rights.register(app)


def drafts(
    draft: Annotated[str, typer.Argument(help="only this draft, with what the gate found in it")] = "",
    state: Annotated[str, typer.Option(help="waiting, returned, queued, sent, unknown…; empty: all")] = "",
    account: Annotated[str, typer.Option(help="only this account")] = "",
    limit: Annotated[int, typer.Option(min=1, help="at most this many, the oldest first")] = 1000,
    as_json: Json = False,
) -> None:
    """List drafts by their latest version, or show one."""
    if draft:
        show(draft, as_json)
        return
    with open_review() as (ledger, _):
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
    acknowledge: Annotated[str, typer.Option(help="warnings of the gate you accept: promise,unsupported")] = "",
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
        raise ConfigError(f"unknown warning {', '.join(unknown)}", "one of: " + ", ".join(WARNING))
    return known


def edit(  # noqa: PLR0913, PLR0917
    draft: Id,
    file: Annotated[Path, typer.Option("--file", exists=True, dir_okay=False, help="the new body, UTF-8")],
    user: As,
    subject: Annotated[str, typer.Option(help="the new subject; left out: as before")] = "",
    version: Annotated[int, typer.Option(help="the version you read; left out: the latest")] = 0,
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
        raise ConfigError(f"{file}: not UTF-8 (byte {error.start})", "save the file as UTF-8") from error


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
