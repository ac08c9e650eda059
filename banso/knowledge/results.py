"""What the index tells about itself. Frozen: screens and `--json` print these as they are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from banso.knowledge.documents import Chunk, Document, Frozen, Language, SourceName


@dataclass(frozen=True)
class Entry:
    """One document ready for the index: what was read, how it was cut, and the fingerprint its source gave."""

    document: Document
    chunks: tuple[Chunk, ...]
    fingerprint: str


class DocumentSummary(Frozen):
    """One line of a list of documents."""

    id: str
    source: SourceName
    collection: str
    ref: str
    title: str
    language: Language
    account: str
    chunks: int
    updated_at: datetime | None
    stored_at: datetime
    warnings: tuple[str, ...]
    masked: dict[str, int]


class CollectionSummary(Frozen):
    """One ingested root and what is stored of it."""

    source: SourceName
    collection: str
    documents: int
    chunks: int
    updated: datetime


class FailureRecord(Frozen):
    """An item that the last run of its collection could not take in."""

    source: str
    collection: str
    path: str
    error: str
    hint: str
    at: datetime


class IndexStats(Frozen):
    """Totals over everything stored. `pending`: chunks whose vectors are not written yet."""

    documents: int
    chunks: int
    pending: int
    embedding: str
    dimension: int
    vector_bytes: int
    index_bytes: int
