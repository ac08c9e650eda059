"""The registry: documents, chunks and their terms in one SQLite file. What it says is true; vectors follow it."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from banso.core.clock import Clock
from banso.core.errors import ConfigError, NotFound
from banso.knowledge.documents import Chunk, Document
from banso.knowledge.packing import packed, unpacked
from banso.knowledge.results import Entry
from banso.knowledge.schema import connect
from banso.knowledge.scoping import product_key, realm
from banso.knowledge.synonyms import FILE, SynonymFile
from banso.knowledge.terms import TERMS_VERSION, terms

_COLUMNS = (
    "id, document_id, ordinal, digest, realm, source, account, product, language, visibility, dated, hidden, pending"
)

_CONTENT = {"text", "spans"}
"""Fields of a document that are large."""


@dataclass(frozen=True)
class StoredChunk:
    """A chunk's row, as much of it as the vector side needs."""

    id: str
    digest: str
    passage: str


def passage_of(title: str, heading_path: Sequence[str], text: str) -> str:
    """What is embedded for a chunk: where it stands, then what it says."""
    path = [title, *(heading for heading in heading_path if heading != title)]
    return " > ".join(part for part in path if part) + "\n" + text


def passage_digest(passage: str) -> str:
    """Names a passage in the vector cache."""
    return hashlib.sha256(passage.encode()).hexdigest()[:32]


