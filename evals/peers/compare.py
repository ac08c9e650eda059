"""Every system on the same files and questions, one after the other, and what that says about each."""

from __future__ import annotations

import math
import os
import shutil
import statistics
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from banso.core.clock import utc_now
from banso.core.errors import BansoError
from evals.peers.corpora import Corpus
from evals.peers.process import SystemProcess
from evals.peers.result import PeersReport, SystemResult
from evals.peers.systems import OURS, PEERS, ROOT, SystemSpec, python_for
from evals.run import Progress
from evals.scorers import ranking
from evals.statistics import Figure, figure

PASSAGES = 30
"""Passages that each system is asked for; documents are counted once, so that ten different ones can be among them."""
METRICS: dict[str, Callable[[Sequence[str], Mapping[str, float]], float | None]] = {
    "ndcg@10": lambda found, gold: ranking.ndcg(found, gold, 10),
    "recall@5": lambda found, gold: ranking.recall(found, gold, 5),
}


def run_peers(
    corpus: Corpus, data: Path, progress: Progress, systems: Sequence[SystemSpec] = (OURS, *PEERS)
) -> PeersReport:
    """Bansō, which is first, and each peer. One that cannot be measured is in the result with the reason."""
    results: list[SystemResult] = []
    load = os.getloadavg()[0]
    for spec in systems:
        progress(0, 0, f"{spec.name}: install")
        try:
            results.append(_measured(spec, corpus, data, progress))
        except BansoError as error:
            japanese = spec.absent_ja if spec.absent else ""
            results.append(SystemResult(name=spec.name, note=spec.note, absent=error.message, absent_ja=japanese))
    common = _common(corpus, results)
    return PeersReport(
        corpus=corpus.name,
        at=utc_now().isoformat(timespec="seconds"),
        documents=corpus.documents,
        questions=len(corpus.questions),
        left_out=corpus.left_out,
        common=len(common),
        cores=os.cpu_count() or 1,
        load=load,
        systems=tuple(_with_figures(one, results[0], common) for one in results),
    )


def _measured(spec: SystemSpec, corpus: Corpus, data: Path, progress: Progress) -> SystemResult:
    python = python_for(spec, data)
    with _index_folder() as folder, closing(SystemProcess(python, spec.script, ROOT)) as system:
        versions = system.ask(do="begin", data=str(folder))["versions"]
        progress(0, 0, f"{spec.name}: ingest")
        taken = system.ask(do="ingest", folder=str(corpus.folder.resolve()))
        size = folder_bytes(folder)
        scores: dict[str, dict[str, float]] = {}
        seconds: list[float] = []
        for number, question in enumerate(corpus.questions, 1):
            progress(number, len(corpus.questions), f"{spec.name}: search")
            answer = system.ask(do="search", question=question.text, k=PASSAGES)
            seconds.append(answer["seconds"])
            found = [ref for ref in answer["found"] if ref not in question.exclude]
            scores[question.id] = _scores(found, question.gold)
        return SystemResult(
            name=spec.name, note=spec.note, note_ja=spec.note_ja, versions=versions, unread=taken["unread"],
            documents=len(taken["read"]),
            ingest_seconds=taken["seconds"], ingest_cpu_seconds=taken["cpu_seconds"],
            documents_per_second=len(taken["read"]) / max(taken["seconds"], 1e-9),
            peak_bytes=system.peak_bytes, index_bytes=size, p50_seconds=statistics.median(seconds),
            p95_seconds=percentile(seconds, 0.95), scores=scores,
        )  # fmt: skip


def _scores(found: Sequence[str], gold: Mapping[str, float]) -> dict[str, float]:
    return {name: value for name, score in METRICS.items() if (value := score(found, gold)) is not None}


def _common(corpus: Corpus, results: Sequence[SystemResult]) -> set[str]:
    """Questions whose gold documents every measured system could read."""
    unread = {ref for one in results for ref in one.unread}
    return {question.id for question in corpus.questions if not unread & set(question.gold)}


def _with_figures(one: SystemResult, ours: SystemResult, common: set[str]) -> SystemResult:
    if one.absent or ours.absent:
        return one
    on_common = {id: scores for id, scores in one.scores.items() if id in common}
    return one.model_copy(
        update={
            "metrics": _figures(one.scores),
            "metrics_common": _figures(on_common),
            "against_ours": {} if one is ours else _figures(_differences(one.scores, ours.scores)),
            "against_ours_common": {} if one is ours else _figures(_differences(on_common, ours.scores)),
        }
    )


def _differences(theirs: dict[str, dict[str, float]], ours: dict[str, dict[str, float]]) -> dict[str, dict[str, float]]:
    """Theirs less ours, question by question."""
    return {id: {name: scores[name] - ours[id][name] for name in scores} for id, scores in theirs.items() if id in ours}


def _figures(scores: dict[str, dict[str, float]]) -> dict[str, Figure]:
    found = {name: figure([one.get(name) for one in scores.values()]) for name in METRICS}
    return {name: value for name, value in found.items() if value is not None}


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least this share of the values does not exceed (nearest rank)."""
    return sorted(values)[max(0, math.ceil(len(values) * share) - 1)]


def folder_bytes(folder: Path) -> int:
    """Bytes of all files of a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


@contextmanager
def _index_folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="banso-peer-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
