"""Question to hits while the index grows to a size that nobody has time to embed: real text, synthetic vectors."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from banso.core.settings import Settings
from banso.knowledge.documents import Document, Scope
from banso.knowledge.embedding import Embedder, Vectors
from banso.knowledge.index import Entry, Knowledge, open_knowledge
from banso.knowledge.registry import StoredChunk
from evals.bench.bench import Bench
from evals.bench.clock import MILLI, p50_p95
from evals.bench.result import Measure
from evals.bench.searching import QUESTIONS, ask, warm

SIZES = (1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000, 200_000)
BATCH = 50  # documents put at once
SCOPE = Scope(account="AC-0001")
BOUNDS = {20_000: 120.0, 200_000: 300.0}  # ms, 95th percentile


class SyntheticPassages:
    """The embedder of the questions, with random vectors for passages: a search costs the same whatever they are."""

    def __init__(self, real: Embedder) -> None:
        self.name, self.dimension, self.max_tokens = real.name, real.dimension, real.max_tokens
        self.queries, self.count_tokens = real.queries, real.count_tokens
        self._random = np.random.default_rng(0)

    def passages(self, texts: Sequence[str]) -> Vectors:
        """Random directions, shape (len(texts), dimension)."""
        drawn = self._random.standard_normal((len(texts), self.dimension), dtype=np.float32)
        return np.asarray(drawn / np.linalg.norm(drawn, axis=1, keepdims=True), dtype=np.float32)


class NoStore:
    """In Chroma's place, which search does not ask: writing 200,000 vectors there would be most of the time."""

    def upsert(self, chunks: Sequence[StoredChunk], vectors: Vectors) -> None: ...  # noqa: D102
    def delete(self, ids: Sequence[str]) -> None: ...  # noqa: D102
    def stored(self, ids: Sequence[str]) -> dict[str, Vectors]:  # noqa: D102
        return {}

    def count(self) -> int:  # noqa: D102
        return 0

    def reset(self) -> None: ...  # noqa: D102
    def reopen(self) -> None: ...  # noqa: D102
    def close(self) -> None: ...  # noqa: D102


def measure(bench: Bench) -> list[Measure]:
    """The 95th percentile at each size, with its curve."""
    source = bench.knowledge()
    store: Any = NoStore()
    grown = open_knowledge(Settings(data=bench.scratch("grown")), SyntheticPassages(source.embedder), vectors=store)
    asked = list(bench.questions)[:QUESTIONS]
    entries, curve = _copies(source), dict[int, tuple[float, float]]()
    try:
        for size in (size for size in SIZES if size <= bench.chunks):
            _grow(grown, entries, size, bench)
            warm(grown, asked)
            spent = ask(grown, asked, SCOPE)
            curve[size] = p50_p95([one.wall * MILLI for one in spent])
    finally:
        grown.close()
        source.close()
    return _measures(curve)


def _measures(curve: dict[int, tuple[float, float]]) -> list[Measure]:
    series = tuple((float(size), p95) for size, (_, p95) in curve.items())
    last = max(curve)
    p95 = [
        Measure(part="growth", name=f"growth_{size}", value=value, unit="ms", bound=BOUNDS.get(size),
                series=series if size == last else ())
        for size, (_, value) in curve.items()
    ]  # fmt: skip
    return [*p95, Measure(part="growth", name="growth_p50", value=curve[last][0], unit="ms")]


def _grow(knowledge: Knowledge, entries: Iterator[Entry], size: int, bench: Bench) -> None:
    while (chunks := knowledge.stats().chunks) < size:
        bench.tell(chunks, size, "growth")
        knowledge.put(list(itertools.islice(entries, BATCH)))


def _copies(source: Knowledge) -> Iterator[Entry]:
    """Every document of the index over and over, each time under another name and with another title."""
    ids = [one.id for one in source.documents(limit=source.stats().documents)]
    for copy in itertools.count():
        for one in ids:
            document = source.document(one)
            other = _renamed(document, copy)
            chunks = tuple(chunk.model_copy(update={"document_id": other.id}) for chunk in source.chunks(one))
            yield Entry(other, chunks, "bench")


def _renamed(document: Document, copy: int) -> Document:
    return document.model_copy(
        update={"ref": f"{copy}/{document.ref}", "title": f"{document.title} {copy}" if copy else document.title}
    )
