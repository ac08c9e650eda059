"""Do the citations point at the right documents, and do they carry what the answer says?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from evals.record import Sentence
from evals.scorers.ranking import distinct
from evals.support import numbers


def citation_precision(cited: Sequence[str], gold: Iterable[str]) -> float | None:
    """Share of the cited documents that are gold."""
    wanted, different = set(gold), distinct(cited)
    return len(wanted & set(different)) / len(different) if wanted and different else None


def citation_recall(cited: Sequence[str], gold: Iterable[str]) -> float | None:
    """Share of the gold documents that are cited."""
    wanted = set(gold)
    return len(wanted & set(cited)) / len(wanted) if wanted else None


def sentence_support(sentences: Sequence[Sentence]) -> float | None:
    """Share of the answer's sentences that the words they quote carry; a sentence without a marker carries nothing."""
    return sum(one.support == "supported" for one in sentences) / len(sentences) if sentences else None


def quote_exact(quotes: Sequence[tuple[str, str]]) -> float | None:
    """Share of the (quote, words at its place in the stored document) pairs that are the same to the character."""
    return sum(quote == stored != "" for quote, stored in quotes) / len(quotes) if quotes else None


def numbers_right(text: str, quotes: Iterable[str]) -> float | None:
    """Share of the different numbers in the answer that stand in what it quotes."""
    said = numbers(text)
    return len(said & numbers("\n".join(quotes))) / len(said) if said else None
