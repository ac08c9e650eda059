"""Equal words of a team as the terms of the lexical index."""

from __future__ import annotations

import re
from dataclasses import dataclass

from banso.knowledge.synonyms import Synonyms
from banso.knowledge.terms import terms

MOST = 8
"""Equal words that one question is also asked with; each costs the lists of its terms."""


@dataclass(frozen=True)
class Swap:
    """The terms of a word of the question, and of one that the team uses for the same. Of a run without spaces only
    the bigrams tell."""

    own: tuple[str, ...]
    other: tuple[str, ...]


def swaps_of(question: str, synonyms: Synonyms) -> tuple[Swap, ...]:
    """The swaps of this question, those of one word together."""
    found = (Swap(tuple(dict.fromkeys(terms(word))), _telling(other)) for word, other in synonyms.swaps(question))
    return tuple(dict.fromkeys(swap for swap in found if swap.own and swap.other))[:MOST]


def _telling(word: str) -> tuple[str, ...]:
    every = list(dict.fromkeys(terms(word)))
    longer = [term for term in every if len(term) > 1 or re.fullmatch(r"[a-z0-9]", term)]
    return tuple(longer or every)
