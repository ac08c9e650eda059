"""The index: one registry of documents, words in SQLite, vectors in Chroma, and one search over both.

The registry is the truth. A change is written there first, with a mark for the vectors still to follow; whoever opens
the index next finishes what a crash left behind.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from contextlib import suppress

import numpy as np

from banso.core.clock import Clock, utc_now
from banso.core.errors import ConfigError, Unavailable
from banso.core.settings import Settings
from banso.knowledge.candidates import Candidates
from banso.knowledge.claim_search import ClaimSearch
from banso.knowledge.documents import Chunk, Document, Hit, Scope
from banso.knowledge.embedding import Embedder, Vectors, get_embedder
from banso.knowledge.explaining import Explanation
from banso.knowledge.finding import Finder
from banso.knowledge.lexical import Lexicon
from banso.knowledge.listing import Listing
from banso.knowledge.locking import WriterLock
from banso.knowledge.matrix import Matrix
from banso.knowledge.ranking import Ranker, get_ranker
from banso.knowledge.registry import Registry, StoredChunk, passage_digest, passage_of
from banso.knowledge.reranker import Reranker, get_reranker
from banso.knowledge.results import CollectionSummary, DocumentSummary, Entry, FailureRecord, IndexStats
from banso.knowledge.search_options import WHOLE, SearchOptions
from banso.knowledge.terms import TERMS_VERSION
from banso.knowledge.vector_cache import VectorCache
from banso.knowledge.vectors import ChromaVectors, VectorStore

WORK = 600  # chunks whose vectors are written between two marks of progress
REBUILD = "run `python -m ingest rebuild`, or set BANSO_EMBEDDING back"

__all__ = ["Entry", "Knowledge", "open_knowledge"]


class Knowledge:
    """Documents in, hits out. Threads and processes may share one data folder; writers take turns."""

    def __init__(  # noqa: PLR0913, PLR0917 - its parts, put together once by open_knowledge
        self,
        registry: Registry,
        vectors: VectorStore,
        cache: VectorCache,
        embedder: Embedder,
        lock: WriterLock,
        ranker: Ranker | None = None,
        reranker: Reranker | None = None,
        options: SearchOptions = WHOLE,
    ) -> None:
        self._registry, self._vectors, self._cache, self.embedder, self._lock = (
            registry,
            vectors,
            cache,
            embedder,
            lock,
        )
        self._listing = Listing(registry)
        matrix = Matrix(self._listing.rosters, cache, vectors, embedder.dimension)
        lexicon = Lexicon(registry, self._listing.rosters)
        self._finder = Finder(registry, self._listing, matrix, lexicon, embedder, ranker, reranker, options)
        self._claims = ClaimSearch(self._listing, matrix, lexicon)
        self._seen = registry.meta("generation", "0")
        self._reopening = threading.Lock()

    # --- writing ---

    def put(self, entries: Sequence[Entry]) -> None:
        """Insert or replace these documents, all or nothing. Embedding comes first: its failure changes nothing."""
        with self._lock.held():
            self._embed([chunk for entry in entries for chunk in _stored_chunks(entry)])
            self._registry.store(entries)
            self._follow()

    def remove(self, document_ids: Iterable[str]) -> int:
        """Remove documents with everything derived from them. How many were there."""
        wanted = list(document_ids)
        with self._lock.held():
            digests = self._registry.digests(wanted)
            removed = self._registry.drop(wanted)
            self._cache.forget(self._registry.unused(digests))
            self._follow()
        return removed

    def repair(self) -> int:
        """Write and remove the vectors that a crash left behind. How many chunks that was."""
        with self._lock.held():
            return self._follow()

    def rebuild(self) -> int:
        """Write every vector anew and give back the space of what was deleted. How many chunks there are."""
        with self._lock.held():
            self._registry.remember(embedding=self.embedder.name, dimension=str(self.embedder.dimension))
            self._registry.mark_all_pending()
            self._registry.refresh_terms()
            self._vectors.reset()
            written = self._follow()
            self._registry.compact()
        return written

    def record_failures(self, source: str, collection: str, failures: Sequence[tuple[str, str, str, str]]) -> None:
        """Replace a collection's list of (path, error, hint, fingerprint or "" when the next run should try again)."""
        with self._lock.held():
            self._listing.record_failures(source, collection, failures)

    def _follow(self) -> int:
        """Bring the vectors to where the registry is."""
        self._notice_others()
        done = 0
        while gone := self._registry.removals(WORK):
            self._vectors.delete(gone)
            self._registry.vectors_removed(gone)
            done += len(gone)
        while chunks := self._registry.pending(WORK):
            self._vectors.upsert(chunks, self._embed(chunks))
            self._registry.vectors_written([(chunk.id, chunk.digest) for chunk in chunks])
            done += len(chunks)
        self._seen = self._registry.meta("generation", "0")
        return done

    def _embed(self, chunks: Sequence[StoredChunk]) -> Vectors:
        known = self._cache.get([chunk.digest for chunk in chunks])
        missing = {chunk.digest: chunk.passage for chunk in chunks if chunk.digest not in known}
        if missing:
            fresh = self.embedder.passages(list(missing.values()))
            self._cache.put(list(missing), fresh)
            known.update(zip(missing, fresh, strict=True))
        rows = [known[chunk.digest] for chunk in chunks]
        return np.stack(rows) if rows else np.zeros((0, self.embedder.dimension), dtype=np.float32)

    def _notice_others(self) -> None:
        with self._reopening:
            now = self._registry.meta("generation", "0")
            if now != self._seen:
                self._vectors.reopen()
                self._seen = now

    # --- reading ---

    def document(self, document_id: str) -> Document:
        """The stored document. Raises NotFound."""
        return self._registry.document(document_id)

    def chunks(self, document_id: str) -> list[Chunk]:
        """A document's chunks in reading order."""
        return self._registry.chunks(document_id)

    def fingerprints(self, source: str, collection: str) -> dict[str, str]:
        """Fingerprint of every stored document of a collection, by ref."""
        return self._registry.fingerprints(source, collection)

    def documents(  # noqa: PLR0913
        self,
        *,
        source: str = "",
        collection: str = "",
        matching: str = "",
        limit: int = 50,
        offset: int = 0,
        private: bool = True,
    ) -> list[DocumentSummary]:
        """Stored documents, newest first; `matching` is looked for in title and ref. `private`: also private ones,
        whose titles hold words of people."""
        return self._listing.documents(source, collection, matching, limit, offset, private)

    def collections(self) -> list[CollectionSummary]:
        """Every ingested root."""
        return self._listing.collections()

    def settled_failures(self, source: str, collection: str) -> dict[str, tuple[str, str, str]]:
        """By path: (fingerprint, error, hint) of what would fail again in the same way."""
        return self._listing.settled_failures(source, collection)

    def failures(self) -> list[FailureRecord]:
        """What the last run of each collection could not take in."""
        return self._listing.failures()

    def stats(self) -> IndexStats:
        """Totals over everything stored."""
        return self._listing.stats()

    def search(self, query: str, scope: Scope, k: int = 10, *, hidden: bool = False) -> list[Hit]:
        """The best `k` chunks for a question, best first, among what the scope admits. `hidden`: also text that a
        reader of the original would not have seen."""
        return self._finder.find(query, scope, k, hidden=hidden)

    def completed(self, hits: Sequence[Hit], scope: Scope) -> list[Hit]:
        """The hits, and behind them the few passages beside them without which they say half."""
        return self._finder.completed(hits, scope)

    def explain(self, query: str, scope: Scope, k: int = 10) -> list[Explanation]:
        """The hits of `search`, each with what brought it to its place."""
        return self._finder.explain(query, scope, k)

    def candidates(self, query: str, scope: Scope) -> Candidates:
        """What both retrievers bring for a question, before the ranker orders it."""
        return self._finder.candidates(query, scope, hidden=False)

    def search_claims(self, claims: Sequence[str], vectors: Vectors, scope: Scope, k: int = 10) -> list[list[Hit]]:
        """For each claim the passages that could carry it, up to `k` by meaning of each language and `k` by words; row
        i of `vectors` is `embedder.queries` of `claims[i]`. Cheaper than a search for each, and in no fused order."""
        return self._claims.find(claims, vectors, scope, k)

    def close(self) -> None:
        """Release every file."""
        self._vectors.close()
        self._cache.close()
        self._registry.close()


