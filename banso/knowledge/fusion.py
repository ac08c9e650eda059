"""One order out of two: convex fusion of min-max scores, then age, duplicates and one document's share of the page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from banso.knowledge.documents import Hit

LEXICAL_WEIGHT = (0.2, 0.6)  # when no chunk has the question's words, and when one has them
COVERED = (0.1, 0.5)  # coverage of the best lexical hits between which the weight grows
CREDIT = 0.6  # of the weight that words cannot have in the other language, what a chunk's meaning earns there
SUPERSEDED = 0.6  # what a replaced page keeps of its score
DUPLICATE = 0.9  # what an older copy of the same text keeps
PER_DOCUMENT = 3  # chunks of one document on a page of results, as long as others are left
Row = Mapping[str, Any]


def lexical_weight(coverage: float) -> float:
    """How much words count beside meaning: little where hardly any word of the question is found, as across languages.

    nDCG@10 on JSQuAD and from Japanese titles to English pages: fixed at 0.6, 0.970 and 0.710; so, 0.971 and 0.822.
    """
    share = (coverage - COVERED[0]) / (COVERED[1] - COVERED[0])
    low, high = LEXICAL_WEIGHT
    return low + (high - low) * min(1.0, max(0.0, share))


def fuse(
    lexical: Mapping[str, float],
    dense: Mapping[str, float],
    weight: float,
    lower: Mapping[str, float] | None = None,
) -> dict[str, float]:
    """Scores in [0, 1] by id: `weight` x lexical + (1 - weight) x dense, each min-max normalised over its own list.

    `lower` has the weight of those ids whose words can say less, being in a language that the question's words hardly
    reach; CREDIT of the difference goes to their meaning, so that they are not last for what they could not have.
    """
    lower = lower or {}
    words, meanings = normalised(lexical), normalised(dense)
    if not words or not meanings:
        weight = 1.0 if words else 0.0
        lower = {}
    scores = {}
    for one in {**words, **meanings}:
        own = min(weight, lower.get(one, weight))
        rest = 1 - weight + CREDIT * (weight - own)
        scores[one] = own * words.get(one, 0.0) + rest * meanings.get(one, 0.0)
    return scores


def normalised(scores: Mapping[str, float]) -> dict[str, float]:
    """Between 0, the lowest, and 1, the highest; all 1 where they are equal."""
    if not scores:
        return {}
    low, high = min(scores.values()), max(scores.values())
    if high == low:
        return dict.fromkeys(scores, 1.0)
    return {one: (score - low) / (high - low) for one, score in scores.items()}


def settled(rows: Mapping[str, Row], scores: Mapping[str, float], *, conflicts: bool = True) -> dict[str, float]:
    """The scores of these rows (fields of Hit by id), best first: replaced pages and older copies sink, what replaces a
    page stands before it. Without `conflicts`, nothing sinks."""
    final = _resolved(rows, scores) if conflicts else {one: scores[one] for one in rows}

    def place(one: str) -> tuple[float, bool, str]:
        return -final[one], conflicts and bool(rows[one]["superseded_by"]), one

    return {one: final[one] for one in sorted(final, key=place)}


def shared_out(hits: Iterable[Hit], k: int) -> list[Hit]:
    """The best `k`, no document taking more than its share as long as others are left. No more are read than needed."""
    taken: Counter[str] = Counter()
    first: list[Hit] = []
    rest: list[Hit] = []
    for hit in hits:
        taken[hit.document_id] += 1
        (first if taken[hit.document_id] <= PER_DOCUMENT else rest).append(hit)
        if len(first) == k:
            return first
    return (first + rest)[:k]


def _resolved(rows: Mapping[str, Row], scores: Mapping[str, float]) -> dict[str, float]:
    newest: dict[str, Row] = {}
    for row in rows.values():
        held = newest.get(row["text"])
        if held is None or _moment(row) > _moment(held):
            newest[row["text"]] = row
    final = {one: _sunk(row, scores[one], newest[row["text"]]) for one, row in rows.items()}
    _lift_successors(rows, final)
    return final


def _sunk(row: Row, score: float, newest: Row) -> float:
    kept = score * (SUPERSEDED if row["superseded_by"] else 1.0)
    return kept * (DUPLICATE if newest["document_id"] != row["document_id"] else 1.0)


def _lift_successors(rows: Mapping[str, Row], scores: dict[str, float]) -> None:
    """The best chunk of a page that replaces another is worth at least what the replaced one still is."""
    replaced = [(one, row) for one, row in rows.items() if row["superseded_by"]]
    if not replaced:
        return
    best: dict[tuple[str, str, str], str] = {}
    for one in sorted(rows, key=lambda one: scores[one]):
        row = rows[one]
        best[row["source"], row["collection"], row["ref"]] = one
    for one, row in replaced:
        successor = best.get((row["source"], row["collection"], row["superseded_by"]))
        if successor:
            scores[successor] = max(scores[successor], scores[one])


def _moment(row: Row) -> float:
    return datetime.fromisoformat(row["updated_at"]).timestamp() if row["updated_at"] else float("-inf")
