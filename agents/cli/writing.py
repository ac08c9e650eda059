"""`python -m agents check-writing | mend`: the norms of business mail, on any text and on a draft."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any, get_args

import typer

from agents.cli.acting import As, Id, Json, person
from agents.texts import helped, told
from banso.core.console import print_json, write
from banso.core.database import open_database
from banso.core.errors import ConfigError, NotFound
from banso.core.settings import Settings, load_settings
from banso.writing.check import check, check_subject
from banso.writing.house import House, load_house
from banso.writing.mend import mended, mended_subject
from banso.writing.texts.lookup import message, sentence
from banso.writing.types import Context, Finding, Language


def register(app: typer.Typer) -> None:
    """Add the commands to `app`."""
    app.command(
        "check-writing",
        help=helped("check_writing", "python -m agents check-writing mail.txt --language ja"),
    )(check_writing)
    app.command("mend", help=helped("mend", "python -m agents mend dr_3f2a --as sato"))(mend)


def check_writing(  # noqa: PLR0913, PLR0917
    file: Annotated[str, typer.Argument(help=helped("mail_file"))],
    language: Annotated[str, typer.Option(help=helped("mail_language"))] = "ja",
    segment: Annotated[str, typer.Option(help=helped("segment"))] = "",
    subject: Annotated[str | None, typer.Option(help=helped("mail_subject"))] = None,
    account: Annotated[str, typer.Option(help=helped("mail_account"))] = "",
    to: Annotated[str, typer.Option(help=helped("mail_to"))] = "",
    fix: Annotated[bool, typer.Option("--mend", help=helped("mended"))] = False,
    as_json: Json = False,
) -> None:
    """Check a mail against the norms of business writing."""
    settings = load_settings()
    text = _text(file)
    about = _context(settings, load_house(settings.data), _language(language), segment, account, to)
    findings = [*([] if subject is None else check_subject(subject, about)), *check(text, about)]
    if as_json:
        print_json(_json(text, subject, about, findings, settings.language, fix))
    elif fix:
        sys.stdout.write(mended(text, about))
    else:
        _show(text, findings, settings.language)
    if not fix and any(finding.severity == "error" for finding in findings):
        raise typer.Exit(1)


def mend(draft: Id, user: As, as_json: Json = False) -> None:
    """Mend a draft: a new version of which you are the editor, so that somebody else has to approve it."""
    from agents.polish import mend_draft
    from banso.crm.embedded import open_crm
    from banso.review.ledger import open_ledger

    settings = load_settings()
    database = open_database(settings, "app")
    try:
        ledger, crm = open_ledger(settings, database), open_crm(settings, database)
        made = mend_draft(ledger, crm, load_house(settings.data), draft, editor=person(user))
    finally:
        database.close()
    if as_json:
        print_json(
            {"id": draft, "version": made.version, "hash": made.hash} if made else {"id": draft, "version": None}
        )
    elif made is None:
        write(sentence("mend_nothing", settings.language))
    else:
        write(f"v{made.version}  {made.hash}\n" + sentence("mend_by_reviewer", settings.language))


def _text(file: str) -> str:
    try:
        data = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(told("mail.unreadable", file=file, why=error), told("mail.unreadable_hint")) from error


def _language(given: str) -> Language:
    found = next((known for known in get_args(Language) if known == given), None)
    if found is None:
        raise ConfigError(
            told("mail.language", language=given), told("review.one_of", names=", ".join(get_args(Language)))
        )
    language: Language = found
    return language


def _context(  # noqa: PLR0913, PLR0917
    settings: Settings, house: House, language: Language, segment: str, account: str, to: str
) -> Context:
    from banso.core.clock import utc_now

    today = utc_now().date()
    if not account:
        return house.context(language, segment=segment, today=today)
    from banso.crm.embedded import open_crm

    database = open_database(settings, "app")
    try:
        crm = open_crm(settings, database)
        customer, contacts = crm.get(account), crm.contacts(account)
    finally:
        database.close()
    chosen = next((c for c in contacts if c.email.casefold() == to.casefold()), None) if to else None
    if to and chosen is None:
        raise NotFound(told("mail.contact", account=account, address=to))
    customer = customer.model_copy(update={"segment": segment}) if segment else customer
    return house.addressed(customer, chosen, language, today)


def _json(  # noqa: PLR0913, PLR0917
    text: str, subject: str | None, about: Context, findings: list[Finding], screen: Language, fix: bool
) -> dict[str, Any]:
    listed = [{**finding.model_dump(mode="json"), "message": message(finding, screen)} for finding in findings]
    value: dict[str, Any] = {"level": about.level, "findings": listed}
    if fix:
        value |= {"mended": mended(text, about)}
        value |= {} if subject is None else {"mended_subject": mended_subject(subject, about)}
    return value


def _show(text: str, findings: list[Finding], screen: Language) -> None:
    for finding in findings:
        line = text.count("\n", 0, finding.start) + 1
        write(f"{line}: {finding.severity} {finding.rule}: {message(finding, screen)}")
    if not findings:
        write(sentence("nothing_found", screen))
