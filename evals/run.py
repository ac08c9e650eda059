"""Runs a suite: a data folder of its own, the real ingestion, the real copilot, then the scorers."""

from __future__ import annotations

import secrets
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from contextvars import copy_context
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from banso.core.errors import ConfigError
from banso.core.settings import Settings
from banso.core.users import Users
from evals import history
from evals.asking import ASKER, likeness_by, messages_left, put
from evals.bounds import missed_bounds
from evals.cases import Case, load_cases
from evals.causes import diagnose
from evals.clock import asked_at
from evals.index import copy_index, require_gold
from evals.info import Corpus, corpus_of, run_info
from evals.judge import held_against_people, judged, open_judge
from evals.record import CaseResult, RunInfo, RunReport
from evals.scoring import score, summary
from evals.statistics import SEED, Figure
from evals.suites import Suite
from evals.support import Likeness
from evals.texts import told

if TYPE_CHECKING:
    from agents.session import Copilot

__all__ = ["ASKER", "Ablation", "Progress", "prepared", "run_suite", "score", "summary"]

Progress = Callable[[int, int, str], None]


class Ablation(Protocol):
    """Something left out on purpose, to see what it was worth."""

    @property
    def name(self) -> str:
        """As the record shows it."""
        ...

    def open(self, settings: Settings) -> Copilot:
        """The copilot without it."""
        ...


def run_suite(  # noqa: PLR0913
    suite: Suite,
    settings: Settings,
    limit: int | None,
    progress: Progress,
    *,
    seed: int = SEED,
    workers: int = 1,
    resume: bool = False,
    ablation: Ablation | None = None,
    repeat: int = 1,
    judge: str = "",
) -> RunReport:
    """Every case of the suite, scored. Raises ConfigError when a source cannot be read.

    `limit`: so many cases, in order. `workers`: so many at a time; seconds are then those of a busy product. `resume`:
    go on where an interrupted run of this suite stopped. `repeat`: ask so often, and name the cases whose scores
    differed; the figures are those of the first time. `judge`: a chat model that scores the answers too.
    """
    started = time.monotonic()
    cases = load_cases(suite.cases)[:limit]
    verdict = open_judge(settings, judge) if judge else None
    with prepared(suite, cases, settings, progress, ablation) as copilot:
        run = Run(copilot, corpus_of(copilot.knowledge), likeness_by(copilot.knowledge.embedder), workers, progress)
        without = ablation.name if ablation else ""
        info = run_info(
            settings, cases, run.corpus, seed=seed, workers=workers, limit=limit, ablation=without,
        )  # fmt: skip
        journal = _journal(suite, settings, info, resume=resume)
        results = run.all(cases, journal)
        flaky = flaky_cases(results, [run.all(cases, None) for _ in range(repeat - 1)])
        out = messages_left(copilot)
        agreed: dict[str, Figure] = {}
        if verdict:
            results, agreed = judged(results, verdict), held_against_people(verdict, run.likeness, seed)
    if journal:
        journal.close()
    metrics = summary(cases, results, seed) | agreed
    metrics["messages_out"] = Figure(mean=out, low=out, high=out, n=len(cases))
    return RunReport(
        suite=suite.name,
        n=len(cases),
        metrics=metrics,
        seconds=time.monotonic() - started,
        floors=suite.floors,
        ceilings=suite.ceilings,
        missed=(*missed_bounds(suite, metrics), *_broken(results)),
        cases=() if suite.held_out else tuple(results),
        held_out=suite.held_out,
        flaky=flaky,
        info=journal.info if journal else info,
    )


@contextmanager
def prepared(
    suite: Suite, cases: Sequence[Case], settings: Settings, progress: Progress, ablation: Ablation | None = None
) -> Iterator[Copilot]:
    """A copilot over the suite's sources, or over a copy of the index at hand, in a folder that is gone afterwards."""
    from agents.session import open_copilot
    from banso.core.database import open_database
    from ingest.service import ingest_path

    with tempfile.TemporaryDirectory(prefix="banso-evals-") as folder:
        own = settings.model_copy(update={"data": Path(folder), "database_url": ""})
        if not suite.sources:
            copy_index(settings.data, own.data)
        database, copilot = open_database(own), (ablation.open(own) if ablation else open_copilot(own, clock=asked_at))
        try:
            for kind, path in suite.sources:
                progress(0, len(suite.sources), f"ingest {kind}")
                ingest_path(
                    kind, path, knowledge=copilot.knowledge, database=database, settings=own,
                    confirm=lambda _question: True,
                )  # fmt: skip
            if not suite.sources:
                require_gold(suite, cases, copilot.knowledge, settings.data)
            Users(database).add(ASKER.name, ASKER.role, secrets.token_urlsafe(24))  # a draft has an author
            yield copilot
        finally:
            copilot.close()
            database.close()


@dataclass(frozen=True)
class Run:
    """Cases put to one copilot, so many at a time, and scored."""

    copilot: Copilot
    corpus: Corpus
    likeness: Likeness
    workers: int
    progress: Progress

    def all(self, cases: Sequence[Case], journal: history.Journal | None) -> list[CaseResult]:
        """Results in the order of the cases; those that the journal holds already are not asked again."""
        known = {result.id: result for result in journal.done} if journal else {}
        left = [case for case in cases if case.id not in known]
        for number, result in enumerate(self._each(left), len(cases) - len(left) + 1):
            known[result.id] = result
            if journal:
                journal.add(result)
            self.progress(number, len(cases), result.id)
        return [known[case.id] for case in cases]

    def _each(self, cases: Sequence[Case]) -> Iterator[CaseResult]:
        """As they are done."""
        if self.workers == 1:
            yield from map(self._one, cases)
            return
        with ThreadPoolExecutor(self.workers) as pool:  # each with the language of this run
            futures = [pool.submit(copy_context().run, partial(self._one, case)) for case in cases]
            try:
                yield from (future.result() for future in as_completed(futures))
            finally:
                pool.shutdown(cancel_futures=True)

    def _one(self, case: Case) -> CaseResult:
        result = score(case, put(case, self.copilot), self.likeness)
        failures = diagnose(case, result, ingested=self.corpus.refs, successors=self.corpus.successors)
        return result.model_copy(update={"failures": failures})


def _journal(suite: Suite, settings: Settings, info: RunInfo, *, resume: bool) -> history.Journal | None:
    """None for a held-out suite: no case of it is written anywhere."""
    if suite.held_out:
        if resume:
            raise ConfigError(f"{suite.name}: a held-out suite keeps no case, so it cannot go on", "run it anew")
        return None
    open_ = history.resume if resume else history.begin
    return open_(settings.data, suite.name, info)


def flaky_cases(first: Sequence[CaseResult], again: Sequence[Sequence[CaseResult]]) -> tuple[str, ...]:
    """Ids of the cases that went differently in another repetition."""
    return tuple(
        result.id
        for number, result in enumerate(first)
        if any(other[number].scores != result.scores or other[number].text != result.text for other in again)
    )


def _broken(results: Sequence[CaseResult]) -> tuple[str, ...]:
    """A sentence when the product raised: that is no bound that a suite may set."""
    broken = [result.id for result in results if result.error]
    return (told("bound.raised", count=len(broken), ids=", ".join(broken[:5])),) if broken else ()
