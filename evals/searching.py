"""Suites that only search: which documents are found and how high, how fast, and no answer."""

from __future__ import annotations

import random
import time
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from banso.core.errors import ConfigError
from banso.core.settings import Settings
from banso.knowledge.asked import search_asked
from banso.knowledge.documents import Scope
from banso.knowledge.variants import refs_of
from evals.asking import raised_words
from evals.bounds import missed_bounds
from evals.cases import Case, load_cases
from evals.causes import diagnose
from evals.clock import asked_at
from evals.info import Corpus, corpus_of, run_info
from evals.record import CaseResult, RunReport
from evals.run import Progress, prepared
from evals.scorers import ranking
from evals.statistics import SEED, Figure, figure, mean, quantile, resampled
from evals.suites import Suite

if TYPE_CHECKING:
    from banso.knowledge.index import Knowledge

DEPTH = 100
"""Passages that a search brings back, so that ten documents are left when some are not counted."""


def run_search(
    suite: Suite, settings: Settings, limit: int | None, progress: Progress, *, seed: int = SEED
) -> RunReport:
    """Every case that names its documents, put to search alone. `limit`: so many, spread evenly over the file.

    Raises ConfigError when no case names a document, or the index lacks one.
    """
    started = time.monotonic()
    cases = spread([case for case in chosen(suite) if case.gold], limit, seed)
    if not cases:
        raise ConfigError(f"{suite.cases}: no case names the documents that answer it", "gold: [ref, …]")
    with prepared(suite, cases, settings, progress) as copilot:
        corpus = corpus_of(copilot.knowledge)
        info = run_info(settings, cases, corpus).model_copy(update={"seed": seed, "limit": limit})
        results = []
        for number, case in enumerate(cases, 1):
            progress(number, len(cases), case.id)
            results.append(_result(case, copilot.knowledge, corpus))
    metrics = figures(results, seed)
    return RunReport(
        suite=suite.name, n=len(results), metrics=metrics, groups=groups(results, seed),
        seconds=time.monotonic() - started, floors=suite.floors, ceilings=suite.ceilings,
        missed=missed_bounds(suite, metrics), cases=() if suite.held_out else tuple(results),
        held_out=suite.held_out, info=info,
    )  # fmt: skip


def chosen(suite: Suite) -> list[Case]:
    """The cases of the suite's file that carry all of its tags. Raises ConfigError when there is none."""
    cases = [case for case in load_cases(suite.cases) if set(suite.tags) <= set(case.tags)]
    if not cases:
        raise ConfigError(f"{suite.cases}: no case is tagged {', '.join(suite.tags)}")
    return cases


def spread(cases: Sequence[Case], limit: int | None, seed: int) -> list[Case]:
    """At most `limit` cases at even distances, in order; the seed chooses where the first stands (systematic sampling,
    Cochran 1977): files are ordered by source, so that their first cases would be all of one kind."""
    if limit is None or limit >= len(cases):
        return list(cases)
    step = len(cases) / limit
    start = random.Random(seed).random() * step
    return [cases[int(start + number * step)] for number in range(limit)]


def ranked(case: Case, knowledge: Knowledge) -> list[str]:
    """Refs of the documents found, best first, each once, without those that the case leaves out. Gold that a hit names
    as its variant stands at the place of that hit."""
    hits, _ = search_asked(knowledge.search, case.question, Scope(account=case.account), DEPTH, asked_at())
    groups = [[ref for ref in refs_of(hit) if ref not in case.exclude] for hit in hits]
    return ranking.distinct(ranking.placed(groups, case.gold))


def scores(found: Sequence[str], gains: Mapping[str, float]) -> dict[str, float | None]:
    """What is measured of one search. `gains`: by document; 0 for one that was judged and does not answer."""
    gold = [ref for ref, gain in gains.items() if gain > 0]
    return {
        "ndcg@10": ranking.ndcg(found, gains, 10),
        "recall@10": ranking.recall(found, gold, 10),
        "hit@10": ranking.hit(found, gold, 10),
        "mrr": ranking.reciprocal_rank(found, gold),
        "hit@1": ranking.hit(found, gold, 1),
    }


def figures(results: Sequence[CaseResult], seed: int = SEED) -> dict[str, Figure]:
    """The mean of every score, the median and 95th percentile of the seconds, and the share in which search raised."""
    names = dict.fromkeys(name for result in results for name in result.scores)
    metrics = {name: figure([result.scores.get(name) for result in results], seed) for name in names}
    seconds = [result.seconds for result in results if not result.error]
    metrics["median_seconds"] = resampled(seconds, partial(quantile, share=0.5), seed)
    metrics["p95_seconds"] = resampled(seconds, partial(quantile, share=0.95), seed)
    metrics["errors"] = resampled([float(bool(result.error)) for result in results], mean, seed)
    return {name: found for name, found in metrics.items() if found is not None}


def groups(results: Sequence[CaseResult], seed: int = SEED) -> dict[str, dict[str, Figure]]:
    """The same figures for each language and each tag."""
    names = [*_names(result.language for result in results), *_names(tag for one in results for tag in one.tags)]
    return {name: figures([r for r in results if name in (r.language, *r.tags)], seed) for name in names}


def _names(names: Iterable[str]) -> list[str]:
    return sorted(set(filter(None, names)))


def _result(case: Case, knowledge: Knowledge, corpus: Corpus) -> CaseResult:
    begun, found, error = time.monotonic(), list[str](), ""
    try:
        found = ranked(case, knowledge)
    except Exception as raised:  # noqa: BLE001 - a case that breaks the product is a result
        error = raised_words(raised)
    result = CaseResult(
        **case.model_dump(include={"id", "question", "answerable", "language", "account", "tags"}),
        gold=tuple(case.gold), found=tuple(found), seconds=time.monotonic() - begun, error=error,
        scores=scores(found, case.gold),
    )  # fmt: skip
    failures = diagnose(case, result, ingested=corpus.refs, successors=corpus.successors)
    return result.model_copy(update={"failures": failures})
