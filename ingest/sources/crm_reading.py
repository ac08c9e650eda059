"""A CRM export as its reader, in a child process, sees it: rows of CSV files become records."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, get_args
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from banso.core.errors import ConfigError, ItemError
from banso.crm.accounts import Stored
from banso.crm.tables import KINDS
from ingest.mapping import CrmMapping, FieldSpec, Table
from ingest.records import Raw, csv_rows, read_text
from ingest.sources.base import Failure
from ingest.sources.ticket_reading import status_of
from ingest.texts import told
from ingest.values import as_moment, as_number, as_text, as_yes

READER = "crm-1"
"""Part of the fingerprint: raise it when the records made from the same files change."""
_EVERY = 1000
_SUMMED = ("active_users", "logins", "events", "errors", "seats")
Answers = Iterator[dict[str, Any]]


def offers(
    mapping: str, files: dict[str, tuple[Path, str]], batches: Callable[[Iterable[dict[str, Any]]], Answers]
) -> Answers:
    """`{"file"}` before each file, `{"at"}` while it is read, its records as rows; at the end what was odd.

    `files`: name -> path, and what to call it in messages.
    """
    reading = _Reading(CrmMapping.model_validate_json(mapping), files)
    for kind, table in reading.tables():
        yield {"file": table.file}
        steps = reading.kind(kind, table)
        found: Iterable[Stored] = ()
        for step in steps:
            if isinstance(step, int):
                yield {"at": step, "file": table.file}
            else:
                found = step
        yield from batches({"kind": kind, "record": record.model_dump_json()} for record in found)
    yield from batches({"path": f.path, "error": f.error, "hint": f.hint} for f in reading.failures)
    yield {"warnings": dict(reading.warnings)}


@dataclass
class _Reading:
    """The files on their way to records; collects what failed and what was odd."""

    mapping: CrmMapping
    files: dict[str, tuple[Path, str]]
    failures: list[Failure] = field(default_factory=list)
    warnings: Counter[str] = field(default_factory=Counter)
    accounts: set[str] = field(default_factory=set)

    def tables(self) -> list[tuple[str, Table]]:
        """Those whose file is there; accounts first, because the others must belong to one."""
        found = [(kind, self.mapping.tables[kind]) for kind in KINDS if kind in self.mapping.tables]
        return [(kind, table) for kind, table in found if table.file in self.files]

    def kind(self, kind: str, table: Table) -> Iterator[int | Iterable[Stored]]:
        """Row numbers while reading, then the records."""
        rows: dict[str, Raw] = {}
        yield from self._rows(table, rows)
        records = self._weekly(table, rows.values()) if table.week_of else self._plain(kind, table, rows.values())
        if kind == "accounts":
            self.accounts = set(records)
        yield records.values()

    def _plain(self, kind: str, table: Table, rows: Iterable[Raw]) -> dict[str, Stored]:
        """id -> record. Rows that share an id: the last one counts; answers without an id are numbered instead."""
        found: dict[str, Stored] = {}
        for row in rows:
            try:
                record = self._record(kind, table, row.value)
            except ItemError as error:
                self.failures.append(Failure(row.place, error.message, error.hint))
                continue
            if record.id in found and kind == "surveys" and table.key:
                number = sum(i.split("#")[0] == record.id for i in found) + 1
                record = record.model_copy(update={"id": f"{record.id}#{number}"})
            elif record.id in found:
                self.warnings[f"{table.file}: {told('crm.id_twice')}"] += 1
            found[record.id] = record
        return found

    def _weekly(self, table: Table, rows: Iterable[Raw]) -> dict[str, Stored]:
        """Rows of days summed to weeks of an account. A figure that no row has stays unknown."""
        sums: dict[tuple[str, date], Counter[str]] = {}
        for row in rows:
            try:
                account, monday, figures = self._day(table, row.value)
            except ItemError as error:
                self.failures.append(Failure(row.place, error.message, error.hint))
                continue
            sums.setdefault((account, monday), Counter()).update(figures)
        weeks: dict[str, Stored] = {}
        for (account, monday), figures in sums.items():
            key = f"{account}|{monday.isoformat()}"
            weeks[key] = KINDS["usage"].model_validate(
                {"id": key, "account_id": account, "week_start": monday, **figures}
            )
        return weeks

    def _day(self, table: Table, value: Mapping[str, Any]) -> tuple[str, date, dict[str, int]]:
        account = as_text(table.fields["account_id"].read(value))
        self._known(account)
        moment = as_moment(value.get(table.week_of), timezone=self.mapping.timezone)
        if moment is None:
            raise ItemError(told("crm.no_date", column=repr(table.week_of)))
        read = {name: as_number(table.fields[name].read(value)) for name in _SUMMED if name in table.fields}
        if any(n is not None and (n < 0 or n != int(n)) for n in read.values()):
            raise ItemError(told("crm.count"))
        day = moment.date()
        return account, day - timedelta(days=day.weekday()), {k: int(n) for k, n in read.items() if n is not None}

    def _record(self, kind: str, table: Table, row: Mapping[str, Any]) -> Stored:
        model = KINDS[kind]
        value = {
            name: _typed(spec, spec.read(row), model.model_fields[name].annotation, self.mapping.timezone, name)
            for name, spec in table.fields.items()
        }
        value = {name: v for name, v in value.items() if v is not None and v != ""}
        if "account_id" in model.model_fields:
            self._known(str(value.get("account_id", "")))
        if kind == "tickets":
            value["status"] = status_of(str(value.get("status", "")))
        if table.key and "id" not in value:
            value["id"] = "|".join(str(value.get(name, "")) for name in table.key)
        if isinstance(value.get("kind"), str):
            value["kind"] = value["kind"].lower()
        try:
            return model.model_validate(value)
        except ValidationError as error:
            raise ItemError(_explain(table, error), told("crm.correct")) from error

    def _known(self, account: str) -> None:
        if account not in self.accounts:
            said = told("crm.unknown_account", account=repr(account)) if account else told("crm.no_account")
            raise ItemError(said, told("crm.add_account"))

    def _rows(self, table: Table, rows: dict[str, Raw]) -> Iterator[int]:
        """Fills `rows`; yields how far it is."""
        joined = self._joined(table)
        path, shown = self.files[table.file]
        for count, row in enumerate(csv_rows(shown, read_text(path, shown)), 1):
            if count % _EVERY == 0:
                yield count
            if isinstance(row, Failure):
                self.failures.append(row)
                continue
            if table.join:
                row.value.update(joined.get(row.value.get(table.join.on, ""), {}))
            key = as_text(row.value.get(table.unique)) if table.unique else ""
            if key and key in rows:
                self.warnings[f"{table.file}: {told('crm.twice', column=table.unique)}"] += 1
            rows[key or f"line {row.place}"] = row

    def _joined(self, table: Table) -> dict[str, dict[str, str]]:
        join = table.join
        if join is None:
            return {}
        if join.file not in self.files:
            raise ConfigError(told("crm.join", file=join.file, table=table.file), told("crm.put_in"))
        path, shown = self.files[join.file]
        rows = (row.value for row in csv_rows(shown, read_text(path, shown)) if isinstance(row, Raw))
        return {row.get(join.on, ""): {name: row.get(name, "") for name in join.take} for row in rows}


def _typed(spec: FieldSpec, value: Any, annotation: Any, timezone: str, name: str) -> Any:
    """The value as the field's type wants it, None when there is none. Raises ItemError naming the field."""
    wanted, zone = {annotation, *get_args(annotation)}, spec.timezone or timezone
    try:
        if datetime in wanted:
            return as_moment(value, spec.formats, zone)
        if date in wanted:
            moment = as_moment(value, spec.formats, zone)
            return moment.astimezone(ZoneInfo(zone)).date() if moment else None
        if bool in wanted:
            return as_yes(value)
        return as_number(value) if wanted & {int, Decimal} else as_text(value)
    except ItemError as error:
        raise ItemError(f"{name}: {error.message}", error.hint) from error


def _explain(table: Table, error: ValidationError) -> str:
    first = error.errors()[0]
    name = str(first["loc"][0]) if first["loc"] else "row"
    columns = table.fields[name].from_ if name in table.fields else ()
    given = "" if first["type"] == "missing" else f" (found {str(first['input'])[:40]!r})"
    return f"{name} (column {columns[0]!r}): {first['msg']}{given}" if columns else f"{name}: {first['msg']}{given}"
