"""Sentences and terms of passages, kept for a while: every claim of a draft is compared with the same few passages."""

from __future__ import annotations

from functools import lru_cache

from banso.knowledge import sentences as _sentences
from banso.knowledge import support as _support
from banso.knowledge.sentences import Range

KEPT = 2048


@lru_cache(KEPT)
def sentences(text: str) -> tuple[Range, ...]:
    """As `banso.knowledge.sentences.sentences`."""
    return tuple(_sentences.sentences(text))


@lru_cache(KEPT)
def words(text: str) -> frozenset[str]:
    """As `banso.knowledge.support.words`."""
    return frozenset(_support.words(text))
