"""The XLM-RoBERTa Unigram tokenizer, built from the vocabulary in the weights file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from banso.knowledge.e5.weights import Weights

if TYPE_CHECKING:
    from tokenizers import Tokenizer

_WAVE, _ASIDE = "\uff5e", "\ue0f5"  # the model knows the full-width tilde as it is; NFKC would fold it


def build_tokenizer(weights: Weights) -> Tokenizer:
    """A tokenizer whose ids are rows of the embedding table. It adds `<s>` and `</s>` and cuts nothing."""
    from tokenizers import AddedToken, Regex, Tokenizer, models, normalizers, pre_tokenizers, processors

    header = weights.header
    tokenizer = Tokenizer(models.Unigram(weights.pieces(), unk_id=header.unk, byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.Replace(_WAVE, _ASIDE),
            normalizers.Replace(Regex(r"[\t\n\f\r\u1680\u200b-\u200f\u2028\u2029\u2581\ufeff\ufffd]"), " "),
            normalizers.Replace(Regex(r"[\x00-\x08\x0b\x0e-\x1f\x7f\x8f\x9f]"), ""),
            normalizers.NFKC(),
            normalizers.Replace(_ASIDE, _WAVE),
            normalizers.Replace(Regex(" {2,}"), " "),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always", split=False)
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", header.bos), ("</s>", header.eos)]
    )
    tokenizer.add_special_tokens(
        [AddedToken(name, normalized=False) for name in ("<s>", "<pad>", "</s>", "<unk>", "<mask>")]
    )
    return tokenizer
