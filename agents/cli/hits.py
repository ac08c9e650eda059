"""What `python -m agents search` prints of its hits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from agents.texts import told
from banso.core.console import say, write
from banso.core.texts import spoken_language
from banso.knowledge.asked import Part, UsedPeriod
from banso.knowledge.documents import Citation, Hit, Variant
from banso.knowledge.explaining import Explanation
from banso.knowledge.period_notices import period_notices
from banso.knowledge.variants import named
from banso.knowledge.why import why

if TYPE_CHECKING:
    from banso.knowledge.index import Knowledge

SHOWN = 200
"""Characters of a passage on the terminal."""


def hit_json(hit: Hit) -> dict[str, Any]:
    """A hit for `--json`."""
    shown = {key: getattr(hit, key) for key in ("document_id", "source", "ref", "title")}
    return {**shown, "score": round(hit.score, 4), "text": hit.text, "variants": _variants_json(hit.variants)}


def citation_json(citation: Citation) -> dict[str, Any]:
    """A citation for `--json`."""
    shown = {key: getattr(citation, key) for key in ("marker", "document_id", "source", "ref", "title", "quote")}
    return {**shown, "variants": _variants_json(citation.variants)}


def _variants_json(variants: Sequence[Variant]) -> list[dict[str, Any]]:
    return [variant.model_dump(exclude={"start", "end"}) for variant in variants]


def periods_json(parts: Sequence[Part]) -> list[dict[str, Any]]:
    """What tickets and Slack were narrowed to, a period a question that names one."""
    return [part.used.model_dump(mode="json") for part in parts if part.used]


def parts_json(parts: Sequence[Part], knowledge: Knowledge, k: int) -> dict[str, Any]:
    """For `--json --explain`: the questions of the text in order, the hits of each one after the other, each hit with
    the numbers behind its place, the reasons in words and the question that it was found for."""
    asked = [{"question": part.question, "period": next(iter(periods_json([part])), None)} for part in parts]
    hits = [hit for part in parts for hit in _explained(part, knowledge.explain(part.words, part.scope, k))]
    return {"questions": asked, "hits": hits, "periods": periods_json(parts)}


def _explained(part: Part, found: Sequence[Explanation]) -> list[dict[str, Any]]:
    return [
        {
            "question": part.question,
            **hit_json(one.hit),
            **one.model_dump(exclude={"hit"}),
            "why": why(one, found, spoken_language()),
        }
        for one in found
    ]


def also_in(variants: Sequence[Variant]) -> str:
    """The other documents that say the same, on one line; empty where there are none."""
    return told("search.also_in", documents=" / ".join(map(named, variants))) if variants else ""


def show_found(found: dict[str, Any]) -> None:
    """What a search found, on the terminal: with `--explain` question by question, else all in one list."""
    questions = found.get("questions", [])
    if len(questions) < 2:
        _tell_periods(found["periods"])
        _show_hits(found["hits"])
        return
    for asked in questions:
        write(told("search.question", question=asked["question"]))
        _tell_periods([asked["period"]] if asked["period"] else [])
        _show_hits([hit for hit in found["hits"] if hit["question"] == asked["question"]])


def _tell_periods(periods: Sequence[dict[str, Any]]) -> None:
    for notice in period_notices([UsedPeriod.model_validate(one) for one in periods], spoken_language()):
        say(f"! {notice}")


def _show_hits(hits: Sequence[dict[str, Any]]) -> None:
    """On the terminal, best first."""
    for number, hit in enumerate(hits, start=1):
        text = " ".join(hit["text"].split())
        write(f"{number:2}. {hit['score']:.2f}  {hit['title']} ({hit['source']}: {hit['ref']})")
        write(f"    {text[:SHOWN]}{'…' if len(text) > SHOWN else ''}")
        if variants := also_in([Variant(**one, start=0, end=0) for one in hit["variants"]]):
            write(f"    {variants}")
        for reason in hit.get("why", ()):
            write(f"      - {reason}")
    if not hits:
        say(told("search.nothing"))
