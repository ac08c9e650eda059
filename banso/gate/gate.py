"""The gate: every rule over every sentence of one version, as one report."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from banso.core.database import Database
from banso.core.settings import Settings
from banso.gate.ports import Library
from banso.knowledge.sentences import sentences
from banso.review.check import GateReport, Mark, Where
from banso.review.drafts import DraftVersion

if TYPE_CHECKING:
    from banso.knowledge.index import Knowledge

RULES = "gate-1"
"""Part of every stored report: raise it when the rules change."""


class Gate:
    """Checks drafts against what the company knows. Threads may share it; it only reads."""

    def __init__(self, library: Callable[[], Library], database: Database, settings: Settings) -> None:
        self._library, self._database, self._settings = library, database, settings

    def report(self, version: DraftVersion) -> GateReport:
        """Every mark of this version, in reading order. Raises Unavailable or ConfigError when the index does not
        answer."""
        marks: list[Mark] = []
        places: tuple[tuple[Where, str], ...] = (("subject", version.subject), ("body", version.body))
        for where, text in places:
            marks += [
                Mark(start=start, end=end, where=where, kind="neutral", blocks=False, why="neutral")
                for start, end in sentences(text)
            ]
        return GateReport(
            draft=version.draft, version=version.version, hash=version.hash, rules=RULES, marks=tuple(marks)
        )


class LazyGate(Gate):
    """A gate for a program that mostly needs none: the index is opened by the first report."""

    def __init__(self, settings: Settings, database: Database) -> None:
        self._opened: Knowledge | None = None
        super().__init__(self._open, database, settings)

    def _open(self) -> Library:
        from banso.knowledge.index import open_knowledge

        if self._opened is None:
            self._opened = open_knowledge(self._settings)
        return self._opened

    def close(self) -> None:
        """Release the index, if it was opened."""
        if self._opened is not None:
            self._opened.close()
