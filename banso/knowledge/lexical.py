"""Finding by words: BM25 of SQLite FTS5 over our own terms."""

from __future__ import annotations

import math

from banso.knowledge.documents import Scope
from banso.knowledge.postings import PostingLists
from banso.knowledge.registry import Registry
from banso.knowledge.roster import Rosters
from banso.knowledge.swaps import Swap, swaps_of
from banso.knowledge.synonyms import widened
from banso.knowledge.terms import terms

MAX_TERMS = 64  # of a question, rarest first; a pasted mail has hundreds that add nothing
COMMON = 0.2  # terms in more than this share of chunks hardly weigh and cost the most: JSQuAD 0.9612 nDCG@10 without
# them, 0.9617 with all below a half; a third of the time
LARGE = 1000  # chunks from which that matters


class Weights(dict[str, float]):
    """Terms of a question with their weight; `swaps`: words of it for which the team has an equal one."""

    swaps: tuple[Swap, ...] = ()


class Lexicon:
    """Answers for the index of this registry."""

    def __init__(self, registry: Registry, rosters: Rosters) -> None:
        self._registry, self._lists = registry, PostingLists(rosters)

    def weights(self, query: str) -> Weights:
        """The question's terms with their idf (Robertson and Spärck Jones, as in BM25), heaviest first. A term that no
        chunk has keeps its weight: it is what a refusal is recognised by. Equal words add no weight of their own."""
        db = self._registry.db
        lists = self._lists.now(db)
        total, found = len(lists.roster.ids), dict[str, float]()
        for term in dict.fromkeys(terms(query)):
            known = lists.frequency(db, term)
            found[term] = math.log(1 + (total - known + 0.5) / (known + 0.5))
        weights = Weights(sorted(found.items(), key=lambda pair: -pair[1]))
        weights.swaps = swaps_of(query, self._registry.synonyms.current())
        return weights

    def find(self, weights: dict[str, float], scope: Scope, limit: int, *, hidden: bool = False) -> dict[str, float]:
        """Up to `limit` chunk ids with their BM25 score, higher is better, among what the scope admits."""
        db = self._registry.db
        lists = self._lists.now(db)
        floor = math.log(1 + (1 - COMMON) / COMMON) if len(lists.roster.ids) >= LARGE else 0.0
        chosen = [term for term, weight in weights.items() if weight > floor][:MAX_TERMS] or list(weights)[:MAX_TERMS]
        return lists.best(db, chosen, scope, limit, hidden=hidden, swaps=getattr(weights, "swaps", ()))


def coverage(weights: dict[str, float], there: frozenset[str]) -> float:
    """Share, 0 to 1, of the question's term weight among these terms of a text, by itself or by an equal word."""
    whole = sum(weights.values())
    swaps: tuple[Swap, ...] = getattr(weights, "swaps", ())
    present = widened(there, [(frozenset(swap.own), frozenset(swap.other)) for swap in swaps])
    return sum(weight for term, weight in weights.items() if term in present) / whole if whole else 0.0
