"""Search alone, on any BEIR folder (corpus.jsonl, queries.jsonl, qrels/*.tsv; Thakur et al. 2021)."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
import time
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from banso.core.errors import ConfigError
from banso.core.settings import Settings
from banso.knowledge.documents import Document, Scope, Span
from banso.knowledge.variants import refs_of
from evals import beir
from evals.bounds import missed_bounds
from evals.cases import Case
from evals.info import corpus_of, run_info
from evals.record import CaseResult, RunReport
from evals.run import Progress
from evals.scorers import ranking
from evals.searching import figures, scores
from evals.statistics import SEED
from evals.suites import Suite

if TYPE_CHECKING:
    from banso.knowledge.embedding import Embedder
    from banso.knowledge.index import Knowledge

BATCH = 64
DEPTH = 100
"""Passages that a search brings back: recall@100 is measured."""


def run_retrieval(  # noqa: PLR0913
    folder: Path,
    settings: Settings,
    limit: int | None,
    progress: Progress,
    *,
    floors: Mapping[str, float] | None = None,
    split: str = "",
    fresh: bool = False,
    seed: int = SEED,
    embedder: Embedder | None = None,
) -> RunReport:
    """nDCG@10, recall@10 and @100, hit@10, MRR and latency of our search over the folder's passages.

    The index is kept below the data folder and used again for the same passages and embedder; `fresh` builds it anew.
    `split`: the name of one table of qrels, such as test.
    `embedder`: another one than the settings name. Raises ConfigError naming file and line of what cannot be read.
    """
    started = time.monotonic()
    queries = beir.queries(folder)
    there = {str(row["_id"]) for row in beir.passages(folder)}
    qrels = beir.qrels(folder, split=split, asked=queries, there=there)
    asked = [query for query, gains in qrels.items() if any(gains.values())][:limit]
    if not asked:
        raise ConfigError(f"{folder / 'qrels'}: no query has a passage that answers it", beir.SHAPE)
    with closing(opened_beir(folder, settings, progress, embedder, fresh=fresh)) as knowledge:
        corpus = corpus_of(knowledge)
        results = []
        for number, query in enumerate(asked, 1):
            progress(number, len(asked), query)
            results.append(_score(query, queries[query], qrels[query], knowledge))
    metrics = figures(results, seed)
    suite = Suite(name="-".join(filter(None, (folder.resolve().name, split))), cases=folder, floors=dict(floors or {}))
    info = run_info(settings, (), corpus).model_copy(
        update={"seed": seed, "limit": limit, "cases_digest": _digest(folder / "queries.jsonl", *_tables(folder))}
    )
    return RunReport(
        suite=suite.name, n=len(results), metrics=metrics, seconds=time.monotonic() - started, floors=suite.floors,
        missed=missed_bounds(suite, metrics), cases=tuple(results), info=info,
    )  # fmt: skip


def beir_cases(folder: Path, *, split: str = "") -> list[Case]:
    """The folder's questions as cases, of every split or this one. Search does not read their language: BEIR has none.

    Raises ConfigError naming file and line of what cannot be read.
    """
    queries = beir.queries(folder)
    qrels = beir.qrels(folder, split=split, asked=queries, there={str(row["_id"]) for row in beir.passages(folder)})
    return [
        Case(id=query, question=queries[query], language="ja", gold=gains, answerable=True)
        for query, gains in qrels.items()
    ]


def opened_beir(
    folder: Path, settings: Settings, progress: Progress, embedder: Embedder | None = None, *, fresh: bool = False
) -> Knowledge:
    """The index over these passages by this embedder, from an earlier run where there is one."""
    from banso.knowledge.index import open_knowledge

    home = beir_home(folder, settings, progress, embedder, fresh=fresh)
    return open_knowledge(settings.model_copy(update={"data": home}), embedder)


def beir_home(
    folder: Path, settings: Settings, progress: Progress, embedder: Embedder | None = None, *, fresh: bool = False
) -> Path:
    """The data folder that holds the index over these passages, built where there is none yet."""
    from banso.knowledge.index import open_knowledge

    shelf = settings.data / "evals" / "beir"
    kept = shelf / f"{_digest(folder / 'corpus.jsonl', words=embedder.name if embedder else settings.embedding)[:16]}"
    if fresh:
        shutil.rmtree(kept, ignore_errors=True)
    if not kept.is_dir():
        shelf.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=shelf, prefix="building-") as building:
            whole = Path(building) / "index"  # a name of its own: a run that is killed leaves no half an index
            with closing(open_knowledge(settings.model_copy(update={"data": whole}), embedder)) as knowledge:
                _index(folder, knowledge, progress)
            whole.rename(kept)
    return kept


def _index(folder: Path, knowledge: Knowledge, progress: Progress) -> None:
    from banso.knowledge.index import Entry
    from ingest.chunk import chunk

    batch: list[Entry] = []
    for number, row in enumerate(beir.passages(folder), 1):
        progress(number, 0, "index")
        document = _document(row, folder.resolve().name)
        batch.append(Entry(document, tuple(chunk(document, knowledge.embedder.count_tokens)), str(number)))
        if len(batch) == BATCH:
            knowledge.put(batch)
            batch = []
    knowledge.put(batch)


def _document(row: dict[str, Any], collection: str) -> Document:
    text = str(row["text"])
    spans = (Span(kind="text", start=0, end=len(text)),)
    return Document(
        source="manual", collection=collection, ref=str(row["_id"]), title=str(row.get("title") or ""), text=text,
        spans=spans,
    )  # fmt: skip


def _score(query: str, question: str, gains: dict[str, float], knowledge: Knowledge) -> CaseResult:
    begun = time.monotonic()
    hits = knowledge.search(question, Scope(), DEPTH)
    took = time.monotonic() - begun
    gold = [ref for ref, gain in gains.items() if gain > 0]
    found = ranking.placed([refs_of(hit) for hit in hits], gold)
    return CaseResult(
        id=query, question=question, answerable=True, gold=tuple(gold), found=tuple(dict.fromkeys(found)), seconds=took,
        scores=scores(found, gains) | {"recall@100": ranking.recall(found, gold, 100)},
    )  # fmt: skip


def _tables(folder: Path) -> list[Path]:
    return sorted((folder / "qrels").glob("*.tsv"))


def _digest(*paths: Path, words: str = "") -> str:
    """SHA-256 over the bytes of some files, and some words."""
    digest = hashlib.sha256(words.encode())
    for path in paths:
        digest.update(path.read_bytes())
    return digest.hexdigest()
