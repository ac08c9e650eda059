"""Models of sentence-transformers, as embedder and as reranker, from folders built here."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from banso.core.errors import ConfigError
from banso.core.settings import Settings
from banso.knowledge.documents import Scope
from banso.knowledge.e5.embedder import E5Small
from banso.knowledge.embedding import get_embedder
from banso.knowledge.index import open_knowledge
from banso.knowledge.sentence_transformer import E5_TORCH
from tests.knowledge.builders import HashEmbedder, entry

pytestmark = pytest.mark.slow


def test_the_embedded_weights_as_a_sentence_transformer(settings: Settings, embedder: E5Small) -> None:
    torch = get_embedder(settings.model_copy(update={"embedding": E5_TORCH}))
    texts = ["請求書の支払い方法を変更したい", "Reset the password " * 30, "E-1024"]
    assert (torch.name, torch.dimension, torch.max_tokens) == (E5_TORCH, 384, 512)
    assert (torch.passages(texts) * embedder.passages(texts)).sum(axis=1).min() > 0.995
    assert (torch.queries(texts) * embedder.queries(texts)).sum(axis=1).min() > 0.995
    assert torch.count_tokens(texts[0]) == embedder.count_tokens(texts[0])
    assert torch.passages([]).shape == (0, 384)


def test_a_model_that_is_not_there_is_named(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    absent = get_embedder(settings.model_copy(update={"embedding": "/nowhere/model"}))
    with pytest.raises(ConfigError, match="/nowhere/model"):
        absent.queries(["x"])


def _tiny_cross_encoder(folder: Path) -> None:
    import torch
    import transformers
    from tokenizers import Tokenizer, models, pre_tokenizers, processors

    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "export", "report", "password"]
    tokenizer = Tokenizer(models.WordLevel({word: i for i, word in enumerate(words)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    fast = transformers.PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token="[PAD]", unk_token="[UNK]", cls_token="[CLS]", sep_token="[SEP]"
    )
    fast.save_pretrained(folder)
    torch.manual_seed(0)
    config = transformers.BertConfig(
        vocab_size=len(words), hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16,
        num_labels=1,
    )  # fmt: skip
    transformers.BertForSequenceClassification(config).save_pretrained(folder)


def test_a_cross_encoder_decides_the_order(settings: Settings, tmp_path: Path) -> None:
    _tiny_cross_encoder(tmp_path / "reranker")
    chosen = settings.model_copy(update={"reranker": str(tmp_path / "reranker")})
    texts = ["export report", "export password", "report password export"]
    knowledge = open_knowledge(chosen, HashEmbedder())
    knowledge.put([entry(f"{n}.md", text) for n, text in enumerate(texts)])
    from banso.knowledge.reranker import CrossEncoderReranker

    hits = knowledge.search("export", Scope())
    judged = CrossEncoderReranker(chosen.reranker).scores("export", [f"{hit.ref}\n{hit.text}" for hit in hits])
    assert len(hits) == 3
    assert judged == sorted(judged, reverse=True)
    np.testing.assert_allclose([hit.score for hit in hits], [0.5 + 0.5 * one for one in judged], atol=1e-4)
    knowledge.close()
