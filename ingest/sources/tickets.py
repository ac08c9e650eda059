"""Ticket history: CSV, JSON, JSON lines and Zendesk's own exports. One ticket is one document.

The file is read in a child process. Here are only ids, fingerprints and places in a spool on disk: ten thousand
tickets need as little memory as ten.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from banso.core.errors import ConfigError, ItemError, UnknownColumns
from banso.knowledge.documents import Document, SourceName
from ingest.guess import guess
from ingest.mapping import TicketMapping
from ingest.presets import load_mapping
from ingest.sandbox import Answers, Sandbox, nonsense, records
from ingest.sources.base import Failure, Item
from ingest.sources.rows import Row, rows_of
from ingest.spool import Place, Spool
from ingest.texts import told

BESIDE = ".mapping.yaml"
FILES = (".json", ".jsonl", ".ndjson", ".csv", ".tsv")


@dataclass(frozen=True)
class _Offer:
    """A ticket that was listed: where its record (or whole document) lies, and how often its id came before."""

    place: str
    fingerprint: str
    kept: Place
    whole: bool
    repeated: int


def open_tickets(
    path: Path, *, mapping: str = "", collection: str = "", sandbox: Sandbox | None = None
) -> TicketSource:
    """The tickets in the file at `path`; `mapping` is a preset's name or a YAML file. When it is empty, the file
    `<name>.mapping.yaml` beside the tickets counts, then the preset that fits the keys.

    Raises ConfigError when there is no such file or nothing in it can be read, UnknownColumns when no mapping fits.
    """
    path = ticket_file(Path(path))
    beside = path.with_name(f"{path.name}{BESIDE}")
    mapping = mapping or (str(beside) if beside.is_file() else "")
    chosen = load_mapping(mapping, TicketMapping).model_dump_json() if mapping else ""
    pool = sandbox or records()
    name = collection or str(path.resolve())
    arguments = {"path": str(path.resolve()), "shown": str(path), "mapping": chosen, "collection": name}
    answers = pool.stream("tickets", arguments, size=path.stat().st_size)
    try:
        answer = next(answers, {})
        if "unmapped" in answer:
            answers.close()
            raise _unknown(answer)
        found = TicketMapping.model_validate_json(str(answer.get("mapping")))
    except ItemError as error:  # it died before the first record: there is nothing to go on with
        raise ConfigError(f"{path}: {error.message}", error.hint) from error
    except ValidationError as error:
        raise ConfigError(f"{path}: {told('sandbox.nonsense')}", told("sandbox.save_again")) from error
    return TicketSource(answers, pool, found, name, str(path))


def _unknown(answer: dict[str, Any]) -> UnknownColumns:
    columns = [str(name) for name in answer["unmapped"]]
    rows = [[str(cell) for cell in row] for row in answer.get("sample", ())]
    message, hint = str(answer.get("error_text")), str(answer.get("hint"))
    return UnknownColumns(message, hint, columns=columns, rows=rows, guess=guess(columns))


class TicketSource:
    """The tickets of one file, read once; to be closed."""

    name: SourceName = "ticket"

    def __init__(self, answers: Answers, pool: Sandbox, mapping: TicketMapping, collection: str, shown: str) -> None:
        self.collection = collection
        self._answers, self._pool, self._shown = answers, pool, shown
        self._mapping = mapping.model_dump_json()
        self._spool = Spool()

    def items(self) -> Iterator[Item | Failure]:
        """Every ticket once, in the order of the file. Of records that share an id the last one counts.

        When the reader dies half way, what it had read goes in and the rest is one Failure that may hide any ticket.
        """
        offered: dict[str, _Offer] = {}
        try:
            for row in rows_of(self._answers):
                if row.error:
                    yield Failure(row.path, row.error, row.hint, covers=row.covers, hides=row.hides)
                else:
                    self._keep(row, offered)
        except ItemError as error:
            yield Failure(self._shown, error.message, error.hint, hides=True)
        for ref, offer in offered.items():
            yield Item(ref, _fingerprint(offer), partial(self._load, ref, offer))

    def close(self) -> None:
        """End the reader when it is still reading, and give the disk space back."""
        self._answers.close()
        self._spool.close()

    def _keep(self, row: Row, offered: dict[str, _Offer]) -> None:
        earlier = offered.pop(row.ref, None)
        kept = self._spool.append(row.document or row.record)
        repeated = earlier.repeated + 1 if earlier else 0
        offered[row.ref] = _Offer(row.place, row.fingerprint, kept, bool(row.document), repeated)

    def _load(self, ref: str, offer: _Offer) -> Document:
        text = self._spool.read(offer.kept)
        if not offer.whole:
            arguments = {"record": text, "mapping": self._mapping, "ref": ref, "place": offer.place}
            text = str(self._pool.ask("ticket", arguments | {"collection": self.collection}).get("document"))
        try:
            document = Document.model_validate_json(text)
        except ValidationError as error:
            raise nonsense() from error
        warnings = (told("tickets.repeated", count=offer.repeated + 1),) if offer.repeated else ()
        return document.model_copy(
            update={"collection": self.collection, "ref": ref, "warnings": (*warnings, *document.warnings)}
        )


def _fingerprint(offer: _Offer) -> str:
    if not offer.repeated:
        return offer.fingerprint
    return hashlib.sha256(f"{offer.fingerprint}\x1e{offer.repeated}".encode()).hexdigest()


def ticket_file(path: Path) -> Path:
    """The file itself, or the only ticket file of a folder. Raises ConfigError."""
    if not path.is_dir():
        if not path.exists():
            raise ConfigError(told("tickets.no_file", path=path))
        return path
    files = sorted(p for p in path.iterdir() if p.suffix.lower() in FILES)
    if len(files) != 1:
        names = ", ".join(p.name for p in files) or "-"
        raise ConfigError(told("tickets.folder", path=path), told("tickets.folder_hint", names=names))
    return files[0]
