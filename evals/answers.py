"""`python -m evals answers DIR`: a folder with a team's documents and questions, measured in a data folder of its own.

DIR/cases.jsonl, cases.csv or cases.xlsx     the questions
DIR/manuals/ tickets.* slack/ crm/           the documents, each as `python -m ingest` takes them
DIR/anything else                            taken as manuals, where there is no manuals/
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from banso.core.errors import ConfigError
from banso.core.settings import Settings
from evals.cases import Case, load_cases
from evals.importing import import_cases, write_cases
from evals.record import RunReport
from evals.run import run_suite
from evals.suites import Suite

CASES = ("cases.jsonl", "cases.csv", "cases.xlsx")
FOLDERS = ("crm", "manuals", "slack")
"""Sub-folders with a meaning; `tickets` may be a folder or a file."""

Progress = Callable[[int, int, str], None]


def run_answers(folder: Path, settings: Settings, limit: int | None, progress: Progress, **options: Any) -> RunReport:
    """Ingest the folder, ask every question, score. Raises ConfigError when folder, cases or documents are not there.

    `options` go to `run_suite`.
    """
    cases = read_cases(_cases_file(folder))
    with tempfile.TemporaryDirectory(prefix="banso-evals-") as place:
        sources = sources_of(folder, Path(place))
        _check_accounts(cases, folder)
        given = Path(place) / "cases.jsonl"
        write_cases(resolved(cases, sources), given)
        suite = Suite(name=folder.resolve().name, cases=given, sources=sources, ceilings={"messages_out": 0})
        return run_suite(suite, settings, limit, progress, **options)


def read_cases(path: Path) -> list[Case]:
    """Cases as JSON lines, or rows of question and answer. Raises ConfigError naming file and line."""
    return load_cases(path) if path.suffix == ".jsonl" else import_cases(path)


def _cases_file(folder: Path) -> Path:
    if not folder.is_dir():
        raise ConfigError(f"{folder}: no such folder")
    for name in CASES:
        if (folder / name).is_file():
            return folder / name
    raise ConfigError(f"{folder}: no questions here", f"put one of these into it: {', '.join(CASES)}")


def sources_of(folder: Path, place: Path) -> tuple[tuple[str, Path], ...]:
    """(kind, path) of everything to ingest, customers first. Loose files are copied to `place`, without the cases.

    Raises ConfigError when there is none.
    """
    found = [(name, folder / name) for name in FOLDERS if (folder / name).exists()]
    found += [("tickets", path) for path in sorted(folder.glob("tickets*"))]
    if not any(kind == "manuals" for kind, _ in found) and (loose := _loose(folder)):
        (place / "manuals").mkdir()
        for path in loose:
            target = place / "manuals" / path.name
            shutil.copytree(path, target) if path.is_dir() else shutil.copy2(path, target)
        found.append(("manuals", place / "manuals"))
    if not found:
        raise ConfigError(f"{folder}: no documents here", "put the manuals into it, beside the questions")
    return tuple(sorted(found, key=lambda source: source[0] != "crm"))


def _loose(folder: Path) -> list[Path]:
    return [
        path
        for path in sorted(folder.iterdir())
        if path.name not in (*CASES, *FOLDERS) and not path.name.startswith((".", "tickets"))
    ]


def resolved(cases: Sequence[Case], sources: Sequence[tuple[str, Path]]) -> list[Case]:
    """Each source of a case by its path below the manuals; a file's name alone will do where it is the only one.

    What names no file is left as it is: the number of a ticket or a Slack thread. Raises ConfigError for a name that
    several files have.
    """
    known = [
        path.relative_to(root).as_posix()
        for kind, root in sources
        if kind == "manuals"
        for path in sorted(root.rglob("*"))
        if path.is_file()
    ]
    return [
        case.model_copy(update={"gold": {_resolve(ref, known, case.id): gain for ref, gain in case.gold.items()}})
        for case in cases
    ]


def _resolve(ref: str, known: Sequence[str], case: str) -> str:
    fits = [path for path in known if path == ref] or [path for path in known if f"/{path}".endswith(f"/{ref}")]
    if len(fits) > 1:
        raise ConfigError(f"case {case}: {len(fits)} files are named {ref}", f"say which: {', '.join(fits[:4])}")
    return fits[0] if fits else ref


def _check_accounts(cases: Sequence[Case], folder: Path) -> None:
    named = [case for case in cases if case.account]
    if named and not (folder / "crm").exists():
        raise ConfigError(
            f"case {named[0].id} is about the customer {named[0].account}, and {folder} has no crm folder",
            "add one (docs/mapping.md), or leave the column account empty",
        )
