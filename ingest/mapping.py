"""Mapping files: which column or key of an export is which of our fields. Strict, so that a slip is told, not lost.

A field is written as a path (`subject`, `via.channel`), a list of paths (the first that has a value counts), or an
object: see `FieldSpec`. Presets are the files in `ingest/mappings/`, named by their stem.
"""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, field_validator

from banso.core.errors import ConfigError
from banso.crm.tables import KINDS
from ingest.values import normal, pick
from ingest.yaml_lines import line_of

PRESETS = Path(__file__).parent / "mappings"
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


M = TypeVar("M", bound=TicketMapping | CrmMapping)


def load_mapping(name: str, kind: type[M]) -> M:
    """The preset of this name, or the YAML file at this path. Raises ConfigError naming the file and the line."""
    path = Path(name) if name.endswith((".yaml", ".yml")) or "/" in name else _preset_path(name, kind)
    try:
        return _parse(path, kind)
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"cannot read the mapping {path}: {error}", f"presets: {', '.join(presets(kind))}") from error


def presets(kind: type[M]) -> dict[str, M]:
    """Name -> mapping, of every preset of this kind."""
    return {p.name.removesuffix(_suffix(kind)): _preset(p, kind) for p in sorted(PRESETS.glob(f"*{_suffix(kind)}"))}


def detect(keys: Iterable[str]) -> str:
    """The ticket preset whose keys these are, the most specific one, or ""."""
    have = {normal_key(key) for key in keys}
    fitting = [
        (len(wanted), name)
        for name, mapping in presets(TicketMapping).items()
        for wanted in mapping.detect
        if {normal_key(key) for key in wanted} <= have
    ]
    return max(fitting)[1] if fitting else ""


def normal_key(key: str) -> str:
    """`Created at`, `created-at` and `created_at` are one key."""
    return "_".join(normal(key).replace("-", " ").replace("_", " ").split())


_read: dict[Path, Any] = {}


def _preset(path: Path, kind: type[M]) -> M:
    if path not in _read:  # they come with the program and do not change while it runs
        _read[path] = _parse(path, kind)
    found: M = _read[path]
    return found


def _suffix(kind: type[M]) -> str:
    return ".tickets.yaml" if issubclass(kind, TicketMapping) else ".crm.yaml"


def _preset_path(name: str, kind: type[M]) -> Path:
    known = presets(kind)
    if name not in known:
        near = difflib.get_close_matches(name, known, 1)
        hint = f"did you mean {near[0]}?" if near else f"presets: {', '.join(known)}; or the path of a .yaml file"
        raise ConfigError(f"no mapping preset {name!r}", hint)
    return PRESETS / f"{name}{_suffix(kind)}"


def _parse(path: Path, kind: type[M]) -> M:
    text = path.read_text("utf-8-sig")
    try:
        node = yaml.compose(text, yaml.BaseLoader)  # every scalar is text: YAML 1.1 reads a bare on, no or 08 as more
        data = yaml.load(text, yaml.BaseLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f"{path}:{mark.line + 1}" if mark else str(path)
        raise ConfigError(f"{place}: not valid YAML: {getattr(error, 'problem', error)}") from error
    try:
        mapping: M = kind.model_validate(data)  # type: ignore[assignment]
    except ValidationError as error:
        raise _explain(path, node, error) from error
    if isinstance(mapping, CrmMapping):
        _check_fields(path, node, mapping)
    return mapping


def _check_fields(path: Path, node: yaml.Node | None, mapping: CrmMapping) -> None:
    for kind, table in mapping.tables.items():
        known = KINDS[kind].model_fields
        for name in (n for n in table.fields if n not in known):
            near = difflib.get_close_matches(name, known, 1, 0.5)
            place = f"{path}:{line_of(node, ('tables', kind, 'fields', name))}"
            hint = f"did you mean {near[0]!r}?" if near else f"fields of {kind}: {', '.join(known)}"
            raise ConfigError(f"{place}: unknown key 'tables.{kind}.fields.{name}'", hint)


def _explain(path: Path, node: yaml.Node | None, error: ValidationError) -> ConfigError:
    """One line about the first mistake: file, line, key, and the nearest known key."""
    first = error.errors()[0]
    loc = tuple(part for part in first["loc"] if part != "[key]")
    key, place = ".".join(str(part) for part in loc), f"{path}:{line_of(node, loc)}"
    known: list[str] = []
    if first["type"] == "extra_forbidden":
        models = (TicketMapping, CrmMapping, Table, Join, Messages, FieldSpec, Lookup)
        known = [f.alias or n for m in models for n, f in m.model_fields.items()]
    elif first["type"] == "literal_error":
        known = [word.strip("' ") for word in first["ctx"]["expected"].replace(" or ", ", ").split(",")]
    if not known:
        return ConfigError(f"{place}: {key}: {first['msg']}")
    near = difflib.get_close_matches(str(loc[-1]), known, 1, 0.5)
    return ConfigError(f"{place}: unknown key {key!r}", f"did you mean {near[0]!r}?" if near else "see docs/mapping.md")


def _looked_up(lookup: Lookup, value: Any, record: Mapping[str, Any], beside: Mapping[str, Any]) -> Any:
    near = [found for name in lookup.inside if isinstance(found := pick(record, name), dict)]
    for entry in (*near, beside.get(lookup.list, {}).get(str(value))):
        if isinstance(entry, dict) and str(entry.get(lookup.id)) == str(value):
            return next((entry[key] for key in lookup.take if entry.get(key) not in (None, "")), value)
    return value
