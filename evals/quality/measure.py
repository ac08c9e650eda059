"""Puts every question to the whole search and to its parts, and compares question by question."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager

from banso.core.settings import Settings
from banso.knowledge.index import Knowledge, open_knowledge
from banso.knowledge.search_options import SearchOptions
from evals.ablations.measure import Found, Remembering, all_ranked, opened
from evals.ablations.variants import Ablation
from evals.cases import Case
from evals.index import require_gold
from evals.info import run_info
from evals.quality.result import Half, QualityReport, SetQuality, Way
from evals.quality.sets import Questions
from evals.retrieval import beir_home
from evals.run import Progress, prepared
from evals.scorers import ranking
from evals.statistics import SEED, Figure, figure

WAYS: Mapping[Way, Ablation] = {
    # A ranker or reranker reads both halves: words and vectors stand alone only without them.
    "words": Ablation("words", "BM25 alone", SearchOptions(meanings=False, ranked=False), reranker=False),
    "vectors": Ablation("vectors", "vectors alone", SearchOptions(words=False, ranked=False), reranker=False),
    "fusion": Ablation("fusion", "both, fused and not ranked", SearchOptions(ranked=False), reranker=False),
    "whole": Ablation("whole", "the product as it is"),
}
HALVES: tuple[Half, Half] = ("words", "vectors")


def run_quality(
    sets: Sequence[Questions], settings: Settings, progress: Progress, *, seed: int = SEED, limit: int | None = None
) -> QualityReport:
    """A row for each set, in order; sets over the same documents share their index. `limit` is only recorded.

    Raises ConfigError when an index lacks a document that answers.
    """
    started, rows = time.monotonic(), dict[str, SetQuality]()
    info = run_info(settings, [case for one in sets for case in one.cases], seed=seed, limit=limit)
    homes: dict[tuple[object, ...], list[Questions]] = {}
    for one in sets:
        homes.setdefault(one.home, []).append(one)
    for together in homes.values():
        with _home(together, settings, progress) as (whole, own):
            passages, found = whole.stats().chunks, _found(together, whole, own, progress)
            rows |= {one.name: _row(one, found[one.name], passages, seed) for one in together}
    return QualityReport(
        sets=tuple(rows[one.name] for one in sets),
        seconds=time.monotonic() - started,
        info=info,
    )


@contextmanager
def _home(sets: Sequence[Questions], settings: Settings, progress: Progress) -> Iterator[tuple[Knowledge, Settings]]:
    """The index that these sets are put to, and the settings that open it."""
    first = sets[0]
    if first.folder:
        own = settings.model_copy(update={"data": beir_home(first.folder, settings, progress)})
        with closing(open_knowledge(own)) as knowledge:
            yield knowledge, own
        return
    with prepared(first.suite, (), settings, progress) as copilot:
        for one in () if first.suite.sources else sets:
            require_gold(one.suite, one.cases, copilot.knowledge, settings.data)
        yield copilot.knowledge, copilot.settings


def _found(
    sets: Sequence[Questions], whole: Knowledge, settings: Settings, progress: Progress
) -> dict[str, dict[Way, Found]]:
    """What each way finds, by set."""
    found: dict[str, dict[Way, Found]] = {one.name: {} for one in sets}
    embedder = Remembering(whole.embedder)
    for way, ablation in WAYS.items():
        with opened(ablation, whole, settings, embedder, progress) as knowledge:
            for one in sets:
                found[one.name][way] = all_ranked(one.cases, knowledge, f"{one.name}: {way}", progress)
    return found


def _row(questions: Questions, found: Mapping[Way, Found], passages: int, seed: int) -> SetQuality:
    cases = questions.cases
    scores = {way: [_ndcg(case, found[way]) for case in cases] for way in WAYS}
    ndcg = {way: _figure(values, seed) for way, values in scores.items()}
    better: Half = max(HALVES, key=lambda half: ndcg[half].mean)
    above = [whole - half for whole, half in zip(scores["whole"], scores[better], strict=True)]
    hits = [ranking.hit(found["whole"][case.id], _gold(case), 10) or 0.0 for case in cases]
    return SetQuality(
        name=questions.name, n=len(cases), passages=passages, ndcg=ndcg, better_half=better,
        above_better_half=_figure(above, seed), hit=_figure(hits, seed),
    )  # fmt: skip


def _gold(case: Case) -> list[str]:
    return [ref for ref, gain in case.gold.items() if gain > 0]


def _ndcg(case: Case, found: Found) -> float:
    return ranking.ndcg(found[case.id], case.gold, 10) or 0.0


def _figure(values: Sequence[float], seed: int) -> Figure:
    found = figure(values, seed)
    assert found is not None  # a set has a case
    return found
