"""Which source a claim rests on, and what follows from it: supported, internal only, stale, or nothing at all."""

from __future__ import annotations

import re

from banso.gate.agreement import agrees, measures, numbers, quote_of
from banso.gate.remembered import words
from banso.gate.retold import NEAR, content
from banso.gate.sources import Sources
from banso.gate.staleness import outdated
from banso.knowledge.documents import Hit
from banso.knowledge.support import foreign
from banso.review.gate_report import Kind, Source

Verdict = tuple[Kind, str, dict[str, str], Source | None]
_NOTE = re.compile(r"社内メモ|内部コメント|internal (?:note|comment)", re.IGNORECASE)
ABOUT, FIRM = 0.5, 0.75


def openly(claim: str, sources: Sources, own: str) -> Verdict | None:
    """The verdict where something that the customer may read carries the sentence; None where nothing does."""
    told = [(c, h) for c, h in sources.evidence if may_be_told(h, own) and agrees(claim, h)]
    found = [(c.marker, h) for c, h in told if not sources.replaced(c)]
    found += [(0, hit) for hit in sources.public(claim) if not hit.superseded_by and agrees(claim, hit)]
    if told and all(sources.replaced(citation) for citation, _ in told):
        by = sources.replaced(told[0][0])
        why = f"stale_{by}" if by in ("changed", "gone") else "stale_replaced"
        return "stale", why, {"ref": by}, as_source(claim, told[0][1], told[0][0].marker)
    if newer := outdated(claim, [hit for _, hit in found], sources.public(claim)):
        return "stale", "stale_newer", {"ref": newer.ref}, as_source(claim, newer)
    if found:
        marker, hit = found[0]
        return "supported", "supported", {}, as_source(claim, hit, marker)
    if old := next((hit for hit in sources.public(claim) if hit.superseded_by and agrees(claim, hit)), None):
        return "stale", "stale_replaced", {"ref": old.superseded_by}, as_source(claim, old)
    return None


def hidden(claim: str, sources: Sources, own: str) -> Verdict:
    """The verdict on a sentence that nothing public carries."""
    hits = [*(hit for _, hit in sources.evidence), *sources.internal(claim)]
    for hit in hits:
        if may_be_told(hit, own) and agrees(claim, hit):
            return "supported", "supported", {}, as_source(claim, hit)
    internal = [hit for hit in hits if not may_be_told(hit, own) and (agrees(claim, hit) or _resembles(claim, hit))]
    if internal:
        return "internal", f"internal_{internal[0].source}", {}, as_source(claim, internal[0])
    return "unsupported", "unsupported", {}, None


def firmly(claim: str, source: Source | None) -> bool:
    """Whether a supported promise only repeats its source: then it is a fact, not a promise of today."""
    wanted = words(claim)
    return source is not None and len(wanted & words(source.quote)) >= FIRM * len(wanted)


def may_be_told(hit: Hit, own: str) -> bool:
    """Whether the account may read this: a public page, its own record, or its own ticket outside of notes."""
    if hit.visibility == "public":
        return True
    return hit.account == own != "" and hit.source in ("ticket", "crm") and not _NOTE.search(hit.text)


def as_source(claim: str, hit: Hit, marker: int = 0) -> Source:
    """The passage as the source of a mark, quoting its nearest sentence."""
    return Source(marker=marker, source=hit.source, ref=hit.ref, title=hit.title, quote=quote_of(claim, hit))


def _resembles(claim: str, hit: Hit) -> bool:
    """Whether an internal text is about the very same: looser than support, since it only makes a warning."""
    if not numbers(claim) <= numbers(f"{hit.title} {hit.ref} {hit.text}"):
        return False
    if foreign(claim, hit):
        return len(measures(claim)) > 0 and hit.dense >= NEAR
    wanted = content(claim)
    return len(wanted) >= 3 and len(wanted & content(hit.text)) >= ABOUT * len(wanted)
