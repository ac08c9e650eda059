"""Runs a suite: a data folder of its own, the real ingestion, the real copilot, then the scorers."""

from __future__ import annotations

import statistics as plain
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from banso.core.settings import Settings
from banso.core.users import User
from banso.knowledge.documents import Scope
from evals import scorers
from evals.bounds import missed_bounds
from evals.cases import Case, load_cases
from evals.index import copy_index, require_gold
from evals.record import CaseResult, RunReport
from evals.statistics import Figure, figure, single
from evals.suites import Suite

if TYPE_CHECKING:
    from agents.session import Copilot

Progress = Callable[[int, int, str], None]
ASKER = User(name="evals", role="csm")


def run_suite(suite: Suite, settings: Settings, limit: int | None, progress: Progress) -> RunReport:
    """Every case of the suite, scored. Raises ConfigError when a source cannot be read."""
    started = time.monotonic()
    cases = load_cases(suite.cases)[:limit]
    with prepared(suite, cases, settings, progress) as copilot:
        results = [_run_case(case, copilot, len(cases), number, progress) for number, case in enumerate(cases, 1)]
        metrics = summary(cases, results)
        metrics["messages_out"] = Figure(mean=messages_out(copilot.settings), low=0, high=0, n=len(cases))
    return RunReport(
        suite=suite.name,
        n=len(cases),
        metrics=metrics,
        seconds=time.monotonic() - started,
        missed=missed_bounds(suite, metrics),
        floors=suite.floors,
        ceilings=suite.ceilings,
        cases=() if suite.held_out else tuple(results),
    )


@contextmanager
def prepared(suite: Suite, cases: Sequence[Case], settings: Settings, progress: Progress) -> Iterator[Copilot]:
    """A copilot over the suite's sources, or over a copy of the index at hand, in a folder that is gone afterwards."""
    from agents.session import open_copilot
    from banso.core.database import open_database
    from ingest.service import ingest_path

    with tempfile.TemporaryDirectory(prefix="banso-evals-") as folder:
        own = settings.model_copy(update={"data": Path(folder), "database_url": ""})
        if not suite.sources:
            copy_index(settings.data, own.data)
        database, copilot = open_database(own), open_copilot(own)
        try:
            for kind, path in suite.sources:
                progress(0, len(suite.sources), f"ingest {kind}")
                ingest_path(
                    kind, path, knowledge=copilot.knowledge, database=database, settings=own,
                    confirm=lambda _question: True,
                )  # fmt: skip
            if not suite.sources:
                require_gold(suite, cases, copilot.knowledge, settings.data)
            yield copilot
        finally:
            copilot.close()
            database.close()


def _run_case(case: Case, copilot: Copilot, total: int, number: int, progress: Progress) -> CaseResult:
    progress(number, total, case.id)
    hits = copilot.knowledge.search(case.question, Scope(account=case.account), 30)
    answer = copilot.ask(case.question, user=ASKER, account=case.account)
    return score(case, [hit.ref for hit in hits], answer)


def score(case: Case, found: Sequence[str], answer: object) -> CaseResult:
    """One case against its answer (an `agents.session.Answer`)."""
    from agents.session import Answer

    assert isinstance(answer, Answer)
    cited = [citation.ref for citation in answer.citations]
    quotes = [citation.quote for citation in answer.citations]
    refused = answer.grounded == "refused"
    return CaseResult(
        id=case.id,
        question=case.question,
        answerable=case.answerable,
        grounded=answer.grounded,
        text=answer.text,
        cited=tuple(cited),
        found=tuple(found),
        seconds=answer.seconds,
        scores={
            "recall@10": scorers.recall(found, case.gold, 10),
            "hit@10": scorers.hit(found, case.gold, 10),
            "ndcg@10": scorers.ndcg(found, case.gold, 10),
            "mrr": scorers.reciprocal_rank(found, case.gold),
            "key_facts": None if refused else scorers.key_facts(answer.text + " ".join(quotes), case.must_say),
            "citation_hit": None if refused else scorers.hit(cited, case.gold, 10),
            "citation_precision": None if refused else scorers.citation_precision(cited, case.gold),
            "every_line_cited": scorers.every_line_cited(answer.text, answer.grounded),
            "language": scorers.language_is(answer.text, case.language, quotes),
        },
    )


def summary(cases: Sequence[Case], results: Sequence[CaseResult]) -> dict[str, Figure]:
    """Figures over all cases, by metric."""
    names = list(results[0].scores) if results else []
    metrics = {name: figure([r.scores[name] for r in results]) for name in names}
    metrics |= _refusal(results)
    metrics["wrong_but_confident"] = figure([_wrong_but_confident(r) for r in results])
    metrics["median_seconds"] = single(plain.median(r.seconds for r in results), len(results)) if results else None
    return {name: found for name, found in metrics.items() if found is not None}


def _refusal(results: Sequence[CaseResult]) -> dict[str, Figure | None]:
    pairs = [(r.grounded == "refused", not r.answerable) for r in results]
    names = ("refusal_precision", "refusal_recall", "refusal_f1")
    return {name: single(value, len(pairs)) for name, value in zip(names, scorers.f1(pairs), strict=True)}


def _wrong_but_confident(result: CaseResult) -> float:
    """1 for an answer to what nothing answers, or one that cites no gold document and states no key fact."""
    if result.grounded != "cited":
        return 0.0
    if not result.answerable:
        return 1.0
    return float(not result.scores["citation_hit"] and not result.scores["key_facts"])


def messages_out(settings: Settings) -> int:
    """Messages that left during the run: files in the outbox folder. Must be none, since nobody approved."""
    return sum(1 for _ in (settings.data / "outbox").glob("*.eml"))
