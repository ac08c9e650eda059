"""Ticket history: CSV, JSON, JSON lines and Zendesk's own exports. One ticket is one document."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, cast, get_args

from banso.core.errors import ConfigError, ItemError
from banso.knowledge.documents import Document, SourceName
from ingest.mapping import FieldSpec, Messages, TicketField, TicketMapping
from ingest.presets import detect, load_mapping, presets
from ingest.records import Raw, Records, read_records
from ingest.sources.base import Failure, Item
from ingest.sources.ticket_text import HIDDEN_DROPPED, Message, Role, language_of, readable, write
from ingest.values import as_moment, as_text, normal, normal_key, pick

READER = "tickets-2"
"""Part of every fingerprint: raise it when the document made from the same record changes."""
FILES = (".json", ".jsonl", ".ndjson", ".csv", ".tsv")
_STATUS = {
    "open": "open new reopened 未対応 新規 オープン 対応中 受付",
    "pending": "pending hold on-hold waiting 保留 保留中 待機中 回答待ち",
    "solved": "solved resolved done 解決 解決済み 解決済 完了",
    "closed": "closed archived 終了 クローズ 終了済み",
}
_STATUSES = {word: status for status, words in _STATUS.items() for word in words.split()}
_API_URL = re.compile(r"^(https://[^/]+\.zendesk\.com)/api/v2/tickets/(\d+)\.json$")


def open_tickets(path: Path, *, mapping: str = "", collection: str = "") -> TicketSource:
    """The tickets in the file at `path`; `mapping` is a preset's name or a YAML file, found from the keys when empty.

    Raises ConfigError when there is no such file, nothing in it can be read, or no mapping fits.
    """
    path = _file(Path(path))
    chosen = load_mapping(mapping, TicketMapping) if mapping else None
    where = {key: None for m in ([chosen] if chosen else presets(TicketMapping).values()) for key in m.records}
    records = read_records(path, tuple(where))
    if chosen is None:
        chosen = load_mapping(_detected(path, records), TicketMapping)
    return TicketSource(records, chosen, collection or str(path.resolve()))


class TicketSource:
    """The tickets of one file, parsed once."""

    name: SourceName = "ticket"

    def __init__(self, records: Records, mapping: TicketMapping, collection: str) -> None:
        self.collection = collection
        self._records, self._mapping = records, mapping

    def items(self) -> Iterator[Item | Failure]:
        """Every ticket once, in the order of the file. Of records that share an id the last one counts."""
        offered: dict[str, tuple[Raw, list[str]]] = {}
        for row in self._records.rows:
            if isinstance(row, Failure):
                yield row
            elif ref := as_text(self._mapping.fields["id"].read(aliased(row.value))):
                earlier = offered.pop(ref, None)
                offered[ref] = (row, [*earlier[1], earlier[0].place] if earlier else [])
            else:
                yield Failure(
                    row.place, "the ticket has no id", "every ticket needs one; see `fields: id` of the mapping"
                )
        for ref, (row, repeated) in offered.items():
            yield self._item(ref, row, repeated)

    def _item(self, ref: str, row: Raw, repeated: list[str]) -> Item | Failure:
        load = partial(self._load, ref, row, repeated)
        said: tuple[str, ...] = (READER, self._mapping.digest, row.raw, str(len(repeated)))
        if self._records.beside:  # names come from other lists of the file: what the document says decides
            try:
                said = (READER, load().model_dump_json())
            except ItemError as error:
                return Failure(row.place, error.message, error.hint)
        return Item(ref, hashlib.sha256("\x1e".join(said).encode("utf-8", "surrogatepass")).hexdigest(), load)

    def _load(self, ref: str, row: Raw, repeated: list[str]) -> Document:
        warnings = [f"this ticket id occurs {len(repeated) + 1} times; the last one counts"] if repeated else []
        reading = _Reading(aliased(row.value), self._mapping, self._records.beside, warnings)
        return reading.document(ref, row.place, self.collection)


@dataclass
class _Reading:
    """One record on its way to a document; collects what was odd about it."""

    record: dict[str, Any]
    mapping: TicketMapping
    beside: Mapping[str, Any]
    warnings: list[str]

    def document(self, ref: str, place: str, collection: str) -> Document:
        """The document. Raises ItemError, naming the line, when there is nothing to read in the record."""
        subject, messages = readable(self.text("subject"))[0], self.conversation()
        if not messages and not subject:
            raise ItemError(f"{place}: ticket {ref} has neither subject nor text", "check `fields` of the mapping")
        language = language_of(self.text("language"), "\n".join([subject, *(m.body for m in messages)]))
        written = write(subject, messages, self.body(self.value("resolution")), language)
        people = (self.text("requester"), *(m.author for m in messages), self.text("assignee"))
        return Document(
            source="ticket",
            collection=collection,
            ref=ref,
            title=subject or ref,
            text=written.text,
            spans=tuple(written.spans),
            language=language,
            account=self.text("account"),
            product=self.text("product"),
            version=self.text("version"),
            status=status_of(self.text("status")),
            visibility="internal",
            created_at=self.moment("created_at"),
            updated_at=self.moment("updated_at"),
            url=_API_URL.sub(r"\1/agent/tickets/\2", self.text("url")),
            people=tuple(dict.fromkeys(name for name in people if name)),
            resolution=written.resolution,
            warnings=tuple(dict.fromkeys(self.warnings)),
        )

    def conversation(self) -> list[Message]:
        """The description as the customer's first message, unless the first message repeats it; then the messages."""
        said = [message for turn in self.turns() if (message := self.message(turn)).body]
        description = self.body(self.value("description"))
        if description and not (said and normal(said[0].body) == normal(description)):
            said.insert(0, Message(self.text("requester"), "customer", description))
        return said

    def turns(self) -> list[dict[str, Any]]:
        raw = pick(self.record, self.mapping.messages.from_) if self.mapping.messages else None
        return [turn for turn in raw if isinstance(turn, dict)] if isinstance(raw, list) else []

    def message(self, turn: dict[str, Any]) -> Message:
        spec = self.mapping.messages or Messages(**{"from": "", "body": ""})
        nested = {key: value for key, value in self.record.items() if isinstance(value, dict)}
        within = {**nested, **turn}  # look-ups reach the ticket's own objects
        author, role = as_text(spec.author.read(within, self.beside)), normal(spec.role.read(within, self.beside) or "")
        requester = self.text("requester")
        if role not in get_args(Role):
            role = ("customer" if author == requester else "agent") if author and requester else ""
        return Message(
            author=author,
            role=cast(Role, role),
            body=self.body(spec.body.read(within, self.beside)),
            at=self.when(spec.at, spec.at.read(within, self.beside)),
            internal=role == "internal" or normal(spec.internal.read(within, self.beside)) == "true",
            solution=normal(spec.solution.read(within, self.beside)) == "true",
        )

    def value(self, name: TicketField) -> Any:
        spec = self.mapping.fields.get(name)
        return spec.read(self.record, self.beside) if spec else None

    def text(self, name: TicketField) -> str:
        return as_text(self.value(name))

    def body(self, value: object) -> str:
        text, dropped = readable(as_text(value))
        if dropped:
            self.warnings.append(HIDDEN_DROPPED)
        return text

    def moment(self, name: TicketField) -> datetime | None:
        spec = self.mapping.fields.get(name)
        return self.when(spec, self.value(name)) if spec else None

    def when(self, spec: FieldSpec, value: object) -> datetime | None:
        """A date; one that cannot be read is worth a warning, not the loss of the ticket."""
        try:
            return as_moment(value, spec.formats, spec.timezone or self.mapping.timezone)
        except (ItemError, OverflowError, OSError):
            self.warnings.append("a date could not be read")
            return None


