"""What the tools of one turn found, each passage under the number by which an answer may cite it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence

from banso.knowledge.asked import UsedPeriod
from banso.knowledge.documents import Hit
from banso.knowledge.fitting import ANY, Wanted, editions_of
from banso.knowledge.plans import NO_PLANS, Plans


class Evidence:
    """Passages numbered from 1 in the order of their finding; the same passage keeps its number."""

    def __init__(self, hits: Iterable[Hit] = ()) -> None:
        self._hits: dict[str, Hit] = {hit.chunk_id: hit for hit in hits}

    def add(self, hits: Iterable[Hit]) -> list[tuple[int, Hit]]:
        """Keep these; returns each with its number. Text that a reader of the original would not have seen is left
        out, whoever found it: no model reads it, and so none can follow or cite it."""
        found = [hit for hit in hits if not hit.hidden]
        for hit in found:
            self._hits.setdefault(hit.chunk_id, hit)
        numbers = {chunk_id: number for number, chunk_id in enumerate(self._hits, start=1)}
        return [(numbers[hit.chunk_id], hit) for hit in found]

    @property
    def hits(self) -> tuple[Hit, ...]:
        """Everything found, in order of number."""
        return tuple(self._hits.values())

    def numbered(self) -> dict[int, Hit]:
        """Number to passage."""
        return dict(enumerate(self._hits.values(), start=1))


def passages_json(
    numbered: Sequence[tuple[int, Hit]], periods: Sequence[UsedPeriod] = (), plans: Plans = NO_PLANS,
    sought: Wanted = ANY,
) -> str:  # fmt: skip
    """What a model reads of these passages: data, never instructions. `periods`: those that narrowed the search;
    `plans`, `sought`: passages about another plan than the customer's, or another version or edition than is sought,
    say so."""
    numbers = {hit.chunk_id: number for number, hit in numbered}
    told: dict[str, object] = {"periods": [one.model_dump(mode="json") for one in periods]} if periods else {}
    passages = [_passage(number, hit, numbers) | _plan(hit, plans) | _apart(hit, sought) for number, hit in numbered]
    return json.dumps({**told, "passages": passages}, ensure_ascii=False)


def _plan(hit: Hit, plans: Plans) -> dict[str, object]:
    names = plans.of_passage(hit)
    return {"other_plan": ", ".join(sorted(names))} if names else {}


def _apart(hit: Hit, sought: Wanted) -> dict[str, object]:
    named = ", ".join(sorted(editions_of(hit, hit.text, sought.known)))
    other = sought.other_edition(hit, hit.text)
    told = (("edition", named), ("other_edition", other), ("other_version", sought.other_version(hit)))
    return {key: value for key, value in told if value}


def _passage(number: int, hit: Hit, numbers: Mapping[str, int]) -> dict[str, object]:
    return {
        "marker": number,
        "source": hit.source,
        "document": hit.document_id,
        "title": hit.title,
        "heading": list(hit.heading_path),
        "kind": hit.kind,
        "language": hit.language,
        "updated": f"{hit.updated_at:%Y-%m-%d}" if hit.updated_at else "",
        "version": hit.version,
        "misfit": hit.misfit,
        "superseded": bool(hit.superseded_by),
        "status": hit.status,
        "visibility": hit.visibility,
        "hidden": hit.hidden,
        "score": round(hit.score, 4),
        "dense": round(hit.dense, 4),
        "coverage": round(hit.coverage, 4),
        "continues": numbers.get(hit.continues, 0),
        "table_head": hit.table_head,
        "text": hit.text,
    }
