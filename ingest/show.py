"""Reports and lists as tables on the terminal, and the object of `status --json`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import PurePath
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.table import Table
from rich.text import Text

from banso.core.console import safe
from banso.core.texts import Shown
from banso.crm.holdings import Holding
from banso.knowledge.index import Knowledge
from ingest.report import Report
from ingest.texts import say

SHOWN = 20
"""Failures listed on the terminal; the rest are counted, and `--json` gives all."""


def print_report(report: Report, language: Shown, console: Console | None = None) -> None:
    """A table of counts, then what was masked, what was odd and what failed."""
    console = console or Console()
    name = PurePath(report.collection).name or report.collection
    table = Table(title=_text(f"{report.source}: {name}"), show_header=False)
    table.add_column()
    table.add_column(justify="right")
    for key in ("added", "updated", "unchanged", "deleted", "failed"):
        table.add_row(say(key, language), f"{getattr(report.documents, key):,}")
    table.add_row(say("chunks", language), f"{report.chunks:,}")
    table.add_row(say("seconds", language), f"{report.seconds:,.1f}")
    console.print(table)
    if report.dry_run:
        console.print(say("dry_run", language))
    if report.masked:
        kinds = ", ".join(f"{say(kind, language)} {count:,}" for kind, count in report.masked.items())
        console.print(f"{say('masked', language)}: {kinds}", markup=False)
    for warning, count in list(report.warnings.items())[:SHOWN]:
        times = f" ({count:,})" if count > 1 else ""
        console.print(_text(f"{say('warnings', language)}: {warning}{times}"), soft_wrap=True)
    failures = [(failure.path, failure.error, failure.hint) for failure in report.failures]
    _print_failures(failures, language, console)


def print_status(
    knowledge: Knowledge, crm: Sequence[Holding], language: Shown, zone: ZoneInfo, console: Console | None = None
) -> None:
    """What is stored, by collection, in the index and in the CRM, and what could not go in."""
    console = console or Console()
    collections = knowledge.collections()
    if not collections:
        console.print(say("empty", language), soft_wrap=True)
    else:
        table = Table()
        for key in ("source", "collection", "documents", "chunks", "updated_at"):
            table.add_column(say(key, language), overflow="fold")
        for one in collections:
            when = _when(one.updated, zone)
            table.add_row(one.source, _text(one.collection), f"{one.documents:,}", f"{one.chunks:,}", when)
        console.print(table)
    _print_crm(crm, language, zone, console)
    failures = [(f.path, f.error, f.hint) for f in knowledge.failures()]
    _print_failures([*failures, *(failure for one in crm for failure in one.failures)], language, console)


def _print_crm(crm: Sequence[Holding], language: Shown, zone: ZoneInfo, console: Console) -> None:
    if not crm:
        console.print(say("crm_empty", language), soft_wrap=True)
        return
    table = Table()
    for key in ("source", "collection", "crm_records", "updated_at"):
        table.add_column(say(key, language), overflow="fold")
    for one in crm:
        counts = [f"{say(f'record.{kind}', language)} {count:,}" for kind, count in one.records.items() if count]
        table.add_row("crm", _text(one.collection), "\n".join(counts), _when(one.loaded_at, zone))
    console.print(table)


def _when(moment: datetime, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M")


def status_object(knowledge: Knowledge, crm: Sequence[Holding]) -> dict[str, object]:
    """`{"collections": [...], "crm": [...], "failures": [...], "stats": {...}}`.

    `name` is a collection's last folder or file. An entry of `crm` is one export: `{"collection", "name", "records":
    {"accounts", "contacts", …: how many}, "loaded_at", "failures": [{"path","error","hint"}]}`.
    """
    collections = [
        {**one.model_dump(mode="json"), "name": PurePath(one.collection).name or one.collection}
        for one in knowledge.collections()
    ]
    failures = [one.model_dump(mode="json") for one in knowledge.failures()]
    stats = knowledge.stats().model_dump(mode="json")
    return {"collections": collections, "crm": [_held(one) for one in crm], "failures": failures, "stats": stats}


def _held(one: Holding) -> dict[str, object]:
    failures = [dict(zip(("path", "error", "hint"), failure, strict=True)) for failure in one.failures]
    return {**one.model_dump(mode="json"), "name": PurePath(one.collection).name, "failures": failures}


def _text(words: str) -> Text:
    """Names and words of others: neither markup nor control characters in them do anything."""
    return Text(safe(words))


def _print_failures(failures: list[tuple[str, str, str]], language: Shown, console: Console) -> None:
    if not failures:
        return
    console.print(f"\n{say('failures', language)}:", markup=False)
    for path, error, hint in failures[:SHOWN]:
        line = f"{path}: {error}" + (f" → {hint}" if hint else "")
        # The terminal wraps: a line broken at 80 columns would cut paths and commands that people copy.
        console.print(_text("  " + " ".join(line.splitlines())), soft_wrap=True)
    if len(failures) > SHOWN:
        console.print("  " + say("more", language, count=len(failures) - SHOWN))
