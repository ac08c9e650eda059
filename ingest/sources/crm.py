"""A CRM export, a folder of CSV files, into the embedded CRM; again and again, changing only what changed."""

from __future__ import annotations

import hashlib
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, get_args
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from banso.core.clock import Clock, utc_now
from banso.core.database import Database
from banso.core.errors import ConfigError, ItemError
from banso.crm.accounts import Stored
from banso.crm.store import Changes, CrmStore, Outcome
from banso.crm.tables import KINDS
from ingest.mapping import CrmMapping, FieldSpec, Table
from ingest.presets import load_mapping, presets
from ingest.progress import Progress, no_progress
from ingest.records import Raw, csv_rows, header, read_text
from ingest.report import Report, Tally
from ingest.sources.base import Failure
from ingest.sources.tickets import status_of
from ingest.texts import Shown, say
from ingest.values import as_moment, as_number, as_text, as_yes

READER = "crm-1"
"""Part of the fingerprint: raise it when the records made from the same files change."""
_EVERY = 1000
_SUMMED = ("active_users", "logins", "events", "errors", "seats")


def load_crm(  # noqa: PLR0913 - keyword-only options of one run
    path: Path,
    database: Database,
    *,
    mapping: str = "",
    dry_run: bool = False,
    confirm: Callable[[str], bool],
    progress: Progress = no_progress,
    language: Shown = "ja",
    clock: Clock = utc_now,
) -> Report:
    """Load the export in the folder at `path`; `mapping` is a preset or a YAML file, found from the columns when empty.

    `confirm` is asked before more than half of the stored records of this folder are removed. An unchanged export is
    recognised by its files' digests. Raises ConfigError when nothing could start, or when `confirm` says no.
    """
    began, folder = time.monotonic(), Path(path)
    chosen = _mapping(folder, mapping)
    files = _files(folder, chosen)
    collection, store = str(folder.resolve()), CrmStore(database, clock)
    fingerprint = _fingerprint(chosen, files)
    last = store.last(collection)
    if last and last.fingerprint == fingerprint:
        return _same(last, collection, dry_run).report(time.monotonic() - began)
    reading = _Reading(chosen, files, progress)
    changes = store.compare(collection, reading.read())
    if not dry_run:
        _guard(changes, folder, confirm, language)
    tally = reading.tally(collection, dry_run)
    tally.counts.update(
        added=changes.count("added"),
        updated=changes.count("updated"),
        unchanged=changes.unchanged,
        deleted=changes.count("gone"),
    )
    if not dry_run:
        rows = changes.count("added") + changes.count("updated") + changes.unchanged
        failures = tuple((f.path, f.error, f.hint) for f in tally.failures)
        outcome = Outcome(fingerprint=fingerprint, rows=rows, failures=failures, warnings=dict(tally.warnings))
        store.apply(collection, changes, outcome)
    return tally.report(time.monotonic() - began)


