"""The kept runs as the app's Quality tab and the HTML report read them."""

from __future__ import annotations

from pathlib import Path
from threading import Lock

from banso.core.errors import ConfigError, NotFound
from banso.core.settings import Settings
from banso.ui.quality.records import Kept
from banso.ui.texts import ScreenLanguage
from evals import history
from evals.record import RunReport
from evals.report.html import page

Stamp = tuple[str, int, int]
"""Name, time of the last change in nanoseconds, bytes: the same stamp, the same run."""


class KeptRuns:
    """Runs below a data folder. A file is read again only when it changed; cases are kept in memory for no run."""

    def __init__(self, settings: Settings) -> None:
        self._data, self._zone = settings.data, settings.timezone
        self._figures: dict[Stamp, RunReport | None] = {}
        self._lock = Lock()

    def latest(self) -> list[Kept]:
        """The newest run of each suite, by name of the suite: a whole one where there is one."""
        found: dict[str, tuple[Path, RunReport]] = {}
        for path, run in self._runs():  # newest first
            if run.suite not in found or (is_whole(run) and not is_whole(found[run.suite][1])):
                found[run.suite] = (path, run)
        return [Kept(path.stem, history.load(path)) for _, (path, _) in sorted(found.items())]

    def history(self, suite: str) -> list[Kept]:
        """The whole runs of a suite, oldest first, without cases."""
        return [Kept(path.stem, run) for path, run in reversed(self._runs()) if run.suite == suite and is_whole(run)]

    def unreadable(self) -> list[str]:
        """Names of files that are no runs."""
        return [path.name for path in history.runs(self._data) if self._read(path) is None]

    def page(self, name: str, language: ScreenLanguage) -> str:
        """The full report of a run. Raises NotFound."""
        path = next((path for path, _ in self._runs() if path.stem == name), None)
        if path is None:
            raise NotFound(f"no run {name!r}")
        return page(history.load(path), self.earlier(history.load(path)), language, self._zone)

    def earlier(self, run: RunReport) -> list[RunReport]:
        """Runs to see this one among: the whole ones of its suite up to it, oldest first, itself the last."""
        before = [kept.run for kept in self.history(run.suite) if kept.run.info.started_at < run.info.started_at]
        return [*(one for one in before if isinstance(one, RunReport)), run]

    def _runs(self) -> list[tuple[Path, RunReport]]:
        every = [(path, self._read(path)) for path in history.runs(self._data)]
        return [(path, run) for path, run in every if run is not None]

    def _read(self, path: Path) -> RunReport | None:
        """The run without its cases; None: the file is none."""
        stat = path.stat()
        stamp = (path.name, stat.st_mtime_ns, stat.st_size)
        with self._lock:
            if stamp not in self._figures:
                try:
                    self._figures[stamp] = history.load(path).model_copy(update={"cases": ()})
                except ConfigError:
                    self._figures[stamp] = None  # `unreadable` names it
            return self._figures[stamp]


def is_whole(run: RunReport) -> bool:
    """Whether the run is of the product as it is used, over every case."""
    return run.info.limit is None and not run.info.ablation
