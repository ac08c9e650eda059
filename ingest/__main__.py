"""python -m ingest: takes in manuals, tickets, Slack exports and CRM files; lists, forgets and rebuilds."""

from __future__ import annotations

import sys
from contextlib import ExitStack, closing
from dataclasses import asdict
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from banso.core import console
from banso.core.database import open_database
from banso.core.memory import one_heap
from banso.core.settings import Settings, load_settings
from banso.knowledge.suspicious import Kind
from ingest import show
from ingest.forgetting import find_target, forget_target
from ingest.mining import LEAST, mine
from ingest.pipeline import Confirm
from ingest.progress import Progress, progress_bar
from ingest.redact import redactor_for
from ingest.report import Report
from ingest.service import Options, ingest_path, one_at_a_time
from ingest.texts import helped, say

app = typer.Typer(
    help=helped("app", "python -m ingest manuals examples/manuals"),
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

AsJson = Annotated[bool, typer.Option("--json", help=helped("json"))]
Yes = Annotated[bool, typer.Option("--yes", help=helped("yes"))]
DryRun = Annotated[bool, typer.Option("--dry-run", help=helped("dry_run"))]
Name = Annotated[str, typer.Option("--name", help=helped("name"))]
Mapping = Annotated[str, typer.Option("--mapping", help=helped("mapping"))]
Exclude = Annotated[list[str] | None, typer.Option("--exclude", metavar="GLOB", help=helped("exclude"))]
Keep = Annotated[str, typer.Option("--keep", help=helped("keep"))]
NoMask = Annotated[bool, typer.Option("--no-mask", help=helped("no_mask"))]


@app.command(help=helped("manuals", "python -m ingest manuals examples/manuals"))
def manuals(
    path: Annotated[Path, typer.Argument(help=helped("manuals_path"))],
    as_json: AsJson = False,
    yes: Yes = False,
    dry_run: DryRun = False,
    name: Name = "",
    exclude: Exclude = None,
    keep: Keep = "",
    no_mask: NoMask = False,
) -> None:
    """Take in manuals: md, html, pdf, docx, pptx, xlsx and more."""
    redactor = redactor_for(keep.split(","), mask_nothing=no_mask)
    options = Options(redactor, exclude=tuple(exclude or ()), dry_run=dry_run)
    _ingest("manuals", path, name, options, yes=yes, as_json=as_json)


@app.command(help=helped("tickets", "python -m ingest tickets examples/tickets/tickets.jsonl"))
def tickets(
    path: Annotated[Path, typer.Argument(help=helped("tickets_path"))],
    as_json: AsJson = False,
    yes: Yes = False,
    dry_run: DryRun = False,
    name: Name = "",
    mapping: Mapping = "",
    keep: Keep = "",
    no_mask: NoMask = False,
) -> None:
    """Take in past tickets."""
    options = Options(redactor_for(keep.split(","), mask_nothing=no_mask), mapping=mapping, dry_run=dry_run)
    _ingest("tickets", path, name, options, yes=yes, as_json=as_json)


@app.command(help=helped("slack", "python -m ingest slack examples/slack --workspace https://acme.slack.com"))
def slack(
    path: Annotated[Path, typer.Argument(help=helped("slack_path"))],
    as_json: AsJson = False,
    yes: Yes = False,
    dry_run: DryRun = False,
    name: Name = "",
    workspace: Annotated[str, typer.Option("--workspace", help=helped("workspace"))] = "",
    keep: Keep = "",
    no_mask: NoMask = False,
) -> None:
    """Take in a Slack export."""
    redactor = redactor_for(keep.split(","), mask_nothing=no_mask)
    options = Options(redactor, workspace_url=workspace, dry_run=dry_run)
    _ingest("slack", path, name, options, yes=yes, as_json=as_json)


@app.command(help=helped("crm", "python -m ingest crm examples/crm"))
def crm(
    path: Annotated[Path, typer.Argument(help=helped("crm_path"))],
    as_json: AsJson = False,
    yes: Yes = False,
    dry_run: DryRun = False,
    mapping: Mapping = "",
) -> None:
    """Take accounts, contacts, contracts, usage, surveys and tickets into the embedded CRM."""
    _ingest("crm", path, "", Options(mapping=mapping, dry_run=dry_run), yes=yes, as_json=as_json)


@app.command(help=helped("status", "python -m ingest status --json"))
def status(as_json: AsJson = False) -> None:
    """Say what is in the index and the CRM, and what could not go in."""
    from banso.crm.embedded import open_crm
    from banso.knowledge.index import open_knowledge
    from banso.knowledge.synonyms import FILE, load_synonyms

    settings = load_settings()
    with closing(open_knowledge(settings)) as knowledge, closing(open_database(settings, "app")) as database:
        crm = open_crm(settings, database).holdings()
        groups = len(load_synonyms(settings.data / FILE).groups)
        if as_json:
            console.print_json({**show.status_object(knowledge, crm), "synonyms": groups})
        else:
            show.print_status(knowledge, crm, settings.language, ZoneInfo(settings.timezone))
            console.write(say("synonyms_groups", settings.language, count=groups))


@app.command(help=helped("forget", "python -m ingest forget examples/slack --yes"))
def forget(
    name: Annotated[str, typer.Argument(metavar="ID|COLLECTION", help=helped("forget_name"))],
    as_json: AsJson = False,
    yes: Yes = False,
) -> None:
    """Remove a document or a whole collection from the index."""
    from banso.knowledge.index import open_knowledge

    settings = load_settings()
    language = settings.language
    with one_at_a_time(settings.data, language), closing(open_knowledge(settings)) as knowledge:
        target = find_target(knowledge, name, language)
        if not (yes or _ask(target.question(language))):
            console.say(say("kept", language))
            raise typer.Exit(console.EXIT_ERROR)
        removed = forget_target(knowledge, target)
    if as_json:
        console.print_json({"removed": removed})
    else:
        console.say(f"{say('forgotten', language, count=removed)}\n  {say('forgotten_hint', language)}")


@app.command(help=helped("synonyms", "python -m ingest synonyms --write --only 1,3,7-9"))
def synonyms(
    write: Annotated[bool, typer.Option("--write", help=helped("synonyms_write"))] = False,
    only: Annotated[str, typer.Option("--only", metavar="N,N-N", help=helped("synonyms_only"))] = "",
    least: Annotated[int, typer.Option("--least", min=1, help=helped("synonyms_least"))] = LEAST,
    as_json: AsJson = False,
) -> None:
    """Propose groups of equal words found in the index."""
    from banso.knowledge.index import open_knowledge
    from banso.knowledge.synonyms import FILE, load_synonyms
    from ingest.synonyms import accepted, append, fresh, pages, print_proposals

    settings = load_settings()
    path = settings.data / FILE
    with closing(open_knowledge(settings)) as knowledge:
        proposals = fresh(mine(pages(knowledge), least), load_synonyms(path))
    chosen = accepted(proposals, only)
    if as_json:
        console.print_json({"proposals": [asdict(one) for one in chosen], "written": write})
    else:
        print_proposals(proposals, settings.language)
    if write and chosen:
        append(path, chosen)
        console.say(say("synonyms_written", settings.language, count=len(chosen), path=path))


@app.command(help=helped("suspicious", "python -m ingest suspicious --kind hidden --json"))
def suspicious(
    kind: Annotated[Kind | None, typer.Option("--kind", help=helped("suspicious_kind"))] = None,
    as_json: AsJson = False,
) -> None:
    """List hidden text and orders to a machine in the index, with their sources."""
    from banso.knowledge.index import open_knowledge
    from banso.knowledge.suspicious import suspicious as looked_at
    from ingest.suspicious import print_findings

    settings = load_settings()
    with closing(open_knowledge(settings)) as knowledge:
        found = [one for one in looked_at(knowledge) if kind in (None, one.kind)]
    if as_json:
        console.print_json({"findings": [one.model_dump(mode="json") for one in found]})
    else:
        print_findings(found, settings.language)


@app.command(help=helped("rebuild", "BANSO_EMBEDDING=intfloat/multilingual-e5-base python -m ingest rebuild"))
def rebuild(as_json: AsJson = False) -> None:
    """Build the index anew from what is stored: after a change of embedder, or to give disk space back."""
    from banso.knowledge.index import open_knowledge

    settings = load_settings()
    busy = one_at_a_time(settings.data, settings.language)
    with busy, closing(open_knowledge(settings, rebuild=True)) as knowledge:
        chunks = knowledge.stats().chunks
    if as_json:
        console.print_json({"chunks": chunks})
    else:
        console.say(say("rebuilt", settings.language, count=chunks))


def _ingest(kind: str, path: Path, name: str, options: Options, *, yes: bool, as_json: bool) -> None:
    settings = load_settings()
    try:
        with progress_bar(path.resolve().name, say("listing", settings.language)) as progress:
            report = _run(settings, kind, path, name, options, _confirm(yes), progress)
    except KeyboardInterrupt:
        console.say(say("stopped", settings.language))
        raise
    if as_json:
        console.print_json(report.as_json())
    else:
        show.print_report(report, settings.language)
    if not report.complete:
        raise typer.Exit(console.EXIT_PARTIAL)


def _run(
    settings: Settings, kind: str, path: Path, name: str, options: Options, confirm: Confirm, progress: Progress
) -> Report:
    """Open what the kind needs, take it in, close it."""
    with ExitStack() as stack:
        knowledge, database = None, None
        if kind == "crm":
            database = stack.enter_context(closing(open_database(settings, "app")))
        elif path.exists():
            from banso.knowledge.index import open_knowledge

            knowledge = stack.enter_context(closing(open_knowledge(settings)))
        return ingest_path(
            kind,
            path,
            knowledge=knowledge,
            database=database,
            settings=settings,
            collection=name,
            progress=progress,
            confirm=confirm,
            options=options,
        )


def _confirm(yes: bool) -> Confirm:
    return (lambda _question: True) if yes else _ask


def _ask(question: str) -> bool:
    """Yes only from a person at a terminal; a script says --yes."""
    if not sys.stdin.isatty():
        console.say(question)
        return False
    return typer.confirm(question, err=True)


if __name__ == "__main__":
    one_heap()
    console.run(lambda: app(prog_name="python -m ingest"))
