"""Any sentence-transformers model as the embedder, by its name or folder."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from banso.core.errors import ConfigError
from banso.knowledge.backend import TORCH, Backend
from banso.knowledge.embedding import Vectors

E5_TORCH = "embedded/e5-small-torch"
"""The embedded weights in torch, for comparison: `BANSO_EMBEDDING=embedded/e5-small-torch`."""
_PREFIXES = {"query": "query: ", "passage": "passage: "}  # of the E5 family


class SentenceTransformerEmbedder:
    """A model of sentence-transformers. torch is imported and the model loaded at the first use.

    The prompts that a model brings for questions and for passages are used; the E5 family gets its prefixes, which its
    model files do not name. Raises ConfigError when the model cannot be loaded.
    """

    def __init__(self, name: str, data: Path, backend: Backend = TORCH) -> None:
        self.name, self._model_name, self._data, self._backend = backend.named(name), name, data, backend
        self._lock = threading.RLock()  # a tokenizer that is told to cut by one thread must not be read by another

    @property
    def dimension(self) -> int:
        """Length of a vector; loads the model."""
        return int(self._model.get_embedding_dimension())

    @property
    def max_tokens(self) -> int:
        """Tokens beyond this are not read; loads the model."""
        return int(self._model.max_seq_length or 512)

    def passages(self, texts: Sequence[str]) -> Vectors:
        """Vectors of stored text, shape (len(texts), dimension)."""
        return self._encode(texts, "passage", "document")

    def queries(self, texts: Sequence[str]) -> Vectors:
        """Vectors of questions, shape (len(texts), dimension)."""
        return self._encode(texts, "query")

    def count_tokens(self, text: str) -> int:
        """Tokens of this text as a passage, prefix and special tokens included."""
        whole = self._prefix("passage", "document") + text
        with self._lock:
            return len(self._model.tokenizer(whole, truncation=False, verbose=False)["input_ids"])

    def _encode(self, texts: Sequence[str], *roles: str) -> Vectors:
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        with self._lock:
            vectors = self._model.encode(
                list(texts), prompt=self._prefix(*roles), normalize_embeddings=True, show_progress_bar=False
            )
        return np.asarray(vectors, dtype=np.float32)

    def _prefix(self, *roles: str) -> str:
        """The prompt of the first of these roles that the model names, else that of the E5 family, else nothing."""
        own = self._model.prompts or {}
        for role in roles:
            if own.get(role):
                return str(own[role])
        return _PREFIXES[roles[0]] if "e5" in self._model_name.casefold() else ""

    @cached_property
    def _model(self) -> Any:
        with self._lock:
            from sentence_transformers import SentenceTransformer

            try:
                place = _location(self._model_name, self._data)
                return SentenceTransformer(place, device="cpu", **self._backend.options)
            except (OSError, ValueError, ImportError) as error:
                raise ConfigError(
                    f"cannot load the embedding model {self._model_name!r}: {_first_line(error)}",
                    "check BANSO_EMBEDDING: embedded/e5-small, a model of the Hugging Face hub, or a folder",
                ) from error


def _location(name: str, data: Path) -> str:
    if name != E5_TORCH:
        return name
    from banso.knowledge.e5.torch_model import torch_folder

    return str(torch_folder(data))


def _first_line(error: BaseException) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]
