"""One case and what became of it, for `causes.py`: which gold documents were found and cited, and how to name them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from evals.cases import Case
from evals.record import CaseResult
from evals.texts import told

SEEN = 10
"""Documents of the result list that count as found, as in recall@10 and hit@10."""
SHOWN = 5
"""Names in one sentence; how many more there are stands behind them."""


@dataclass(frozen=True)
class Outcome:
    """`ingested`: refs in the index. `successors`: ref -> ref of the document that replaces it."""

    case: Case
    result: CaseResult
    ingested: Collection[str]
    successors: Mapping[str, str]

    @cached_property
    def gold(self) -> list[str]:
        """The documents that answer, as the case names them."""
        return [ref for ref, gain in self.case.gold.items() if gain > 0]

    @cached_property
    def cited_gold(self) -> list[str]:
        """Those of them that the answer cites."""
        return [ref for ref in self.gold if ref in self.result.cited]

    @cached_property
    def ranks(self) -> dict[str, int]:
        """Rank, from 1, of each gold document that was found, counting documents once."""
        order = {ref: rank for rank, ref in enumerate(distinct(self.result.found), start=1)}
        return {ref: order[ref] for ref in self.gold if ref in order}

    @property
    def retrieved(self) -> bool:
        """Whether search put any gold document among the first SEEN."""
        return any(rank <= SEEN for rank in self.ranks.values())

    @property
    def lacking(self) -> bool:
        """Whether the answer, or the search where none was made, fell short of what the gold documents hold.

        An answer that says everything it must from other sources is right: lists of gold documents are not complete.
        """
        if not self.case.answerable or self.result.grounded == "refused":
            return self.case.answerable
        if not self.result.grounded:
            return bool(self.gold) and not self.retrieved
        return bool(self.below("key_facts")) or (not self.case.must_say and bool(self.gold) and not self.cited_gold)

    @property
    def words(self) -> str:
        """Everything that the reader sees: the answer and its quotes."""
        return " ".join((self.result.text, *(one.quote for one in self.result.evidence)))

    @property
    def sure(self) -> str:
        """How confident the product was, in words; empty where it does not say."""
        return "" if self.result.confidence is None else told("words.sure", confidence=f"{self.result.confidence:.2f}")

    @property
    def best(self) -> str:
        """The gold document that was found first, with its rank."""
        if not self.ranks:
            return names(self.gold)
        ref, rank = min(self.ranks.items(), key=lambda pair: pair[1])
        return told("words.at_rank", ref=ref, rank=rank)

    def below(self, *scores: str) -> list[str]:
        """The names of those scores that say that something is wrong."""
        return [name for name in scores if (value := self.result.scores.get(name)) is not None and value < 1]


def distinct(found: Iterable[str]) -> list[str]:
    """Each ref once, in order."""
    return list(dict.fromkeys(found))


def names(refs: Iterable[str]) -> str:
    """At most SHOWN names, and how many more there are."""
    refs = distinct(refs)
    if not refs:
        return told("words.none")
    shown = ", ".join(refs[:SHOWN])
    return told("words.more", names=shown, count=len(refs) - SHOWN) if len(refs) > SHOWN else shown


def quoted(facts: Iterable[str]) -> str:
    """Facts for a sentence that puts quotation marks around them; either way of saying one is named."""
    return told("words.also").join(fact.replace("|", told("words.either")) for fact in facts)


def shortened(text: str, length: int = 80) -> str:
    """The text on one line, cut to a length."""
    words = " ".join(text.split())
    return words if len(words) <= length else words[: length - 1] + "…"


def first_line(text: str) -> str:
    """The first line of a message."""
    return shortened(next(iter(text.strip().splitlines()), ""), 200)