def _stored_chunks(entry: Entry) -> list[StoredChunk]:
    chunks = []
    for chunk in entry.chunks:
        passage = passage_of(entry.document.title, chunk.heading_path, chunk.text)
        chunks.append(StoredChunk(chunk.id, passage_digest(passage), passage))
    return chunks


def open_knowledge(  # noqa: PLR0913 - each choice named
    settings: Settings,
    embedder: Embedder | None = None,
    *,
    rebuild: bool = False,
    vectors: VectorStore | None = None,
    clock: Clock = utc_now,
    options: SearchOptions = WHOLE,
) -> Knowledge:
    """Open the index of this data folder and finish what a crash left behind.

    Raises ConfigError when it was built with another embedder; `rebuild=True` builds it anew with this one instead.
    """
    embedder = embedder or get_embedder(settings)
    registry = Registry(settings.data / "knowledge.db", clock)
    lock = WriterLock(settings.data / "knowledge.lock")
    _settle_identity(registry, embedder, allow_other=rebuild)
    store = vectors or _chroma(settings, registry, embedder)
    cache = VectorCache(settings.data / "vectors.db", f"{embedder.name}/{embedder.dimension}")
    if settings.chroma_url:
        _notice_an_emptied_server(registry, store)
    knowledge = Knowledge(registry, store, cache, embedder, lock, get_ranker(settings), get_reranker(settings), options)
    if rebuild:
        knowledge.rebuild()
    else:
        _repair_if_alone(knowledge, registry, lock)
    return knowledge


