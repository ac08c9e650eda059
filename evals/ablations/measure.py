"""Asks every question of a suite with each part left out, and compares case by case."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from banso.core.settings import Settings
from banso.knowledge.embedding import Embedder, Vectors
from banso.knowledge.index import Entry, Knowledge, open_knowledge
from evals.ablations.result import AblationReport, AblationResult, NotFoundCase
from evals.ablations.variants import Ablation
from evals.cases import Case
from evals.outcome import SEEN, names
from evals.run import Progress, prepared
from evals.scorers import ranking
from evals.searching import chosen, ranked
from evals.statistics import Figure, figure
from evals.suites import Suite
from evals.texts import in_both, told
from ingest.chunk import LIMIT, chunk

BATCH = 64

Found = Mapping[str, Sequence[str]]
"""Refs of documents by case, best first, each once."""


def run_ablations(
    suite: Suite, settings: Settings, limit: int | None, progress: Progress, ablations: Sequence[Ablation]
) -> AblationReport:
    """The whole search, and the search without each part, on the suite's sources. No answer is made."""
    started = time.monotonic()
    every = chosen(suite)[:limit]
    cases = [case for case in every if any(gain > 0 for gain in case.gold.values())]
    with prepared(suite, every, settings, progress) as copilot:
        whole = all_ranked(cases, copilot.knowledge, "whole", progress)
        embedder, others = Remembering(copilot.knowledge.embedder), {}
        for one in ablations:
            with opened(one, copilot.knowledge, copilot.settings, embedder, progress) as knowledge:
                others[one.name] = all_ranked(cases, knowledge, one.name, progress)
    return AblationReport(
        suite=suite.name,
        n=len(cases),
        metrics=_figures(_scores(cases, whole)),
        ablations=tuple(_compared(one, cases, whole, others[one.name], suite.held_out) for one in ablations),
        not_found=() if suite.held_out else tuple(_not_found(cases, whole, others)),
        held_out=suite.held_out,
        seconds=time.monotonic() - started,
    )


@contextmanager
def opened(
    ablation: Ablation, whole: Knowledge, settings: Settings, embedder: Embedder, progress: Progress
) -> Iterator[Knowledge]:
    """The index at hand searched without a part, or one made anew from its documents, gone afterwards."""
    own = ablation.settings(settings)
    if not ablation.reindexes:
        with closing(open_knowledge(own, embedder, options=ablation.search)) as knowledge:
            yield knowledge
        return
    with TemporaryDirectory(prefix="banso-ablation-") as folder:
        own = own.model_copy(update={"data": Path(folder), "chroma_url": ""})
        with closing(open_knowledge(own, embedder, options=ablation.search)) as knowledge:
            _reindex(ablation, whole, knowledge, progress)
            yield knowledge


def _reindex(ablation: Ablation, whole: Knowledge, target: Knowledge, progress: Progress) -> None:
    documents = whole.documents(limit=whole.stats().documents)
    for start in range(0, len(documents), BATCH):
        progress(start, len(documents), f"{ablation.name}: index")
        target.put([_entry(ablation, whole, one.id) for one in documents[start : start + BATCH]])


def _entry(ablation: Ablation, whole: Knowledge, document_id: str) -> Entry:
    document = whole.document(document_id)
    if not ablation.context:
        document = document.model_copy(update={"title": ""})
    chunks = chunk(document, whole.embedder.count_tokens, ablation.chunk_tokens or LIMIT)
    if not ablation.context:
        chunks = [one.model_copy(update={"heading_path": ()}) for one in chunks]
    return Entry(document, tuple(chunks), "")


