"""Ingestion against plain LangChain with the same weights in sentence-transformers, and the quality of both."""

from __future__ import annotations

from evals.bench.bench import Bench
from evals.bench.result import Measure
from evals.peers.compare import run_peers
from evals.peers.result import SystemResult
from evals.peers.systems import LANGCHAIN_TORCH, OURS, NotInstalled


def measure(bench: Bench) -> list[Measure]:
    """Ratios ours to theirs, by the clock and by processor time. Raises NotInstalled when theirs does not run."""
    report = run_peers(bench.corpus, bench.settings.data, bench.tell, (OURS, LANGCHAIN_TORCH))
    ours, theirs = report.systems
    for one in report.systems:
        if one.absent:
            raise NotInstalled(f"{one.name}: {one.absent}")
    rate = ours.documents_per_second / theirs.documents_per_second
    work = _work(theirs) / _work(ours)
    part = "ingestion"
    found = [
        Measure(part=part, name="ingest_rate", value=rate, unit="x", bound=2.5, at_least=True),
        Measure(part=part, name="ingest_cpu", value=work, unit="x"),
        Measure(part=part, name="ingest_documents", value=ours.documents_per_second, unit="/s"),
    ]
    if theirs.against_ours:
        less, own = theirs.against_ours["ndcg@10"], ours.metrics["ndcg@10"]
        found += [
            Measure(part=part, name="ingest_ndcg", value=-less.mean, unit="", bound=0.0, at_least=True),
            Measure(part=part, name="ingest_ndcg_low", value=-less.high, unit=""),
            Measure(part=part, name="ingest_ndcg_high", value=-less.low, unit=""),
            Measure(part=part, name="ingest_ndcg_ours", value=own.mean, unit=""),
            Measure(part=part, name="ingest_questions", value=own.n, unit=""),
        ]
    return found


def _work(one: SystemResult) -> float:
    return one.ingest_cpu_seconds / max(one.documents, 1)
