"""The default embedder: multilingual-e5-small on onnxruntime."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from banso.knowledge.e5.graph import build_graph
from banso.knowledge.e5.store import built
from banso.knowledge.e5.tokenizer import build_tokenizer
from banso.knowledge.e5.weights import Weights, find_weights
from banso.knowledge.embedding import Vectors

if TYPE_CHECKING:
    from tokenizers import Tokenizer

NAME = "embedded/e5-small"
QUERY, PASSAGE = "query: ", "passage: "  # the model was trained with these
BUDGET = 1024  # tokens a batch, padding included: larger ones fall out of the processor's cache and are slower
TOLERANCE = 0.995  # lowest cosine to float32 that the quantised graph may show on this machine
_SAMPLES = (
    "query: 請求書の支払い方法を変更したい",
    "passage: To reset your password, open Settings > Security.",
    "query: E-1024",
)

_LOADING = threading.Lock()


class E5Small:
    """384 dimensions, Japanese and English among a hundred languages, 512 tokens. Loaded at the first use."""

    name = NAME
    dimension = 384
    max_tokens = 512

    def __init__(self, data: Path, weights: Path | None = None) -> None:
        self._data, self._path = data, weights
        self._lock = threading.Lock()
        self._encoder: _Encoder | None = None

    def passages(self, texts: Sequence[str]) -> Vectors:
        """Vectors of stored text, shape (len(texts), 384)."""
        return self._loaded().embed([PASSAGE + text for text in texts])

    def queries(self, texts: Sequence[str]) -> Vectors:
        """Vectors of questions, shape (len(texts), 384)."""
        return self._loaded().embed([QUERY + text for text in texts])

    def count_tokens(self, text: str) -> int:
        """Tokens of this text as a passage, prefix and special tokens included, however long it is."""
        return len(self._loaded().tokenizer.encode(PASSAGE + text).ids)

    def _loaded(self) -> _Encoder:
        with self._lock:
            if self._encoder is None:
                self._encoder = _load(self._path or find_weights(), self._data)
            return self._encoder


class _Encoder:
    """Tokenizer, word embeddings and the graph above them."""

    def __init__(self, weights: Weights, tokenizer: Tokenizer, graph: Path) -> None:
        self.weights, self.tokenizer = weights, tokenizer
        self._session = _session(graph)

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Mean of the last layer over the tokens, L2-normalised (as the model card says)."""
        vectors = np.zeros((len(texts), self.weights.header.hidden), dtype=np.float32)
        ids = [self._cut(encoding.ids) for encoding in self.tokenizer.encode_batch_fast(list(texts))]
        for batch in _batches([len(one) for one in ids]):
            vectors[batch] = self._forward([ids[i] for i in batch])
        return vectors

    def _cut(self, ids: list[int]) -> list[int]:
        header = self.weights.header
        return ids if len(ids) <= header.positions else [*ids[: header.positions - 1], header.eos]

    def _forward(self, ids: list[list[int]]) -> Vectors:
        lengths = np.array([len(one) for one in ids], dtype=np.int32)
        inside = np.arange(lengths.max()) < lengths[:, None]
        padded = np.full(inside.shape, self.weights.header.pad, dtype=np.int64)
        padded[inside] = np.concatenate(ids)
        embedded = self.weights.words.rows(padded.reshape(-1)).reshape(*padded.shape, -1)
        hidden: Vectors = self._session.run(["hidden"], {"embeddings": embedded, "lengths": lengths})[0]
        pooled: Vectors = (hidden * inside[..., None]).sum(axis=1, dtype=np.float32)
        pooled /= np.linalg.norm(pooled, axis=1, keepdims=True)
        return pooled


def _batches(lengths: Sequence[int]) -> Iterator[NDArray[np.intp]]:
    """Indices of texts of nearly equal length, as many as fit the budget."""
    order = np.argsort(np.asarray(lengths), kind="stable")
    start = 0
    for end in range(1, len(order) + 1):
        full = end == len(order) or (end + 1 - start) * lengths[order[end]] > BUDGET
        if full:
            yield order[start:end]
            start = end


def _session(graph: Path) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = _cores()
    options.log_severity_level = 3
    # Threads that spin while they wait burn a third more processor time as soon as anything else runs on the machine.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(str(graph), options, providers=["CPUExecutionProvider"])


def _cores() -> int:
    return max(1, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1)


def _load(path: Path, data: Path) -> _Encoder:
    """The encoder of this weights file: one a process, however many embedders there are (seconds and 0.4 GB each)."""

    def build(target: Path) -> None:
        weights = Weights(path)
        tokenizer = build_tokenizer(weights)
        build_graph(weights, target, quantised=True)
        exact = target.with_name("exact.onnx")
        build_graph(weights, exact, quantised=False)
        quick, slow = (_Encoder(weights, tokenizer, one).embed(_SAMPLES) for one in (target, exact))
        if float((quick * slow).sum(axis=1).min()) < TOLERANCE:  # int8 products saturate on processors without VNNI
            exact.replace(target)

    with _LOADING:
        return _encoder(path, built(path, data, "encoder.onnx", build))


@lru_cache(maxsize=1)
def _encoder(path: Path, graph: Path) -> _Encoder:
    weights = Weights(path)
    return _Encoder(weights, build_tokenizer(weights), graph)
