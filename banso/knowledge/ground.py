"""How near a chunk is to questions in general, which says nothing about this one: chunks that mix languages or subjects
are near to every question ("hubs"), and text in the question's own language is nearer than text in another.

A question is compared with what is left of it once the direction that questions of its language share is taken off
(centring against hubness: Suzuki et al. 2013, Hara et al. 2015).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Protocol

import numpy as np

from banso.core.language import language_of
from banso.knowledge.embedding import Vectors

SHARE = 0.85
"""Of the common direction that is taken off: 0.7 to 1.0 do equally well on two collections of two languages."""
_COMMON = {
    "en": (
        "How do I set this up?", "What does this error mean?", "The customer cannot sign in. What should we do?",
        "Where can I change this setting?", "Is this feature available on our plan?", "How much does it cost?",
        "When will it be released?", "Why did it stop working after the update?", "Can we export the data?",
        "What is the limit?", "Who decided this?", "Is there a workaround?",
    ),
    "ja": (
        "設定方法を教えてください。", "このエラーの原因は何ですか。", "どこで変更できますか？",
        "お客様がログインできないそうです。どうすればよいですか。", "料金はいくらですか。", "いつ公開されますか？",
        "更新してから動かなくなりました。なぜですか。", "データを書き出せますか？", "上限はいくつですか。",
        "このプランで使えますか？", "前にも同じ問い合わせがありましたよね？", "回避方法はありますか。",
    ),
}  # fmt: skip
"""Questions about nothing in particular, as people ask them."""


class Asks(Protocol):
    """The part of an embedder that is needed here."""

    def queries(self, texts: Sequence[str]) -> Vectors: ...  # noqa: D102


class Ground:
    """What questions of a language have in common, by an embedder; measured at the first question."""

    def __init__(self, embedder: Asks) -> None:
        self._embedder = embedder

    def off(self, query: str, vector: Vectors) -> Vectors:
        """The vector to take off a question's own, of shape (dimension,): what it shares with every other question."""
        common = self._common["ja" if language_of(query) == "ja" else "en"]
        return np.asarray(SHARE * common, dtype=vector.dtype)

    @cached_property
    def _common(self) -> dict[str, Vectors]:
        return {language: self._embedder.queries(list(asked)).mean(axis=0) for language, asked in _COMMON.items()}