class Remembering:
    """An embedder that embeds each question once for all ablations."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder, self._asked = embedder, dict[str, Vectors]()
        self.name, self.dimension, self.max_tokens = embedder.name, embedder.dimension, embedder.max_tokens

    def passages(self, texts: Sequence[str]) -> Vectors:
        """As the embedder's own."""
        return self._embedder.passages(texts)

    def queries(self, texts: Sequence[str]) -> Vectors:
        """As the embedder's own, which is asked only for those that are new."""
        fresh = [text for text in dict.fromkeys(texts) if text not in self._asked]
        if fresh:
            self._asked.update(zip(fresh, self._embedder.queries(fresh), strict=True))
        return np.stack([self._asked[text] for text in texts])

    def count_tokens(self, text: str) -> int:
        """As the embedder's own."""
        return self._embedder.count_tokens(text)


def all_ranked(cases: Sequence[Case], knowledge: Knowledge, name: str, progress: Progress) -> Found:
    """What this search finds for each case. `name`: what the progress says is asked."""
    found = {}
    for number, case in enumerate(cases, 1):
        progress(number, len(cases), name)
        found[case.id] = ranked(case, knowledge)
    return found


def _scores(cases: Sequence[Case], found: Found) -> dict[str, dict[str, float | None]]:
    return {
        case.id: {
            "recall@10": ranking.recall(found[case.id], case.gold, 10),
            "ndcg@10": ranking.ndcg(found[case.id], case.gold, 10),
            "mrr": ranking.reciprocal_rank(found[case.id], case.gold),
        }
        for case in cases
    }


def _figures(scores: Mapping[str, Mapping[str, float | None]]) -> dict[str, Figure]:
    metrics = next(iter(scores.values()), {})
    columns = {name: figure([one[name] for one in scores.values()]) for name in metrics}
    return {name: value for name, value in columns.items() if value is not None}


def _compared(ablation: Ablation, cases: Sequence[Case], whole: Found, less: Found, held_out: bool) -> AblationResult:
    before, after = _scores(cases, whole), _scores(cases, less)
    differences = {
        id: {name: None if value is None else value - (before[id][name] or 0.0) for name, value in one.items()}
        for id, one in after.items()
    }
    hit = {case.id: (_hit(case, whole), _hit(case, less)) for case in cases}
    return AblationResult(
        name=ablation.name,
        what=ablation.what,
        metrics=_figures(after),
        against_whole=_figures(differences),
        finds=() if held_out else tuple(id for id, (then, now) in hit.items() if now and not then),
        loses=() if held_out else tuple(id for id, (then, now) in hit.items() if then and not now),
    )


def _not_found(cases: Sequence[Case], whole: Found, others: Mapping[str, Found]) -> Iterator[NotFoundCase]:
    for case in cases:
        if not _hit(case, whole):
            rank = best_rank(case, whole[case.id])
            ranks = {name: best_rank(case, found[case.id]) for name, found in others.items()}
            english, japanese = in_both(partial(why, case, rank, ranks))
            yield NotFoundCase(
                id=case.id, question=case.question, gold=tuple(case.gold), rank=rank, ranks=ranks, reason=english,
                reason_ja=japanese,
            )  # fmt: skip


def _hit(case: Case, found: Found) -> bool:
    rank = best_rank(case, found[case.id])
    return rank is not None and rank <= SEEN


def best_rank(case: Case, found: Sequence[str]) -> int | None:
    """Rank, from 1, of the first gold document."""
    return next((rank for rank, ref in enumerate(found, 1) if case.gold.get(ref, 0) > 0), None)


def why(case: Case, rank: int | None, ranks: Mapping[str, int | None]) -> str:
    """Which ablations would have found it, best first, or that none would."""
    have = sorted((there, name) for name, there in ranks.items() if there is not None)
    whole = told("ablation.whole_at", rank=rank) if rank else told("ablation.whole_nowhere")
    near = [told("ablation.name_at", name=name, rank=there) for there, name in have if there <= SEEN]
    if near:
        return told("ablation.near", names=", ".join(near), whole=whole)
    best = told("ablation.best", name=have[0][1], rank=have[0][0]) if have else ""
    return told("ablation.far", gold=names(case.gold), whole=whole, seen=SEEN, best=best)
