"""Search alone, on any BEIR folder (corpus.jsonl, queries.jsonl, qrels/*.tsv; Thakur et al. 2021)."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import Any

from banso.core.settings import Settings
from banso.knowledge.documents import Document, Scope, Span
from evals import beir
from evals.record import CaseResult, RunReport
from evals.run import Progress
from evals.scorers import ranking
from evals.statistics import Figure, figure, single

BATCH = 64


def run_retrieval(folder: Path, settings: Settings, limit: int | None, progress: Progress) -> RunReport:
    """nDCG@10, recall@10, MRR and latency of our search over the folder's passages."""
    from banso.knowledge.index import open_knowledge

    started = time.monotonic()
    qrels, queries = beir.qrels(folder), beir.queries(folder)
    with tempfile.TemporaryDirectory(prefix="banso-evals-") as data:
        knowledge = open_knowledge(settings.model_copy(update={"data": Path(data)}))
        _index(folder, knowledge, progress)
        results = []
        for number, query in enumerate(list(qrels)[:limit], 1):
            progress(number, len(qrels), query)
            results.append(_score(query, queries[query], qrels[query], knowledge))
        knowledge.close()
    metrics = {name: figure([r.scores[name] for r in results]) for name in ("ndcg@10", "recall@10", "mrr")}
    times = sorted(r.seconds for r in results)
    metrics["median_seconds"] = single(times[len(times) // 2], len(times))
    shown: dict[str, Figure] = {name: found for name, found in metrics.items() if found}
    took = time.monotonic() - started
    return RunReport(suite=folder.name, n=len(results), metrics=shown, seconds=took, missed=(), cases=tuple(results))


def _index(folder: Path, knowledge: Any, progress: Progress) -> None:
    from banso.knowledge.index import Entry
    from ingest.chunk import chunk

    batch: list[Entry] = []
    for number, row in enumerate(beir.passages(folder), 1):
        progress(number, 0, "index")
        document = _document(row, folder.name)
        batch.append(Entry(document, tuple(chunk(document, knowledge.embedder.count_tokens)), str(number)))
        if len(batch) == BATCH:
            knowledge.put(batch)
            batch = []
    knowledge.put(batch)


def _document(row: dict[str, Any], collection: str) -> Document:
    text = str(row["text"])
    spans = (Span(kind="text", start=0, end=len(text)),)
    return Document(source="manual", collection=collection, ref=str(row["_id"]), title=str(row.get("title") or ""), text=text, spans=spans)  # fmt: skip  # noqa: E501


def _score(query: str, question: str, gains: dict[str, float], knowledge: Any) -> CaseResult:
    begun = time.monotonic()
    found = [hit.ref for hit in knowledge.search(question, Scope(), 30)]
    scores = {
        "ndcg@10": ranking.ndcg(found, gains, 10),
        "recall@10": ranking.recall(found, gains, 10),
        "mrr": ranking.reciprocal_rank(found, gains),
    }
    return CaseResult(
        id=query, question=question, answerable=True, grounded="", text="", cited=(), found=tuple(found),
        seconds=time.monotonic() - begun, scores=scores,
    )  # fmt: skip
