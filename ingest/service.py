"""One function that takes something in, for the command line and the upload screen alike."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, get_args

from banso.core.database import Database
from banso.core.errors import ConfigError
from banso.core.settings import Settings
from banso.core.texts import Shown, speaking
from banso.knowledge.index import Knowledge
from ingest.pipeline import Confirm, run
from ingest.progress import Progress, no_progress
from ingest.redact import Redactor
from ingest.report import Report
from ingest.sources.base import Source
from ingest.texts import say, told

KindOfSource = Literal["manuals", "tickets", "slack", "crm"]


@dataclass(frozen=True)
class Options:
    """What a run may be told beside the path. `mapping` is for tickets and CRM, `workspace_url` for Slack, `exclude`
    (patterns of paths to leave out) for manuals.
    """

    redactor: Redactor = field(default_factory=Redactor)
    mapping: str = ""
    workspace_url: str = ""
    exclude: tuple[str, ...] = ()
    dry_run: bool = False


def refuse(question: str) -> bool:
    """The answer where nobody can be asked: no."""
    return False


def ingest_path(  # noqa: PLR0913 - one call per run, each choice named
    kind: str,
    path: Path,
    *,
    knowledge: Knowledge | None,
    database: Database | None,
    settings: Settings,
    collection: str = "",
    progress: Progress | None = None,
    confirm: Confirm = refuse,
    options: Options | None = None,
) -> Report:
    """Take in what is at `path`. `knowledge` is needed for every kind but crm, `database` for crm.

    Raises ConfigError when nothing can start: an unknown kind, an unreadable path, another run on the same data folder.
    """
    options, progress = options or Options(), progress or no_progress
    with speaking(settings.language):
        if kind not in get_args(KindOfSource):
            kinds = ", ".join(get_args(KindOfSource))
            raise ConfigError(told("kind.unknown", kind=repr(kind)), told("one_of", names=kinds))
        if not path.exists():
            raise ConfigError(told("path.missing", path=path), told("path.check"))
        with one_at_a_time(settings.data, settings.language):
            if kind == "crm":
                return _into_crm(path, database, settings, confirm, progress, options)
            return _into_knowledge(kind, path, collection, knowledge, settings, confirm, progress, options)


def _into_crm(  # noqa: PLR0913, PLR0917 - handed on as they came
    path: Path, database: Database | None, settings: Settings, confirm: Confirm, progress: Progress, options: Options
) -> Report:
    from ingest.sources.crm import load_crm

    if database is None:
        raise ValueError("database is needed for crm")
    return load_crm(
        path,
        database,
        mapping=options.mapping,
        dry_run=options.dry_run,
        confirm=confirm,
        progress=progress,
        language=settings.language,
    )


def _into_knowledge(  # noqa: PLR0913, PLR0917 - handed on as they came
    kind: str,
    path: Path,
    collection: str,
    knowledge: Knowledge | None,
    settings: Settings,
    confirm: Confirm,
    progress: Progress,
    options: Options,
) -> Report:
    if knowledge is None:
        raise ValueError("knowledge is needed for every kind but crm")
    with _opened(kind, path, collection, settings, options) as source:
        return run(
            source,
            knowledge,
            redactor=options.redactor,
            count_tokens=knowledge.embedder.count_tokens,
            confirm=confirm,
            progress=progress,
            dry_run=options.dry_run,
            language=settings.language,
        )


@contextmanager
def one_at_a_time(data: Path, language: Shown) -> Iterator[None]:
    """Hold this data folder's ingestion lock; the system releases it when a process dies. Raises ConfigError."""
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (data / "ingest.lock").open("a+") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            handle.seek(0)
            pid = handle.read().strip() or "?"
            raise ConfigError(say("busy", language, pid=pid), say("busy_hint", language)) from error
        handle.truncate(0)
        handle.write(str(os.getpid()))
        handle.flush()
        yield


@contextmanager
def _opened(kind: str, path: Path, collection: str, settings: Settings, options: Options) -> Iterator[Source]:
    if kind == "manuals":
        from ingest.sources.manuals import open_manuals

        yield open_manuals(path, collection=collection, exclude=options.exclude)
    elif kind == "tickets":
        from ingest.sources.tickets import open_tickets

        with closing(open_tickets(path, mapping=options.mapping, collection=collection)) as tickets:
            yield tickets
    else:
        from ingest.sources.slack import open_slack

        zone, url = settings.timezone, options.workspace_url
        with closing(open_slack(path, collection=collection, timezone=zone, workspace_url=url)) as talks:
            yield talks
