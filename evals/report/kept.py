"""The kept runs as the app's Quality tab and the HTML report read them."""

from __future__ import annotations

from pathlib import Path
from threading import Lock
from typing import Literal

from banso.core.errors import ConfigError, NotFound
from banso.core.settings import Settings
from banso.ui.quality.records import Against, Kept
from banso.ui.texts import ScreenLanguage
from evals import baseline, history
from evals.comparing import compared
from evals.record import RunReport
from evals.report.html import page

Stamp = tuple[str, int, int]
"""Name, time of the last change in nanoseconds, bytes: the same stamp, the same run."""


class KeptRuns:
    """Runs below a data folder. A file is read again only when it changed; cases are kept in memory for no run."""

    def __init__(self, settings: Settings) -> None:
        self._data, self._zone = settings.data, settings.timezone
        self._figures: dict[Stamp, RunReport | None] = {}
        self._compared: dict[tuple[str, Stamp, Stamp], Against] = {}
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
        path = self._path(name)
        run = history.load(path)
        against = next(iter(self.compared(name)), None)
        return page(run, self.earlier(run), language, self._zone, against=against)

    def compared(self, name: str) -> list[Against]:
        """The run of this name against its suite's baseline and against the whole run before it, where they share
        cases. Raises NotFound."""
        path = self._path(name)
        suite, started = history.load(path).suite, history.load(path).info.started_at
        earlier = [
            one for one, run in self._runs() if run.suite == suite and is_whole(run) and run.info.started_at < started
        ]
        found = [self._against("baseline", base, path)] if (base := baseline.path_of(suite)).is_file() else []
        found += [self._against("before", earlier[0], path)] if earlier else []
        return [one for one in found if one.found.n]

    def _against(self, what: Literal["baseline", "before"], before: Path, path: Path) -> Against:
        """Remembered: chance is drawn some thousand times."""
        key = (str(before), _stamp(before), _stamp(path))
        with self._lock:
            if key not in self._compared:
                old, new = history.load(before), history.load(path)
                self._compared[key] = Against(what, old.info, compared(old, new))
            return self._compared[key]

    def _path(self, name: str) -> Path:
        path = next((path for path, _ in self._runs() if path.stem == name), None)
        if path is None:
            raise NotFound(f"no run {name!r}")
        return path

    def earlier(self, run: RunReport) -> list[RunReport]:
        """Runs to see this one among: the whole ones of its suite up to it, oldest first, itself the last."""
        before = [kept.run for kept in self.history(run.suite) if kept.run.info.started_at < run.info.started_at]
        return [*(one for one in before if isinstance(one, RunReport)), run]

    def _runs(self) -> list[tuple[Path, RunReport]]:
        every = [(path, self._read(path)) for path in history.runs(self._data)]
        return [(path, run) for path, run in every if run is not None]

    def _read(self, path: Path) -> RunReport | None:
        """The run without its cases; None: the file is none."""
        stamp = _stamp(path)
        with self._lock:
            if stamp not in self._figures:
                try:
                    self._figures[stamp] = history.load(path).model_copy(update={"cases": ()})
                except ConfigError:
                    self._figures[stamp] = None  # `unreadable` names it
            return self._figures[stamp]


def _stamp(path: Path) -> Stamp:
    stat = path.stat()
    return path.name, stat.st_mtime_ns, stat.st_size


def is_whole(run: RunReport) -> bool:
    """Whether the run is of the product as it is used, over every case."""
    return run.info.limit is None and not run.info.ablation
