"""Mapping files: which column or key of an export is which of our fields. Strict, so that a slip is told, not lost.

A field is written as a path (`subject`, `via.channel`), a list of paths (the first that has a value counts), or an
object: see `FieldSpec`. `ingest/presets.py` reads the files.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator

from ingest.values import normal, pick

TicketField = Literal[
    "id",
    "subject",
    "description",
    "status",
    "created_at",
    "updated_at",
    "account",
    "product",
    "version",
    "language",
    "requester",
    "assignee",
    "tags",
    "resolution",
    "url",
]
CrmKind = Literal["accounts", "contacts", "contracts", "usage", "surveys", "tickets", "events"]


class Strict(BaseModel):
    """Base of everything in a mapping file: unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Lookup(Strict):
    """Replace an identifier by a value of the object that has it.

    `list` names a list beside the records (`users`), `inside` the objects within the record (`requester`); `id` is the
    key that must equal the identifier, `take` the keys whose first value replaces it.
    """

    list: str = ""
    inside: tuple[str, ...] = ()
    id: str = "id"
    take: Annotated[tuple[str, ...], BeforeValidator(lambda v: (v,) if isinstance(v, str) else v)]


class FieldSpec(Strict):
    """How one field is read.

    `from`: paths, the first with a value counts. `values`: export's word -> ours (letter case and width do not matter;
    a word that is not listed stays). `filled`: the value to use when the source has any. `default`: when it has none.
    `constant`: always. `formats`: strptime formats of a date; `timezone`: of dates without an offset. `split`: the
    separator of a list in one cell. `lookup`: see `Lookup`.
    """

    from_: tuple[str, ...] = Field((), alias="from")
    values: dict[str, str] = {}
    filled: str | None = None
    default: str | None = None
    constant: str | None = None
    formats: tuple[str, ...] = ()
    timezone: str = ""
    split: str = ""
    lookup: Lookup | None = None

    @field_validator("from_", "formats", mode="before")
    @classmethod
    def _one_is_a_list(cls, value: object) -> object:
        return (value,) if isinstance(value, str) else value

    @field_validator("values", mode="before")
    @classmethod
    def _words(cls, value: object) -> object:
        if not isinstance(value, dict):
            return value
        return {normal(k): str(v).lower() if isinstance(v, bool) else v for k, v in value.items()}

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            return value and ZoneInfo(value).key
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError(f"unknown time zone {value!r} (IANA name, such as Asia/Tokyo)") from error

    def read(self, record: Mapping[str, Any], beside: Mapping[str, Any] | None = None) -> Any:
        """The raw value (any JSON value) by the rules above, or None."""
        if self.constant is not None:
            return self.constant
        value = next((v for v in (pick(record, path) for path in self.from_) if v not in (None, "", [])), None)
        if value is not None and self.lookup:
            value = _looked_up(self.lookup, value, record, beside or {})
        if value is None:
            return self.default
        if self.filled is not None:
            return self.filled
        return self.values.get(normal(value), value) if self.values and not isinstance(value, list | dict) else value


def _as_spec(value: object) -> object:
    return {"from": value} if isinstance(value, str | list) else value


Spec = Annotated[FieldSpec, BeforeValidator(_as_spec)]


class Messages(Strict):
    """The list of messages inside a ticket and how each is read. `role` is customer, agent or internal."""

    from_: str = Field(alias="from")
    author: Spec = FieldSpec()
    role: Spec = FieldSpec()
    at: Spec = FieldSpec()
    body: Spec
    internal: Spec = FieldSpec()
    solution: Spec = FieldSpec()


class TicketMapping(Strict):
    """A mapping of tickets. `detect`: sets of keys; an export that has all of one set is of this shape."""

    kind: Literal["tickets"]
    detect: tuple[tuple[str, ...], ...] = ()
    records: tuple[str, ...] = Field((), description="where the list is when the file is one JSON object")
    timezone: str = "UTC"
    fields: dict[TicketField, Spec]
    messages: Messages | None = None

    @property
    def digest(self) -> str:
        """Changes with anything that may change a document."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()[:16]


class Join(Strict):
    """Add columns of another file: `take` them from the row of `file` whose column `on` has the same value."""

    file: str
    on: str
    take: tuple[str, ...]


class Table(Strict):
    """One kind of CRM record: its file and columns.

    `key`: fields that make the id where the export has none. `unique`: a column that should name each row once; of rows
    that share it the last is kept and the others are reported. `week_of`: a date column; rows are then summed by
    account and by the week (from Monday) of that date.
    """

    file: str
    fields: dict[str, Spec]
    key: tuple[str, ...] = ()
    unique: str = ""
    join: Join | None = None
    week_of: str = ""
    optional: bool = False


class CrmMapping(Strict):
    """A mapping of a CRM export: a folder of CSV files."""

    kind: Literal["crm"]
    timezone: str = "UTC"
    tables: dict[CrmKind, Table]

    @property
    def digest(self) -> str:
        """Changes with anything that may change a record."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()[:16]


def _looked_up(lookup: Lookup, value: Any, record: Mapping[str, Any], beside: Mapping[str, Any]) -> Any:
    near = [found for name in lookup.inside if isinstance(found := pick(record, name), dict)]
    for entry in (*near, beside.get(lookup.list, {}).get(str(value))):
        if isinstance(entry, dict) and str(entry.get(lookup.id)) == str(value):
            return next((entry[key] for key in lookup.take if entry.get(key) not in (None, "")), value)
    return value
