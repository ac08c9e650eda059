"""The sets of questions that the table has a row for: `smoke`, `NAME=FILE#TAG` or `NAME=FOLDER#SPLIT`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from banso.core.errors import ConfigError
from evals import beir
from evals.cases import Case
from evals.retrieval import beir_cases
from evals.searching import chosen, spread
from evals.suites import ASKING, Suite, load_suite
from evals.texts import told

DEFAULT = ("smoke", "answers")
SEARCHING = (ASKING, "search")
"""Runners of suites that ask questions."""


@dataclass(frozen=True)
class Questions:
    """A set: its cases, and the suite that says which documents they are put to: its sources or, where it has none, the
    index at BANSO_DATA; with `folder`, the passages of that BEIR folder."""

    suite: Suite
    cases: tuple[Case, ...]
    folder: Path | None = None

    @property
    def name(self) -> str:
        """As the row shows it."""
        return self.suite.name

    @property
    def home(self) -> tuple[object, ...]:
        """Equal for sets that are put to the same documents."""
        return self.folder, self.suite.sources


def read_sets(given: Sequence[str], limit: int | None, seed: int) -> list[Questions]:
    """Every set, before anything is measured; at most `limit` cases of each, at even distances.

    Raises ConfigError naming a set that is not there, asks nothing, or has the name of another.
    """
    found: dict[str, Questions] = {}
    for one in given:
        read = _read(one, limit, seed)
        if read.name in found:
            raise ConfigError(told("quality.twice", name=read.name), told("quality.hint"))
        found[read.name] = read
    return list(found.values())


def _read(given: str, limit: int | None, seed: int) -> Questions:
    suite = _placed(given) if "=" in given else _known(given)
    folder = suite.cases if suite.cases.is_dir() else None
    every = beir_cases(folder, split="".join(suite.tags)) if folder else chosen(suite)
    cases = [case for case in every if any(gain > 0 for gain in case.gold.values())]
    if not cases:
        raise ConfigError(told("quality.no_gold", path=suite.cases), beir.SHAPE if folder else "gold: [ref, …]")
    return Questions(suite, tuple(spread(cases, limit, seed)), folder)


def _known(name: str) -> Suite:
    try:
        suite = load_suite(name)
    except ConfigError as error:
        raise ConfigError(error.message, f"{error.hint}; {told('quality.hint')}") from error
    if suite.runner not in SEARCHING:
        raise ConfigError(told("quality.asks_nothing", suite=name), told("quality.hint"))
    return suite


def _placed(given: str) -> Suite:
    """A suite of the file or folder behind the `=`, with the tag or split behind its `#`."""
    name, _, place = given.partition("=")
    path, mark, tag = place, "", ""
    if not Path(place).exists():
        path, mark, tag = place.rpartition("#") if "#" in place else (place, "", "")
    if not name or not path or (mark and not tag):
        raise ConfigError(told("quality.shape", given=given), told("quality.hint"))
    if not Path(path).exists():
        raise ConfigError(told("quality.missing", name=name, path=path), told("quality.hint"))
    return Suite(name=name, runner="search", cases=Path(path), tags=(tag,) if tag else ())
