"""Reports and lists as tables on the terminal, and the object of `status --json`."""

from __future__ import annotations

from pathlib import PurePath
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.table import Table
from rich.text import Text

from banso.core.console import safe
from banso.core.texts import Shown
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


def print_status(knowledge: Knowledge, language: Shown, zone: ZoneInfo, console: Console | None = None) -> None:
    """What is stored, by collection, and what could not go in."""
    console = console or Console()
    collections = knowledge.collections()
    if not collections:
        console.print(say("empty", language))
    else:
        table = Table()
        for key in ("source", "collection", "documents", "chunks", "updated_at"):
            table.add_column(say(key, language), overflow="fold")
        for one in collections:
            when = one.updated.astimezone(zone).strftime("%Y-%m-%d %H:%M")
            table.add_row(one.source, _text(one.collection), f"{one.documents:,}", f"{one.chunks:,}", when)
        console.print(table)
    _print_failures([(f.path, f.error, f.hint) for f in knowledge.failures()], language, console)


def status_object(knowledge: Knowledge) -> dict[str, object]:
    """`{"collections": [...], "failures": [...], "stats": {...}}`; `name` is a collection's last folder or file."""
    collections = [
        {**one.model_dump(mode="json"), "name": PurePath(one.collection).name or one.collection}
        for one in knowledge.collections()
    ]
    failures = [one.model_dump(mode="json") for one in knowledge.failures()]
    return {"collections": collections, "failures": failures, "stats": knowledge.stats().model_dump(mode="json")}


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
