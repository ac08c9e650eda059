"""Which product a question is about, where one index holds the manuals of several: the name of a product stands in most
pages of its own manual and in hardly any page of another's. No list of products is needed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from banso.knowledge.registry import Registry

OWN, FOREIGN = 0.5, 0.05
"""Share of a manual's documents that mention its product's name, and of those that mention another's. Measured on two
open manuals: 0.71 and 0.90 against 0.00; ordinary words of the same pages lie between."""
LEAST_DOCUMENTS = 5
"""A collection with fewer says nothing about what most of its pages mention."""
SHORTEST = 3
FOREIGN_KEEPS = 0.6
"""What a passage of another product's manual keeps of its score when it does not mention the name."""


class Subjects:
    """Tells which collections of manuals are about something else than a question. Counts are kept until the index
    changes."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._generation = ""
        self._totals: dict[str, int] = {}
        self._shares: dict[str, dict[str, float]] = {}

    def elsewhere(self, terms: Iterable[str]) -> dict[str, frozenset[str]]:
        """For each collection of manuals that is about another subject: the names in the question that it lacks."""
        self._renew()
        if len(self._totals) < 2:
            return {}
        lacking: dict[str, set[str]] = {}
        for term in terms:
            if not (term.isascii() and term.isalpha() and len(term) >= SHORTEST):
                continue
            shares = self._of(term)
            if any(share >= OWN for share in shares.values()):
                for collection in self._totals:
                    if shares.get(collection, 0.0) <= FOREIGN:
                        lacking.setdefault(collection, set()).add(term)
        return {collection: frozenset(names) for collection, names in lacking.items()}

    def _of(self, term: str) -> dict[str, float]:
        if term not in self._shares:
            rows = self._registry.db.execute(
                "SELECT d.collection, count(DISTINCT d.id) FROM lexical JOIN chunks c ON c.key = lexical.rowid"
                " JOIN documents d ON d.id = c.document_id"
                " WHERE lexical MATCH ? AND d.source = 'manual' GROUP BY d.collection",
                ('"' + term + '"',),
            )
            self._shares[term] = {name: count / self._totals[name] for name, count in rows if name in self._totals}
        return self._shares[term]

    def _renew(self) -> None:
        generation = self._registry.meta("generation", "0")
        if generation == self._generation:
            return
        rows = self._registry.db.execute(
            "SELECT collection, count(*) FROM documents WHERE source = 'manual'"
            " GROUP BY collection HAVING count(*) >= ?",
            (LEAST_DOCUMENTS,),
        )
        self._generation, self._totals, self._shares = generation, dict(rows), {}


def keeps(names: Collection[str], there: Collection[str]) -> float:
    """The share of its score that a passage with the terms `there` keeps in a collection that lacks `names`."""
    return 1.0 if not names or any(name in there for name in names) else FOREIGN_KEEPS
