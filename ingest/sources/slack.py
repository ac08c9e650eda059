"""A Slack export, as a folder or as the zip that Slack makes, read in a child process."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import ValidationError

from banso.core.errors import ConfigError, ItemError
from banso.knowledge.documents import Document, SourceName
from ingest.sandbox import Answers, Sandbox, nonsense, records
from ingest.sources.base import Failure, Item
from ingest.sources.rows import Row, rows_of
from ingest.spool import Place, Spool
from ingest.texts import told

_PACKED = 10
"""Bytes of JSON in one byte of a zip file, as an estimate for the time that reading takes."""


def open_slack(
    path: str | Path,
    *,
    collection: str = "",
    timezone: str = "Asia/Tokyo",
    workspace_url: str = "",
    sandbox: Sandbox | None = None,
) -> SlackSource:
    """The export at `path`, to be closed. `timezone` dates the titles; `workspace_url` (https://x.slack.com) makes
    permalinks.

    Raises ConfigError when the path is no Slack export.
    """
    try:
        ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ConfigError(told("slack.zone", zone=repr(timezone)), told("slack.zone_hint")) from error
    root = Path(path).expanduser()
    name = collection or str(root.resolve())
    arguments = {"path": str(root.resolve()), "shown": str(root), "collection": name}
    arguments |= {"timezone": timezone, "workspace_url": workspace_url}
    answers = (sandbox or records()).stream("slack", arguments, size=_size(root))
    try:
        next(answers, None)
    except ItemError as error:
        raise ConfigError(f"{root}: {error.message}", error.hint) from error
    return SlackSource(answers, name, str(root))


class SlackSource:
    """Conversations of one export, channel by channel; memory holds one batch at a time."""

    name: SourceName = "slack"

    def __init__(self, answers: Answers, collection: str, shown: str) -> None:
        self.collection = collection
        self._answers, self._shown, self._spool = answers, shown, Spool()

    def items(self) -> Iterator[Item | Failure]:
        """Every conversation once; a list or day file that cannot be read comes as a Failure.

        When the reader dies half way, the rest of the export is one Failure that may hide any conversation.
        """
        try:
            for row in rows_of(self._answers):
                if row.error:
                    yield Failure(row.path, row.error, row.hint, covers=row.covers, hides=row.hides)
                else:
                    yield self._item(row)
        except ItemError as error:
            yield Failure(self._shown, error.message, error.hint, hides=True)

    def close(self) -> None:
        """End the reader when it is still reading, and give the disk space back."""
        self._answers.close()
        self._spool.close()

    def _item(self, row: Row) -> Item:
        return Item(row.ref, row.fingerprint, partial(self._load, row.ref, self._spool.append(row.document)))

    def _load(self, ref: str, kept: Place) -> Document:
        try:
            document = Document.model_validate_json(self._spool.read(kept))
        except ValidationError as error:
            raise nonsense() from error
        return document.model_copy(update={"collection": self.collection, "ref": ref})


def _size(root: Path) -> int:
    """About how many bytes are to be read."""
    if root.is_file():
        return root.stat().st_size * _PACKED
    paths = (Path(folder, name) for folder, _, names in os.walk(root) for name in names)
    return sum(path.stat().st_size for path in paths if path.is_file())
