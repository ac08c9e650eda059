"""An embedder that needs no model, and documents of one chunk."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

import numpy as np

from banso.knowledge.documents import Chunk, Document
from banso.knowledge.embedding import Vectors
from banso.knowledge.index import Entry
from banso.knowledge.terms import terms


class HashEmbedder:
    """Each term adds to one of `dimension` places."""

    max_tokens = 512

    def __init__(self, name: str = "hash", dimension: int = 64) -> None:
        self.name, self.dimension = name, dimension
        self.embedded: list[str] = []

    def passages(self, texts: Sequence[str]) -> Vectors:
        self.embedded.extend(texts)
        return self.queries(texts)

    def queries(self, texts: Sequence[str]) -> Vectors:
        vectors = np.full((len(texts), self.dimension), 1e-3, dtype=np.float32)
        for row, text in zip(vectors, texts, strict=True):
            for term in terms(text):
                row[int(hashlib.md5(term.encode()).hexdigest(), 16) % self.dimension] += 1
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        return vectors

    def count_tokens(self, text: str) -> int:
        return len(text)


def entry(ref: str, *texts: str, fingerprint: str = "1", hidden: bool = False, **fields: Any) -> Entry:
    """A document whose chunks are these texts."""
    whole = "\n".join(texts)
    document = Document(**{"source": "manual", "collection": "docs", "ref": ref, "title": ref, "text": whole, **fields})
    chunks, position = [], 0
    for ordinal, text in enumerate(texts):
        end = position + len(text)
        chunks.append(
            Chunk(document_id=document.id, ordinal=ordinal, text=text, start=position, end=end, hidden=hidden)
        )
        position = end + 1
    return Entry(document, tuple(chunks), fingerprint)
