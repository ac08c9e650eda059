"""Tickets as their reader, in a child process, sees them: a file becomes rows, and a record becomes a document."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import chain, islice
from pathlib import Path
from typing import Any, cast, get_args

from banso.core.errors import ConfigError, ItemError
from banso.core.texts import speaking
from banso.knowledge.documents import Document
from ingest.mapping import FieldSpec, Messages, TicketField, TicketMapping
from ingest.presets import detect, load_mapping, presets
from ingest.records import Raw, keys_of, read_records
from ingest.sources.base import Failure
from ingest.sources.ticket_text import Message, Role, language_of, readable, write
from ingest.texts import told
from ingest.values import as_moment, as_text, normal, normal_key, pick

READER = "tickets-2"
"""Part of every fingerprint: raise it when the document made from the same record changes."""
PEEKED = 100
"""Records looked at to find the columns."""
_SHOWN_COLUMNS, _SHOWN_ROWS, _SHOWN_CHARACTERS = 40, 3, 60
_STATUS = {
    "open": "open new reopened 未対応 新規 オープン 対応中 受付",
    "pending": "pending hold on-hold waiting 保留 保留中 待機中 回答待ち",
    "solved": "solved resolved done 解決 解決済み 解決済 完了",
    "closed": "closed archived 終了 クローズ 終了済み",
}
_STATUSES = {word: status for status, words in _STATUS.items() for word in words.split()}
_API_URL = re.compile(r"^(https://[^/]+\.zendesk\.com)/api/v2/tickets/(\d+)\.json$")
Answers = Iterator[dict[str, Any]]
Batches = Callable[[Iterable[dict[str, Any]]], Answers]


def offers(path: Path, shown: str, mapping: str, collection: str, batches: Batches) -> Answers:
    """First `{"keys", "mapping"}`, the mapping that fits; then the rows, in batches: see `_Reader.row`.

    `shown` is the file's name in messages; `mapping` the JSON of a TicketMapping, found from the keys when empty.
    Raises ConfigError when the file holds no records or no mapping fits.
    """
    chosen = TicketMapping.model_validate_json(mapping) if mapping else None
    where = {key: None for m in ([chosen] if chosen else presets(TicketMapping).values()) for key in m.records}
    records = read_records(path, shown, tuple(where))
    first = list(islice(records.rows, PEEKED))
    if not first:
        raise ConfigError(told("records.none", path=shown))
    if chosen is None and not (name := _detected(first)):
        yield _unmapped(shown, first)
        return
    chosen = chosen or load_mapping(name, TicketMapping)
    yield {"keys": keys_of(first)[:200], "mapping": chosen.model_dump_json()}
    reader = _Reader(chosen, records.beside, collection, f"{READER}\x1e{chosen.digest}")
    yield from batches(map(reader.row, chain(first, records.rows)))


@dataclass(frozen=True)
class _Reader:
    """Records of one file as rows."""

    mapping: TicketMapping
    beside: Mapping[str, Any]
    collection: str
    salt: str

    def row(self, row: Raw | Failure) -> dict[str, Any]:
        """`{"ref", "place", "fingerprint", "record"}`, or `{"path", "error", "hint"}` for what cannot be read.

        Where names come from other lists of the file (`beside`), what the document says decides whether a ticket
        changed, and the document goes along instead of the record.
        """
        if isinstance(row, Failure):
            return _unread(row.path, row.error, row.hint)
        ref = as_text(self.mapping.fields["id"].read(aliased(row.value))) if "id" in self.mapping.fields else ""
        if not ref:
            return _unread(row.place, told("tickets.no_id"), told("tickets.no_id_hint"))
        found = {"ref": ref, "place": row.place}
        try:
            return found | (self._whole(row, ref) if self.beside else self._record(row))
        except RecursionError:
            return _unread(row.place, told("records.deep"), told("records.correct"))
        except ItemError as error:
            return {"path": row.place, "error": error.message, "hint": error.hint, "covers": ref}

    def _record(self, row: Raw) -> dict[str, Any]:
        return {
            "fingerprint": _digest(f"{self.salt}\x1e{row.raw}\x1e0"),
            "record": json.dumps(row.value, ensure_ascii=False),
        }

    def _whole(self, row: Raw, ref: str) -> dict[str, Any]:
        document = self._document(row, ref)
        with speaking("en"):  # the words of a warning do not make another ticket of it
            same = self._document(row, ref) if document.warnings else document
        digest = _digest(f"{READER}\x1e{same.model_dump_json()}")
        return {"fingerprint": digest, "document": document.model_dump_json()}

    def _document(self, row: Raw, ref: str) -> Document:
        return _Reading(aliased(row.value), self.mapping, self.beside, []).document(ref, row.place, self.collection)


def _unread(place: str, error: str, hint: str) -> dict[str, Any]:
    """A record that cannot be read may be any ticket."""
    return {"path": place, "error": error, "hint": hint, "hides": True}


def document_of(record: str, mapping: str, ref: str, place: str, collection: str) -> Document:
    """The document of one record. Raises ItemError, naming the line, when there is nothing to read in it."""
    value = json.loads(record)
    return _Reading(aliased(value), _mapping(mapping), {}, []).document(ref, place, collection)


@lru_cache(maxsize=8)
def _mapping(text: str) -> TicketMapping:
    return TicketMapping.model_validate_json(text)


def _digest(said: str) -> str:
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()


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
            raise ItemError(told("tickets.no_text", place=place, ref=ref), told("tickets.check_fields"))
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
            self.warnings.append(told("tickets.hidden"))
        return text

    def moment(self, name: TicketField) -> datetime | None:
        spec = self.mapping.fields.get(name)
        return self.when(spec, self.value(name)) if spec else None

    def when(self, spec: FieldSpec, value: object) -> datetime | None:
        """A date; one that cannot be read is worth a warning, not the loss of the ticket."""
        try:
            return as_moment(value, spec.formats, spec.timezone or self.mapping.timezone)
        except (ItemError, OverflowError, OSError):
            self.warnings.append(told("tickets.date"))
            return None


def status_of(word: str) -> str:
    """open, pending, solved, closed, or unknown."""
    return _STATUSES.get(normal(word), "unknown")


def aliased(record: Mapping[str, Any]) -> dict[str, Any]:
    """The record, readable also by normalised keys: `Created at` as `created_at`."""
    return {**{normal_key(key): value for key, value in record.items()}, **record}


def _detected(first: list[Raw | Failure]) -> str:
    keys = keys_of(first)
    broken = next((row for row in first if isinstance(row, Failure)), None)
    if not keys and broken:
        raise ConfigError(f"{broken.path}: {broken.error}", broken.hint)
    return detect(keys)


def _unmapped(shown: str, first: list[Raw | Failure]) -> dict[str, Any]:
    """What a person needs to say which column is which."""
    keys = keys_of(first)[:_SHOWN_COLUMNS]
    values = [row.value for row in first if isinstance(row, Raw)][:_SHOWN_ROWS]
    rows = [[as_text(value.get(key))[:_SHOWN_CHARACTERS] for key in keys] for value in values]
    shapes = "; ".join(f"{name} ({', '.join(m.detect[0])})" for name, m in presets(TicketMapping).items() if m.detect)
    said = told("tickets.no_preset", path=shown, columns=", ".join(keys))
    return {"unmapped": keys, "sample": rows, "error_text": said, "hint": told("tickets.name_columns", shapes=shapes)}
