"""What a measured system answers: one JSON object a line on standard output for each on standard input.

    {"do": "begin", "data": DIR}                 -> {"versions": {"package": "1.0"}}; the embedder is loaded
    {"do": "ingest", "folder": DIR}              -> {"seconds": 1.5, "cpu_seconds": 2.5, "read": [ref, …],
                                                     "unread": {ref: reason}}
    {"do": "search", "question": "…", "k": 30}   -> {"seconds": 0.01, "found": [ref, …]}, best first, repeats allowed

A ref is a file's path relative to the folder. This module and the systems beside it run in environments that lack most
of our dependencies, so it imports the standard library only.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Protocol


class System(Protocol):
    """A system under measurement. Begun by its constructor, which gets the folder for its index."""

    def versions(self) -> dict[str, str]:
        """Packages that matter, with their versions. Loads what is loaded once a process, such as the embedder."""
        ...

    def ingest(self, folder: Path) -> dict[str, str]:
        """Take in every file that it can read; for each of the others: ref -> reason."""
        ...

    def search(self, question: str, k: int) -> list[str]:
        """Refs of the best k passages, best first."""
        ...


def files(folder: Path) -> Iterator[tuple[str, Path]]:
    """(ref, path) of every file of a folder, in order; names that begin with a dot are left out."""
    for path in sorted(folder.rglob("*")):
        ref = path.relative_to(folder)
        if path.is_file() and not any(part.startswith(".") for part in ref.parts):
            yield ref.as_posix(), path


def serve(begin: Callable[[Path], System]) -> None:
    """Answer until standard input ends. What libraries print goes to standard error, so that it breaks no line."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    system: System | None = None
    for line in sys.stdin:
        asked = json.loads(line)
        if asked["do"] == "begin":
            system = begin(Path(asked["data"]))
            said: dict[str, Any] = {"versions": system.versions()}
        elif system is None:
            raise SystemExit("begin comes first")
        else:
            said = _timed(system, asked)
        answers.write(json.dumps(said, ensure_ascii=False) + "\n")
        answers.flush()


def _timed(system: System, asked: dict[str, Any]) -> dict[str, Any]:
    started, busy = time.perf_counter(), _cpu_seconds()
    if asked["do"] == "ingest":
        folder = Path(asked["folder"])
        unread = system.ingest(folder)
        took = time.perf_counter() - started
        read = [ref for ref, _ in files(folder) if ref not in unread]
        return {"seconds": took, "cpu_seconds": _cpu_seconds() - busy, "read": read, "unread": unread}
    found = system.search(asked["question"], asked["k"])
    return {"seconds": time.perf_counter() - started, "found": found}


def _cpu_seconds() -> float:
    """Processor time of this process and of the children that have ended: what a busy machine cannot stretch."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)
