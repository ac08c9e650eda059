"""The embedded weights as a standard sentence-transformers folder: BertModel, mean pooling, normalisation."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from banso.knowledge.e5.store import built
from banso.knowledge.e5.tokenizer import build_tokenizer
from banso.knowledge.e5.weights import Weights, find_weights

_LAYER = {  # our name: where it stands in a BertLayer
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}


def torch_folder(data: Path) -> Path:
    """A folder that `SentenceTransformer(...)` loads; built at the first call (about 480 MB)."""
    weights = Weights(find_weights())
    return built(weights.path, data, "sentence-transformers", lambda path: _save(weights, path))


def _save(weights: Weights, folder: Path) -> None:
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer

    bert = folder.with_name("bert")
    _bert(weights).save_pretrained(bert)
    _tokenizer(weights).save_pretrained(bert)
    transformer = Transformer(str(bert), max_seq_length=weights.header.positions)
    pooling = Pooling(weights.header.hidden, pooling_mode="mean")
    model = SentenceTransformer(
        modules=[transformer, pooling, Normalize()],
        prompts={"query": "query: ", "passage": "passage: "},
        device="cpu",
    )
    model.save(str(folder), create_model_card=False)


def _bert(weights: Weights) -> Any:
    import torch
    import transformers

    header = weights.header
    config = transformers.BertConfig(
        vocab_size=header.vocabulary,
        hidden_size=header.hidden,
        num_hidden_layers=header.layers,
        num_attention_heads=header.heads,
        intermediate_size=header.inner,
        max_position_embeddings=header.positions,
        layer_norm_eps=header.epsilon,
        pad_token_id=header.pad,
    )
    model = transformers.BertModel(config)
    state = {name: torch.from_numpy(np.array(values, dtype=np.float32)) for name, values in _state(weights).items()}
    model.load_state_dict(state)
    return model


def _state(weights: Weights) -> dict[str, Any]:
    header = weights.header
    state = {
        "embeddings.word_embeddings.weight": weights.words.rows(),
        "embeddings.position_embeddings.weight": weights.plain("emb.pos").reshape(header.positions, -1),
        "embeddings.token_type_embeddings.weight": weights.plain("emb.type").reshape(-1, header.hidden),
        "embeddings.LayerNorm.weight": weights.plain("emb.ln.w"),
        "embeddings.LayerNorm.bias": weights.plain("emb.ln.b"),
        "pooler.dense.weight": np.zeros((header.hidden, header.hidden)),  # not used: vectors are means
        "pooler.dense.bias": np.zeros(header.hidden),
    }
    for layer in range(header.layers):
        for ours, theirs in _LAYER.items():
            name, place = f"l{layer}.{ours}", f"encoder.layer.{layer}.{theirs}"
            columns = header.inner if ours == "fo" else header.hidden
            plain = ours.endswith("ln")
            state[f"{place}.weight"] = (
                weights.plain(f"{name}.w") if plain else weights.quantised(f"{name}.w", columns).rows()
            )
            state[f"{place}.bias"] = weights.plain(f"{name}.b")
    return state


def _tokenizer(weights: Weights) -> Any:
    import transformers

    make: Any = transformers.PreTrainedTokenizerFast
    return make(
        tokenizer_object=build_tokenizer(weights),
        bos_token="<s>",
        eos_token="</s>",
        cls_token="<s>",
        sep_token="</s>",
        pad_token="<pad>",
        unk_token="<unk>",
        mask_token="<mask>",
        model_max_length=weights.header.positions,
    )
