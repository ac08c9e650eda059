"""A CRM export, a folder of CSV files, into the embedded CRM; again and again, changing only what changed."""

from __future__ import annotations

import hashlib
import json
import time
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from banso.core.clock import Clock, utc_now
from banso.core.database import Database
from banso.core.errors import ConfigError, ItemError
from banso.core.texts import Shown
from banso.crm.accounts import Stored
from banso.crm.store import Changes, CrmStore, Outcome
from banso.crm.tables import KINDS
from ingest.mapping import CrmMapping, Table
from ingest.presets import load_mapping, presets
from ingest.progress import Progress, no_progress
from ingest.records import header
from ingest.report import Report, Tally
from ingest.sandbox import Sandbox, nonsense, records
from ingest.sources.base import Failure
from ingest.sources.crm_reading import READER
from ingest.texts import say, told


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
    sandbox: Sandbox | None = None,
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
    tally = Tally("crm", collection, dry_run)
    changes = store.compare(collection, _read(sandbox or records(), chosen, files, tally, progress))
    if not dry_run:
        _guard(changes, folder, confirm, language)
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


def _read(
    pool: Sandbox, mapping: CrmMapping, files: Mapping[str, Path], tally: Tally, progress: Progress
) -> dict[str, list[Stored]]:
    """Every record by kind, read in a child process; `tally` takes what failed and what was odd.

    Raises ConfigError, naming the file, when the reader breaks a limit: a half-read export must change nothing.
    """
    found: dict[str, list[Stored]] = {}
    paths = {name: (str(path.resolve()), str(path)) for name, path in files.items()}
    arguments = {"mapping": mapping.model_dump_json(), "files": paths}
    size, at = sum(path.stat().st_size for path in files.values()), ""
    try:
        for answer in pool.stream("crm", arguments, size=size):
            at = str(answer.get("file", at))
            if "at" in answer:
                progress(int(answer["at"]), 0, at)
            for text in answer.get("rows", ()):
                _take(json.loads(text), found, tally)
            tally.warnings.update({str(k): int(v) for k, v in answer.get("warnings", {}).items()})
    except (ValidationError, ValueError, TypeError, LookupError, AttributeError) as error:
        raise ConfigError(f"{files.get(at, at)}: {nonsense().message}", told("crm.unchanged")) from error
    except ItemError as error:
        raise ConfigError(f"{files.get(at, at)}: {error.message}", f"{error.hint} {told('crm.unchanged')}") from error
    return found


def _take(row: dict[str, Any], found: dict[str, list[Stored]], tally: Tally) -> None:
    if "error" in row:
        tally.fail(Failure(str(row["path"]), str(row["error"]), str(row["hint"])))
    else:
        kind = row["kind"]
        found.setdefault(kind, []).append(KINDS[kind].model_validate_json(row["record"]))


def _mapping(folder: Path, name: str) -> CrmMapping:
    if not folder.is_dir():
        raise ConfigError(told("crm.no_folder", path=folder), told("crm.folder_hint"))
    if name:
        return load_mapping(name, CrmMapping)
    found = {path.name: header(path) for path in sorted(folder.glob("*.csv"))}
    for preset in presets(CrmMapping).values():
        if all(_fits(table, found) for table in preset.tables.values()):
            return preset
    columns = "; ".join(f"{file} ({', '.join(header)})" for file, header in found.items()) or told("crm.no_csv")
    raise ConfigError(
        told("crm.no_preset", path=folder, columns=columns),
        told("crm.name_columns", presets=", ".join(presets(CrmMapping))),
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
        raise ConfigError(told("crm.missing", path=folder, files=", ".join(missing)), told("crm.optional"))
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
