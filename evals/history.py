"""Runs kept as JSON below the data folder, and the notes of a run in progress, from which `--resume` goes on."""

from __future__ import annotations

import json
import re
from pathlib import Path
from threading import Lock

from pydantic import ValidationError

from banso.core.errors import ConfigError
from evals.record import CaseResult, RunInfo, RunReport

SAME = ("commit", "model", "embedding", "reranker", "configuration", "corpus_digest", "cases_digest", "ablation")
"""What must not have changed between a run and its continuation; else figures of two products would be mixed."""


def folder(data: Path) -> Path:
    """Where the runs are."""
    return data / "evals" / "runs"


def save(report: RunReport, data: Path) -> Path:
    """Keep the run; an earlier one of the same second and suite is not overwritten."""
    folder(data).mkdir(parents=True, exist_ok=True)
    stem = _stem(report.suite, report.info)
    for number in range(1, 1000):
        path = folder(data) / (f"{stem}.json" if number == 1 else f"{stem}.{number}.json")
        try:
            with path.open("x", encoding="utf-8") as file:
                json.dump(report.as_json(), file, ensure_ascii=False, indent=1)
            return path
        except FileExistsError:
            continue
    raise ConfigError(f"{folder(data)}: too many runs named {stem}")


def load(path: Path) -> RunReport:
    """The run of this file. Raises ConfigError when it is none."""
    try:
        return RunReport.model_validate_json(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, ValidationError) as error:
        raise ConfigError(f"{path}: not a run: {error}", "a file that `python -m evals run SUITE` has saved") from error


def runs(data: Path, suite: str | None = None) -> list[Path]:
    """Files of the kept runs, newest first."""
    pattern = f"*-{slug(suite)}.*json" if suite else "*.json"
    return sorted(folder(data).glob(pattern), key=lambda path: path.name, reverse=True)


def slug(name: str) -> str:
    """The name of a suite as part of a file name."""
    return re.sub(r"[^\w.-]+", "-", name).strip("-")


class Journal:
    """The cases of a run in progress, one a line below a line about the run. `done` are those of the run before."""

    def __init__(self, path: Path, info: RunInfo, done: tuple[CaseResult, ...] = ()) -> None:
        self.path, self.info, self.done, self._lock = path, info, done, Lock()

    def add(self, result: CaseResult) -> None:
        """Note one more case; it is on disk before the next begins."""
        with self._lock, self.path.open("a", encoding="utf-8") as file:
            file.write(result.model_dump_json() + "\n")

    def close(self) -> None:
        """The run is over."""
        self.path.unlink(missing_ok=True)


def begin(data: Path, suite: str, info: RunInfo) -> Journal:
    """Notes of a new run."""
    folder(data).mkdir(parents=True, exist_ok=True)
    path = folder(data) / f"{_stem(suite, info)}.partial.jsonl"
    path.write_text(info.model_dump_json() + "\n", encoding="utf-8")
    return Journal(path, info)


def resume(data: Path, suite: str, info: RunInfo) -> Journal:
    """Notes of the newest unfinished run of this suite. Raises ConfigError when there is none or something changed."""
    found = sorted(folder(data).glob(f"*-{slug(suite)}.partial.jsonl"), reverse=True)
    if not found:
        raise ConfigError(f"{folder(data)}: no unfinished run of {suite}", "run it without --resume")
    first, *rest = found[0].read_text(encoding="utf-8").split("\n")
    try:
        began = RunInfo.model_validate_json(first)
        done = tuple(CaseResult.model_validate_json(line) for line in rest[:-1])  # a line cut short was not noted
    except ValidationError as error:
        raise ConfigError(f"{found[0]}: cannot be read: {error}", "remove it and run without --resume") from error
    changed = [name for name in SAME if getattr(began, name) != getattr(info, name)]
    if changed:
        raise ConfigError(
            f"{found[0].name}: {', '.join(changed)} changed since the run was begun", "run it without --resume"
        )
    whole = "\n".join((first, *rest[:-1])) + "\n"
    found[0].write_text(whole, encoding="utf-8")
    return Journal(found[0], began, done)


def _stem(suite: str, info: RunInfo) -> str:
    return f"{re.sub(r'[^0-9TZ]', '', info.started_at)}-{slug(suite)}"