@dataclass
class _Reading:
    """The files on their way to records; collects what failed and what was odd."""

    mapping: CrmMapping
    files: dict[str, Path]
    progress: Progress
    failures: list[Failure] = field(default_factory=list)
    warnings: Counter[str] = field(default_factory=Counter)
    accounts: set[str] = field(default_factory=set)

    def read(self) -> dict[str, list[Stored]]:
        """Every record by kind; accounts first, because the others must belong to one."""
        found: dict[str, list[Stored]] = {}
        for kind in (k for k in KINDS if k in self.mapping.tables):
            table = self.mapping.tables[kind]
            if table.file not in self.files:
                continue
            records = self._weekly(table) if table.week_of else self._plain(kind, table)
            found[kind] = list(records.values())
            if kind == "accounts":
                self.accounts = set(records)
        return found

    def tally(self, collection: str, dry_run: bool) -> Tally:
        return Tally("crm", collection, dry_run, failures=self.failures, warnings=self.warnings)

    def _plain(self, kind: str, table: Table) -> dict[str, Stored]:
        """id -> record. Rows that share an id: the last one counts; answers without an id are numbered instead."""
        found: dict[str, Stored] = {}
        for row in self._rows(table):
            try:
                record = self._record(kind, table, row.value)
            except ItemError as error:
                self.failures.append(Failure(row.place, error.message, error.hint))
                continue
            if record.id in found and kind == "surveys" and table.key:
                number = sum(i.split("#")[0] == record.id for i in found) + 1
                record = record.model_copy(update={"id": f"{record.id}#{number}"})
            elif record.id in found:
                self.warnings[f"{table.file}: an id occurs more than once; the last row counts"] += 1
            found[record.id] = record
        return found

    def _weekly(self, table: Table) -> dict[str, Stored]:
        """Rows of days summed to weeks of an account. A figure that no row has stays unknown."""
        sums: dict[tuple[str, date], Counter[str]] = {}
        for row in self._rows(table):
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
            raise ItemError(f"no date in {table.week_of!r}")
        read = {name: as_number(table.fields[name].read(value)) for name in _SUMMED if name in table.fields}
        if any(n is not None and (n < 0 or n != int(n)) for n in read.values()):
            raise ItemError("a count is negative or not whole")
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
            raise ItemError(_explain(table, error), "correct this row in the export") from error

    def _known(self, account: str) -> None:
        if account not in self.accounts:
            said = f"no account {account!r} in the accounts file" if account else "no account is named"
            raise ItemError(said, "add the account or correct its id")

    def _rows(self, table: Table) -> Iterator[Raw]:
        joined = self._joined(table)
        rows: dict[str, Raw] = {}
        path = self.files[table.file]
        for count, row in enumerate(csv_rows(path, read_text(path)), 1):
            if count % _EVERY == 0:
                self.progress(count, 0, table.file)
            if isinstance(row, Failure):
                self.failures.append(row)
                continue
            if table.join:
                row.value.update(joined.get(row.value.get(table.join.on, ""), {}))
            key = as_text(row.value.get(table.unique)) if table.unique else ""
            if key and key in rows:
                self.warnings[f"{table.file}: {table.unique} occurs more than once; the last row counts"] += 1
            rows[key or f"line {row.place}"] = row
        yield from rows.values()

    def _joined(self, table: Table) -> dict[str, dict[str, str]]:
        join = table.join
        if join is None:
            return {}
        if join.file not in self.files:
            raise ConfigError(f"{join.file} is missing: {table.file} needs it", "put it into the folder")
        path = self.files[join.file]
        rows = (row.value for row in csv_rows(path, read_text(path)) if isinstance(row, Raw))
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


def _mapping(folder: Path, name: str) -> CrmMapping:
    if not folder.is_dir():
        raise ConfigError(f"{folder} is not a folder", "give the folder that holds accounts.csv and the other files")
    if name:
        return load_mapping(name, CrmMapping)
    found = {path.name: header(path) for path in sorted(folder.glob("*.csv"))}
    for preset in presets(CrmMapping).values():
        if all(_fits(table, found) for table in preset.tables.values()):
            return preset
    columns = "; ".join(f"{file} ({', '.join(header)})" for file, header in found.items()) or "no .csv files"
    raise ConfigError(
        f"{folder}: no CRM preset fits: {columns}",
        f"name the columns in a mapping file (--mapping FILE.yaml). Presets: {', '.join(presets(CrmMapping))}",
    )


def _fits(table: Table, found: Mapping[str, list[str]]) -> bool:
    """Whether the file is there with the columns that name its records; an optional file may be missing."""
    if table.file not in found:
        return table.optional
    vital = [table.fields[name] for name in ("id", "name") if name in table.fields]
    return all(any(column in found[table.file] for column in spec.from_) for spec in vital)


def _files(folder: Path, mapping: CrmMapping) -> dict[str, Path]:
    wanted = {table.file: table.optional for table in mapping.tables.values()}
    files = {name: folder / name for name in wanted if (folder / name).is_file()}
    if missing := [name for name, optional in wanted.items() if not optional and name not in files]:
        raise ConfigError(
            f"{folder}: missing {', '.join(missing)}", "export the file, or mark the table `optional: true`"
        )
    return files


def _fingerprint(mapping: CrmMapping, files: Mapping[str, Path]) -> str:
    digest = hashlib.sha256(f"{READER} {mapping.digest}".encode())
    for name, path in sorted(files.items()):
        with path.open("rb") as file:
            digest.update(f"\x1e{name}\x1f{hashlib.file_digest(file, 'sha256').hexdigest()}".encode())
    return digest.hexdigest()


def _same(last: Outcome, collection: str, dry_run: bool) -> Tally:
    """The tally of a run that found nothing new; what failed before still fails and is said again."""
    failures = [Failure(*failure) for failure in last.failures]
    tally = Tally("crm", collection, dry_run, failures=failures, warnings=Counter(last.warnings))
    tally.counts["unchanged"] = last.rows
    return tally


def _guard(changes: Changes, folder: Path, confirm: Callable[[str], bool], language: Shown) -> None:
    counts = {"going": changes.count("gone"), "stored": changes.stored}
    if counts["going"] * 2 > counts["stored"] and not confirm(say("remove_records", language, **counts)):
        raise ConfigError(say("records_kept", language, folder=folder, **counts), say("records_kept_hint", language))