def status_of(word: str) -> str:
    """open, pending, solved, closed, or unknown."""
    return _STATUSES.get(normal(word), "unknown")


def aliased(record: Mapping[str, Any]) -> dict[str, Any]:
    """The record, readable also by normalised keys: `Created at` as `created_at`."""
    return {**{normal_key(key): value for key, value in record.items()}, **record}


def _file(path: Path) -> Path:
    if not path.is_dir():
        if not path.exists():
            raise ConfigError(f"no such file: {path}")
        return path
    files = sorted(p for p in path.iterdir() if p.suffix.lower() in FILES)
    if len(files) != 1:
        names = ", ".join(p.name for p in files) or "none"
        raise ConfigError(f"{path} is a folder; name one ticket file", f"ticket files in it: {names}")
    return files[0]


def _detected(path: Path, records: Records) -> str:
    if name := detect(records.keys):
        return name
    broken = next((row for row in records.rows if isinstance(row, Failure)), None)
    if not records.keys and broken:
        raise ConfigError(f"{broken.path}: {broken.error}", broken.hint)
    shapes = "; ".join(f"{name} ({', '.join(m.detect[0])})" for name, m in presets(TicketMapping).items() if m.detect)
    raise ConfigError(
        f"{path}: no preset fits these columns: {', '.join(records.keys[:40])}",
        f"name them in a mapping file (--mapping FILE.yaml). Presets: {shapes}",
    )
