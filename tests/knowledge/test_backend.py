"""Backends of sentence-transformers: chosen by one setting, named when they are not there, never mixed in one index."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import sentence_transformers

from banso.core.errors import ConfigError
from banso.core.settings import Settings
from banso.knowledge import backend
from banso.knowledge.embedding import get_embedder
from banso.knowledge.index import open_knowledge
from banso.knowledge.reranker import get_reranker
from tests.knowledge.builders import HashEmbedder, entry

INT8 = "openvino_model_qint8_quantized.xml"


class Model:
    """Stands where sentence-transformers loads a model, and remembers what it was asked for."""

    asked: dict[str, Any]
    max_seq_length, prompts = 512, None
    tokenizer = staticmethod(lambda text, **_: {"input_ids": text.split()})

    def __init__(self, name: str, **options: Any) -> None:
        Model.asked = {"name": name, **options}

    def get_embedding_dimension(self) -> int:
        return 64

    def encode(self, texts: list[str], **_: Any) -> Any:
        return HashEmbedder().queries(texts)

    def predict(self, pairs: list[tuple[str, str]], **_: Any) -> Any:
        return np.ones(len(pairs))


@pytest.fixture(autouse=True)
def everything_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sentence_transformers, "SentenceTransformer", Model)
    monkeypatch.setattr(sentence_transformers, "CrossEncoder", Model)
    monkeypatch.setattr(backend, "find_spec", lambda _name: SimpleNamespace())


@pytest.mark.parametrize(
    ("setting", "options"),
    [
        ("torch", {}),
        ("onnx", {"backend": "onnx"}),
        (f"openvino:{INT8}", {"backend": "openvino", "model_kwargs": {"file_name": INT8}}),
    ],
)
def test_the_setting_reaches_embedder_and_reranker(settings: Settings, setting: str, options: dict[str, Any]) -> None:
    chosen = settings.model_copy(
        update={
            "embedding": "some/model",
            "embedding_backend": setting,
            "reranker": "a/judge",
            "reranker_backend": setting,
        }
    )
    assert get_embedder(chosen).queries(["a"]).shape == (1, 64)
    assert Model.asked == {"name": "some/model", "device": "cpu", **options}
    reranker = get_reranker(chosen)
    assert reranker and reranker.scores("a", ["b"]) == [1.0]
    assert Model.asked == {"name": "a/judge", "device": "cpu", "num_labels": 1, **options}


@pytest.mark.parametrize("setting", ["tensorrt", "torch:model.bin", ""])
def test_what_is_no_backend_is_named(settings: Settings, setting: str) -> None:
    chosen = settings.model_copy(update={"embedding": "some/model", "embedding_backend": setting})
    with pytest.raises(ConfigError, match="BANSO_EMBEDDING_BACKEND"):
        get_embedder(chosen)


def test_what_is_not_installed_is_named_with_what_brings_it(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backend, "find_spec", lambda _name: None)
    chosen = settings.model_copy(update={"reranker": "a/judge", "reranker_backend": "openvino"})
    with pytest.raises(ConfigError, match="not installed") as refused:
        get_reranker(chosen)
    assert refused.value.hint == 'pip install "optimum-intel[openvino]"'


def test_vectors_of_a_quantised_file_are_not_mixed_with_those_of_the_whole_model(settings: Settings) -> None:
    whole = settings.model_copy(update={"embedding": "some/model", "embedding_backend": "openvino"})
    knowledge = open_knowledge(whole)
    knowledge.put([entry("a.md", "alpha")])
    knowledge.close()
    open_knowledge(whole.model_copy(update={"embedding_backend": "torch"})).close()
    with pytest.raises(ConfigError, match="some/model"):
        open_knowledge(whole.model_copy(update={"embedding_backend": f"openvino:{INT8}"}))