class Registry:
    """Reads and transactions over `knowledge.db`. Threads may share it; each gets a connection of its own."""

    def __init__(self, path: Path, clock: Clock) -> None:
        self.path, self._clock = path, clock
        self.synonyms = SynonymFile(path.parent / FILE)
        self._local = threading.local()
        self._open: list[sqlite3.Connection] = []
        self._guard = threading.Lock()

    @property
    def db(self) -> sqlite3.Connection:
        """This thread's connection."""
        if not hasattr(self._local, "db"):
            self._local.db = connect(self.path)
            with self._guard:
                self._open.append(self._local.db)
        connection: sqlite3.Connection = self._local.db
        return connection

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """One transaction; the generation grows with it, so that other processes notice."""
        db = self.db
        db.execute("BEGIN IMMEDIATE")
        try:
            yield db
            grown = str(int(self.meta("generation", "0")) + 1)
            db.execute("INSERT OR REPLACE INTO meta VALUES ('generation', ?)", (grown,))
            db.execute("COMMIT")
        except BaseException:
            db.execute("ROLLBACK")
            raise

    def now(self) -> datetime:
        """The present, by this index's clock."""
        return self._clock()

    def meta(self, key: str, default: str = "") -> str:
        """A remembered fact about the index."""
        row = self.db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return str(row[0]) if row else default

    def remember(self, **facts: str) -> None:
        """Remember facts about the index."""
        with self.write() as db:
            db.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", facts.items())

    def store(self, entries: Sequence[Entry]) -> None:
        """Insert or replace these documents with their chunks and terms, vectors marked as pending, all or nothing."""
        prepared = [(entry, [_hit(entry.document, chunk) for chunk in entry.chunks]) for entry in entries]
        terms_of = [[_lexical_row(hit) for hit in hits] for _, hits in prepared]
        with self.write() as db:
            for (entry, hits), lexical in zip(prepared, terms_of, strict=True):
                _drop(db, entry.document.id)
                _insert_document(db, entry, self.now())
                for chunk, hit, (heading, body) in zip(entry.chunks, hits, lexical, strict=True):
                    row = _chunk_row(entry.document, chunk)
                    key = db.execute(f"INSERT INTO chunks ({_COLUMNS}) VALUES ({','.join('?' * 13)})", row).lastrowid
                    db.execute("INSERT INTO texts VALUES (?, ?)", (key, packed(hit)))
                    db.execute("INSERT INTO lexical(rowid, heading, body) VALUES (?, ?, ?)", (key, heading, body))
                    db.execute("DELETE FROM removals WHERE id = ?", (chunk.id,))

    def digests(self, document_ids: Iterable[str]) -> set[str]:
        """What the passages of these documents are called in the vector cache."""
        query = "SELECT digest FROM chunks WHERE document_id = ?"
        return {row[0] for one in document_ids for row in self.db.execute(query, (one,)).fetchall()}

    def unused(self, digests: Iterable[str]) -> list[str]:
        """Those that no stored chunk has."""
        query = "SELECT 1 FROM chunks WHERE digest = ? LIMIT 1"
        return [one for one in digests if self.db.execute(query, (one,)).fetchone() is None]

    def drop(self, document_ids: Iterable[str]) -> int:
        """Remove documents; their vectors wait in `removals`. How many were there."""
        with self.write() as db:
            return sum(_drop(db, document_id) for document_id in document_ids)

    def document(self, document_id: str) -> Document:
        """The stored document. Raises NotFound."""
        row = self.db.execute("SELECT body, content FROM documents WHERE id = ?", (document_id,)).fetchone()
        if row is None:
            raise NotFound(f"no document {document_id} in the index")
        return Document.model_validate(json.loads(row[0]) | unpacked(row[1]))

    def text(self, document_id: str) -> str:
        """The text of a stored document. Raises NotFound."""
        row = self.db.execute("SELECT content FROM documents WHERE id = ?", (document_id,)).fetchone()
        if row is None:
            raise NotFound(f"no document {document_id} in the index")
        return str(unpacked(row[0])["text"])

    def chunks(self, document_id: str) -> list[Chunk]:
        """A document's chunks in reading order; empty when it has none."""
        rows = self.db.execute(
            "SELECT ordinal, hit FROM chunks JOIN texts USING (key) WHERE document_id = ? ORDER BY ordinal",
            (document_id,),
        ).fetchall()
        return [_chunk(ordinal, unpacked(hit)) for ordinal, hit in rows]

    def fingerprints(self, source: str, collection: str) -> dict[str, str]:
        """Fingerprint of every stored document of a collection, by ref."""
        rows = self.db.execute(
            "SELECT ref, fingerprint FROM documents WHERE source = ? AND collection = ?", (source, collection)
        )
        return dict(rows.fetchall())

    def pending(self, limit: int) -> list[StoredChunk]:
        """Chunks whose vectors are still to be written, at most `limit`."""
        rows = self.db.execute(
            "SELECT id, digest, hit FROM chunks JOIN texts USING (key) WHERE pending ORDER BY key LIMIT ?", (limit,)
        ).fetchall()
        return [_stored(chunk_id, digest, unpacked(hit)) for chunk_id, digest, hit in rows]

    def removals(self, limit: int) -> list[str]:
        """Ids whose vectors are still to be removed, at most `limit`."""
        rows = self.db.execute("SELECT id FROM removals LIMIT ?", (limit,)).fetchall()
        return [row[0] for row in rows]

    def vectors_written(self, ids: Sequence[tuple[str, str]]) -> None:
        """Clear the mark of these (id, digest); one replaced meanwhile keeps it."""
        with self.write() as db:
            db.executemany("UPDATE chunks SET pending = 0 WHERE id = ? AND digest = ?", ids)

    def vectors_removed(self, ids: Sequence[str]) -> None:
        """Forget these removals."""
        with self.write() as db:
            db.executemany("DELETE FROM removals WHERE id = ?", [(one,) for one in ids])

    def mark_all_pending(self) -> None:
        """Every vector is to be written again."""
        with self.write() as db:
            db.execute("UPDATE chunks SET pending = 1")
            db.execute("DELETE FROM removals")

    def refresh_terms(self) -> None:
        """Cut all text into terms again, when the rules for cutting have changed."""
        with self.write() as db:
            db.execute("INSERT INTO lexical(lexical) VALUES ('delete-all')")
            for key, hit in db.execute("SELECT key, hit FROM texts").fetchall():
                with suppress(ConfigError):  # a damaged row cannot be found by words
                    row = _lexical_row(unpacked(hit))
                    db.execute("INSERT INTO lexical(rowid, heading, body) VALUES (?, ?, ?)", (key, *row))
            db.execute("INSERT OR REPLACE INTO meta VALUES ('terms', ?)", (TERMS_VERSION,))

    def compact(self) -> None:
        """Give back the space of deleted text and remove it from the file and its log."""
        self.db.execute("INSERT INTO lexical(lexical) VALUES ('optimize')")
        self.db.execute("VACUUM")
        self.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Close every thread's connection."""
        with self._guard:
            for connection in self._open:
                connection.close()
            self._open.clear()
        self._local = threading.local()


