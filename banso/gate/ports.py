"""What the gate asks of the knowledge index."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from banso.knowledge.documents import Document, Hit, Scope
from banso.knowledge.embedding import Embedder, Vectors


class Library(Protocol):
    """The part of the index that the gate needs; `banso.knowledge.index.Knowledge` is one."""

    embedder: Embedder
    """What turned the stored text into vectors."""

    def search(self, query: str, scope: Scope, k: int = 10) -> list[Hit]:
        """The best `k` passages that the scope admits, best first."""
        ...

    def search_claims(self, claims: Sequence[str], vectors: Vectors, scope: Scope, k: int = 10) -> list[list[Hit]]:
        """For each claim the passages that the scope admits and that could carry it."""
        ...

    def document(self, document_id: str) -> Document:
        """The stored document. Raises NotFound."""
        ...
