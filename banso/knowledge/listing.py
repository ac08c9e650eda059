"""What is in the index: lists, totals and the rows behind hits."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Sequence
from typing import Any

from banso.core.errors import ConfigError
from banso.knowledge.documents import Hit, Language, Scope
from banso.knowledge.packing import unpacked
from banso.knowledge.registry import Registry
from banso.knowledge.results import CollectionSummary, DocumentSummary, FailureRecord, IndexStats
from banso.knowledge.roster import Rosters
from banso.knowledge.scoping import condition

_log = logging.getLogger(__name__)


class Listing:
    """Read-only questions to the registry, but for the list of failures."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self.rosters = Rosters(registry)
        """Who is in the index, and who may see it."""

    def documents(  # noqa: PLR0913, PLR0917
        self, source: str, collection: str, matching: str, limit: int, offset: int, private: bool
    ) -> list[DocumentSummary]:
        """Stored documents, newest first."""
        pattern = "%" + matching.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        rows = self._registry.db.execute(
            "SELECT id, source, collection, ref, title, language, account, chunks, updated_at, stored_at, "
            "json_extract(body, '$.warnings'), json_extract(body, '$.masked') FROM documents "
            "WHERE (?1 = '' OR source = ?1) AND (?2 = '' OR collection = ?2) "
            "AND (title LIKE ?3 ESCAPE '\\' OR ref LIKE ?3 ESCAPE '\\') "
            "AND (?6 OR json_extract(body, '$.visibility') <> 'private') "
            "ORDER BY updated_at IS NULL, updated_at DESC, ref LIMIT ?4 OFFSET ?5",
            (source, collection, pattern, limit, offset, private),
        ).fetchall()
        names = (
            "id",
            "source",
            "collection",
            "ref",
            "title",
            "language",
            "account",
            "chunks",
            "updated_at",
            "stored_at",
        )
        return [
            DocumentSummary(
                **dict(zip(names, row[:10], strict=True)), warnings=json.loads(row[10]), masked=json.loads(row[11])
            )
            for row in rows
        ]

    def collections(self) -> list[CollectionSummary]:
        """Every ingested root, by source and name."""
        rows = self._registry.db.execute(
            "SELECT source, collection, count(*), sum(chunks), max(stored_at) FROM documents "
            "GROUP BY source, collection ORDER BY source, collection"
        ).fetchall()
        names = ("source", "collection", "documents", "chunks", "updated")
        return [CollectionSummary(**dict(zip(names, row, strict=True))) for row in rows]

    def failures(self) -> list[FailureRecord]:
        """What could not go in, by collection and path."""
        rows = self._registry.db.execute(
            "SELECT source, collection, path, error, hint, at FROM failures ORDER BY source, collection, rowid"
        ).fetchall()
        names = ("source", "collection", "path", "error", "hint", "at")
        return [FailureRecord(**dict(zip(names, row, strict=True))) for row in rows]

    def settled_failures(self, source: str, collection: str) -> dict[str, tuple[str, str, str]]:
        """By path: (fingerprint, error, hint) of what would fail again in the same way."""
        rows = self._registry.db.execute(
            "SELECT path, fingerprint, error, hint FROM failures "
            "WHERE source = ? AND collection = ? AND fingerprint != ''",
            (source, collection),
        )
        return {path: (fingerprint, error, hint) for path, fingerprint, error, hint in rows}

    def record_failures(self, source: str, collection: str, failures: Sequence[tuple[str, str, str, str]]) -> None:
        """Replace a collection's list of (path, error, hint, fingerprint or "" when the next run should try again)."""
        now = self._registry.now().isoformat()
        with self._registry.write() as db:
            db.execute("DELETE FROM failures WHERE source = ? AND collection = ?", (source, collection))
            db.executemany(
                "INSERT INTO failures (source, collection, path, error, hint, fingerprint, at) "
                "VALUES (?, ?, ?, ?, ?, ?, ?)",
                [(source, collection, *one, now) for one in failures],
            )

    def stats(self) -> IndexStats:
        """Totals over everything stored."""
        db, folder = self._registry.db, self._registry.path.parent
        return IndexStats(
            documents=db.execute("SELECT count(*) FROM documents").fetchone()[0],
            chunks=db.execute("SELECT count(*) FROM chunks").fetchone()[0],
            pending=db.execute("SELECT count(*) FROM chunks WHERE pending").fetchone()[0],
            embedding=self._registry.meta("embedding"),
            dimension=int(self._registry.meta("dimension", "0")),
            vector_bytes=sum(path.stat().st_size for path in (folder / "chroma").rglob("*") if path.is_file()),
            index_bytes=self._registry.path.stat().st_size,
        )

    def present(self, scope: Scope, *, hidden: bool) -> dict[tuple[str, Language], int]:
        """How many chunks the scope admits, by realm and language."""
        return self.rosters.now().present(scope, hidden=hidden)

    def with_versions(self, hits: Sequence[Hit]) -> list[Hit]:
        """The hits, each with the version that its document is about, where that names one."""
        found = self._versions(list({hit.document_id for hit in hits}))
        return [
            hit.model_copy(update={"version": found[hit.document_id]}) if hit.document_id in found else hit
            for hit in hits
        ]

    def _versions(self, document_ids: Sequence[str]) -> dict[str, str]:
        rows = self._registry.db.execute(
            "SELECT id, json_extract(body, '$.version') AS version FROM documents "
            f"WHERE id IN ({_marks(document_ids)}) AND version <> ''",
            tuple(document_ids),
        )
        return dict(rows.fetchall())

    def hits(self, chunk_ids: Sequence[str], scope: Scope, *, hidden: bool) -> list[dict[str, Any]]:
        """Every field of Hit but the scores, for those ids that the scope admits: the wall stands here again, so that
        no vector left over from another time can bring text back."""
        admitted, values = condition(scope, hidden=hidden)
        rows = self._registry.db.execute(
            f"SELECT hit FROM chunks JOIN texts USING (key) WHERE id IN ({_marks(chunk_ids)}) AND {admitted}",
            (*chunk_ids, *values),
        )
        return list(_readable(rows.fetchall()))

    def passages(self, document_ids: Sequence[str], scope: Scope) -> list[dict[str, Any]]:
        """Every field of Hit but the scores, for all passages of these documents that the scope admits, never hidden
        ones; in the order of the documents."""
        admitted, values = condition(scope)
        rows = self._registry.db.execute(
            "SELECT hit FROM chunks JOIN texts USING (key) "
            f"WHERE document_id IN ({_marks(document_ids)}) AND {admitted} ORDER BY document_id, ordinal",
            (*document_ids, *values),
        )
        return list(_readable(rows.fetchall()))


def _readable(rows: Sequence[tuple[bytes]]) -> Iterator[dict[str, Any]]:
    """One damaged row does not stop every search that it would be part of."""
    for (hit,) in rows:
        try:
            yield unpacked(hit)
        except ConfigError as error:
            _log.warning("%s: %s", error.message, error.hint)


def _marks(values: Sequence[str]) -> str:
    return ",".join("?" * len(values))
