"""What a child can be asked to do. Each job yields answers, in batches of bounded size where there may be many."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from ingest.texts import told

Answers = Iterator[dict[str, Any]]
BATCH_CHARACTERS = 1_000_000
"""Characters of rows sent at once: enough to keep the pipe busy, little enough for the parent to hold."""
LARGEST_ROW = 50_000_000
"""Characters of one record. Longer ones are failures: the parent holds one batch, which may be a single record."""


def warm(kind: str) -> None:
    """Import what the jobs of this kind need, before the limits count."""
    if kind == "documents":
        from ingest.parse import formats  # noqa: F401
        from ingest.parse.elements import from_html

        from_html("<p>warm</p>")
    else:
        from ingest.slack import reading  # noqa: F401
        from ingest.sources import crm_reading, ticket_reading  # noqa: F401


def batches(rows: Iterable[dict[str, Any]]) -> Answers:
    """The rows as `{"rows": [...]}`, each row as JSON text. One that is too large becomes a failure."""
    batch: list[str] = []
    size = 0
    for row in rows:
        text = json.dumps(row, ensure_ascii=False)
        if len(text) > LARGEST_ROW:
            place = str(row.get("place") or row.get("ref") or "")
            error = told("records.too_large", size=LARGEST_ROW // 1_000_000)
            text = json.dumps({"path": place, "error": error, "hint": told("records.correct"), "hides": True})
        batch.append(text)
        size += len(text)
        if size > BATCH_CHARACTERS:
            yield {"rows": batch}
            batch, size = [], 0
    if batch:
        yield {"rows": batch}


def _manual(path: str, suffix: str) -> Answers:
    from ingest.parse.formats import parse

    yield {"parsed": parse(Path(path).read_bytes(), suffix).model_dump(mode="json")}


def _tickets(path: str, shown: str, mapping: str, collection: str) -> Answers:
    from ingest.sources.ticket_reading import offers

    yield from offers(Path(path), shown, mapping, collection, batches)


def _ticket(record: str, mapping: str, ref: str, place: str, collection: str) -> Answers:
    from ingest.sources.ticket_reading import document_of

    yield {"document": document_of(record, mapping, ref, place, collection).model_dump_json()}


def _slack(path: str, shown: str, collection: str, timezone: str, workspace_url: str) -> Answers:
    from ingest.slack.reading import offers

    yield from offers(Path(path), shown, collection, timezone, workspace_url, batches)


def _crm(mapping: str, files: dict[str, list[str]]) -> Answers:
    from ingest.sources.crm_reading import offers

    yield from offers(mapping, {name: (Path(path), shown) for name, (path, shown) in files.items()}, batches)


JOBS: dict[str, Callable[..., Answers]] = {
    "manual": _manual,
    "tickets": _tickets,
    "ticket": _ticket,
    "slack": _slack,
    "crm": _crm,
}
