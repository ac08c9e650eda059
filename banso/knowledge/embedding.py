"""What turns text into vectors, and how one is chosen by name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from banso.core.settings import Settings
from banso.knowledge.backend import Backend

Vectors = NDArray[np.float32]


@runtime_checkable
class Embedder(Protocol):
    """Text to vectors. Rows are L2-normalised float32, in the order of the texts."""

    @property
    def name(self) -> str:
        """The model, as the index remembers it."""
        ...

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        ...

    @property
    def max_tokens(self) -> int:
        """Tokens beyond this are not read."""
        ...

    def passages(self, texts: Sequence[str]) -> Vectors:
        """Vectors of stored text, shape (len(texts), dimension)."""
        ...

    def queries(self, texts: Sequence[str]) -> Vectors:
        """Vectors of questions, shape (len(texts), dimension)."""
        ...

    def count_tokens(self, text: str) -> int:
        """How many tokens of a passage this text takes, special tokens included."""
        ...


def get_embedder(settings: Settings) -> Embedder:
    """The embedder that `BANSO_EMBEDDING` names. Nothing is loaded before the first use. Raises ConfigError."""
    if settings.embedding == "embedded/e5-small":
        from banso.knowledge.e5.embedder import E5Small

        return E5Small(settings.data)
    from banso.knowledge.sentence_transformer import SentenceTransformerEmbedder

    backend = Backend.parse(settings.embedding_backend, "BANSO_EMBEDDING_BACKEND")
    return SentenceTransformerEmbedder(settings.embedding, settings.data, backend)
