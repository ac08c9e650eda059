"""The parts one after the other. One that cannot be measured is named with the reason; the others go on."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Collection, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from banso.core.clock import utc_now
from banso.core.errors import BansoError, ConfigError
from banso.core.settings import Settings
from evals.bench.bench import Bench
from evals.bench.own_corpus import KINDS, own_corpus, parts_of
from evals.bench.result import BenchReport, Measure
from evals.cases import load_cases
from evals.peers.corpora import Corpus, open_corpus
from evals.run import Progress
from evals.texts import told

PARTS = {
    "ingestion": "ingestion", "embedding": "embedding", "second": "second_run", "memory": "memory", "size": "size",
    "search": "searching", "growth": "growing", "users": "users", "start": "starting", "conversation": "conversation",
}  # fmt: skip
"""Part -> its module here; imported when it is measured."""


@dataclass(frozen=True)
class Sizes:
    """How much is measured: documents taken in, chunks grown to, turns of the conversation; `limit`: documents of each
    part of a corpus of one's own."""

    documents: int
    chunks: int
    turns: int
    limit: int | None = None


def run_bench(  # noqa: PLR0913, PLR0917 - each choice named
    corpus: Sequence[str], cases: Sequence[Path], settings: Settings, sizes: Sizes, tell: Progress,
    only: Collection[str] | None,
) -> BenchReport:  # fmt: skip
    """Every part, or those named. `corpus`: one that `open_corpus` knows, or `KIND=PATH` once or more; `cases`: other
    questions than the corpus has, or its own where it has none. Raises ConfigError."""
    began, load = time.monotonic(), os.getloadavg()[0]
    names = chosen(only)
    measures: list[Measure] = []
    failed: dict[str, str] = {}
    with ExitStack() as stack:
        opened = stack.enter_context(_corpus(corpus, cases, sizes.limit))
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="banso-bench-")))
        asked = [case.question for path in cases for case in load_cases(path)]
        asked = asked or [one.text for one in opened.questions]
        bench = Bench(opened, settings, folder, tell, sizes.documents, sizes.chunks, sizes.turns, asked)
        for name in names:
            tell(0, 0, name)
            try:
                measures += _part(name)(bench)
            except BansoError as error:
                failed[name] = error.message
    return BenchReport(
        at=utc_now().isoformat(timespec="seconds"), corpus=opened.name, documents=sizes.documents, chunks=sizes.chunks,
        cores=os.cpu_count() or 1, load=load, seconds=time.monotonic() - began, measures=tuple(measures), failed=failed,
    )  # fmt: skip


def _corpus(given: Sequence[str], cases: Sequence[Path], limit: int | None) -> AbstractContextManager[Corpus]:
    if parts := parts_of(given):
        return own_corpus(parts, [case for path in cases for case in load_cases(path)], limit)
    if len(given) != 1:
        raise ConfigError(told("bench.one_corpus"), told("bench.corpus_kinds", names=", ".join(KINDS)))
    return open_corpus(given[0])


def chosen(only: Collection[str] | None) -> list[str]:
    """The parts of these names in their order, all for None. Raises ConfigError listing those there are."""
    unknown = [name for name in only or () if name not in PARTS]
    if unknown:
        raise ConfigError(told("bench.no_part", name=repr(unknown[0])), told("bench.parts", names=", ".join(PARTS)))
    return [name for name in PARTS if not only or name in only]


def _part(name: str) -> Callable[[Bench], list[Measure]]:
    part: Callable[[Bench], list[Measure]] = import_module(f"evals.bench.{PARTS[name]}").measure
    return part