def _insert_document(db: sqlite3.Connection, entry: Entry, now: datetime) -> None:
    document = entry.document
    db.execute(
        "INSERT INTO documents VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)",
        (
            document.id, document.source, document.collection, document.ref, entry.fingerprint, document.title,
            document.language, document.account, document.updated_at and document.updated_at.isoformat(),
            len(entry.chunks), now.isoformat(), document.model_dump_json(exclude=_CONTENT),
            packed(document.model_dump(mode="json", include=_CONTENT)),
        ),
    )  # fmt: skip


def _drop(db: sqlite3.Connection, document_id: str) -> bool:
    rows = db.execute(
        "SELECT key, id, hit FROM chunks JOIN texts USING (key) WHERE document_id = ?", (document_id,)
    ).fetchall()
    forget = "INSERT INTO lexical(lexical, rowid, heading, body) VALUES ('delete', ?, ?, ?)"
    for key, chunk_id, hit in rows:
        try:
            db.execute(forget, (key, *_lexical_row(unpacked(hit))))
        except ConfigError:  # damaged, and removed all the same: whoever opens the index next makes its terms anew
            db.execute("INSERT OR REPLACE INTO meta VALUES ('terms', 'stale')")
        db.execute("INSERT OR IGNORE INTO removals VALUES (?)", (chunk_id,))
        db.execute("DELETE FROM texts WHERE key = ?", (key,))
    db.execute("DELETE FROM chunks WHERE document_id = ?", (document_id,))
    return db.execute("DELETE FROM documents WHERE id = ?", (document_id,)).rowcount > 0


def _chunk_row(document: Document, chunk: Chunk) -> tuple[Any, ...]:
    moment = document.updated_at or document.created_at
    digest = passage_digest(passage_of(document.title, chunk.heading_path, chunk.text))
    return (
        chunk.id, document.id, chunk.ordinal, digest, realm(document, chunk), document.source, document.account,
        product_key(document.product), document.language, document.visibility,
        moment.timestamp() if moment else None, chunk.hidden, 1,
    )  # fmt: skip


def _hit(document: Document, chunk: Chunk) -> dict[str, object]:
    """Every field of Hit but the scores."""
    return {
        "chunk_id": chunk.id, "document_id": document.id, "source": document.source, "collection": document.collection,
        "ref": document.ref, "title": document.title, "text": chunk.text, "start": chunk.start, "end": chunk.end,
        "heading_path": chunk.heading_path, "page": chunk.page, "kind": chunk.kind, "language": document.language,
        "account": document.account, "product": document.product, "status": document.status,
        "visibility": document.visibility, "updated_at": document.updated_at and document.updated_at.isoformat(),
        "superseded_by": document.superseded_by, "url": document.url, "hidden": chunk.hidden,
    }  # fmt: skip


def _lexical_row(hit: dict[str, Any]) -> tuple[str, str]:
    heading = " ".join(terms("\n".join((hit["title"], *hit["heading_path"]))))
    return heading, " ".join(terms(hit["text"]))


def _chunk(ordinal: int, hit: dict[str, Any]) -> Chunk:
    kept = {name: hit[name] for name in ("document_id", "text", "start", "end", "page", "kind", "hidden")}
    return Chunk(ordinal=ordinal, heading_path=tuple(hit["heading_path"]), **kept)


def _stored(chunk_id: str, digest: str, hit: dict[str, Any]) -> StoredChunk:
    return StoredChunk(chunk_id, digest, passage_of(hit["title"], hit["heading_path"], hit["text"]))
