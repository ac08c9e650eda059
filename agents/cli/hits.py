"""What `python -m agents search` prints of its hits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from agents.texts import told
from banso.core.console import say, write
from banso.core.texts import spoken_language
from banso.knowledge.documents import Citation, Hit, Variant
from banso.knowledge.explaining import Explanation
from banso.knowledge.variants import named
from banso.knowledge.why import why

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


def explained_json(found: Sequence[Explanation]) -> list[dict[str, Any]]:
    """Hits with the numbers behind their places, and the reasons in words."""
    return [
        {
            **hit_json(one.hit),
            **one.model_dump(exclude={"hit"}),
            "why": why(one, found, spoken_language()),
        }
        for one in found
    ]


def also_in(variants: Sequence[Variant]) -> str:
    """The other documents that say the same, on one line; empty where there are none."""
    return told("search.also_in", documents=" / ".join(map(named, variants))) if variants else ""


def show_hits(hits: Sequence[dict[str, Any]]) -> None:
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
