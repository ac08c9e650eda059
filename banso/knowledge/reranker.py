"""An optional second look at the best candidates: a CrossEncoder of sentence-transformers, by name or folder."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import cached_property
from typing import Any, Protocol

from banso.core.errors import ConfigError
from banso.core.settings import Settings
from banso.knowledge.backend import TORCH, Backend


class Reranker(Protocol):
    """Judges how well passages answer a question."""

    def scores(self, query: str, passages: Sequence[str]) -> list[float]:
        """A number in [0, 1] for each passage, higher is better."""
        ...


class CrossEncoderReranker:
    """Any CrossEncoder with one output. Loaded at the first use; raises ConfigError when it cannot be."""

    def __init__(self, name: str, backend: Backend = TORCH) -> None:
        self._name, self._backend, self._lock = name, backend, threading.Lock()

    def scores(self, query: str, passages: Sequence[str]) -> list[float]:
        """Probability of relevance of each passage."""
        if not passages:
            return []
        import torch

        pairs = [(query, passage) for passage in passages]
        with self._lock:
            judged = self._model.predict(pairs, activation_fn=torch.nn.Sigmoid(), show_progress_bar=False)
        return [float(one) for one in judged]

    @cached_property
    def _model(self) -> Any:
        from sentence_transformers import CrossEncoder

        try:
            return CrossEncoder(self._name, num_labels=1, device="cpu", **self._backend.options)
        except (OSError, ValueError, ImportError) as error:
            reason = (str(error).strip() or type(error).__name__).splitlines()[0]
            raise ConfigError(
                f"cannot load the reranker {self._name!r}: {reason}", "check BANSO_RERANKER, or unset it"
            ) from error


def get_reranker(settings: Settings) -> Reranker | None:
    """The reranker that `BANSO_RERANKER` names; None when it is off. Raises ConfigError for a backend that is not
    there."""
    if not settings.reranker:
        return None
    backend = Backend.parse(settings.reranker_backend, "BANSO_RERANKER_BACKEND")
    return CrossEncoderReranker(settings.reranker, backend)