def _chroma(settings: Settings, registry: Registry, embedder: Embedder) -> ChromaVectors:
    facts: dict[str, str | int] = {"embedding": embedder.name, "dimension": embedder.dimension}
    return ChromaVectors(
        settings.data / "chroma", settings.chroma_url, f"banso-{registry.meta('index')}", facts, settings.chroma_token
    )


def _notice_an_emptied_server(registry: Registry, store: VectorStore) -> None:
    """A server that lost its disk, or another server: every vector is written again, from the cache."""
    with suppress(Unavailable):  # whoever searches or writes will be told
        if store.count() == 0:
            registry.mark_all_pending()


def _settle_identity(registry: Registry, embedder: Embedder, *, allow_other: bool) -> None:
    """Note what a new index is made with; refuse one whose vectors came from another model."""
    if not registry.meta("terms"):
        registry.remember(terms=TERMS_VERSION)
    empty = registry.db.execute("SELECT 1 FROM chunks LIMIT 1").fetchone() is None
    stored = (registry.meta("embedding"), registry.meta("dimension"))
    mine = (embedder.name, str(embedder.dimension))
    if stored == mine:
        return
    if stored[0] and not empty and not allow_other:
        registry.close()
        raise ConfigError(
            f"the index was built with {stored[0]} ({stored[1]} dimensions), the setting says {mine[0]} ({mine[1]})",
            REBUILD,
        )
    registry.remember(embedding=mine[0], dimension=mine[1])


def _repair_if_alone(knowledge: Knowledge, registry: Registry, lock: WriterLock) -> None:
    """Marks that a running writer will clear itself are not a crash."""
    stale_terms = registry.meta("terms") != TERMS_VERSION
    if not (stale_terms or registry.pending(1) or registry.removals(1)) or not lock.acquire():
        return
    try:
        if stale_terms:
            registry.refresh_terms()
        knowledge.repair()
    finally:
        lock.release()
