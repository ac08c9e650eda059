"""Which source a claim rests on, and what follows from it: supported, internal only, stale, or nothing at all."""

# ruff: noqa: E501 - one pattern a line reads as a table
from __future__ import annotations

import re

from banso.gate.agreement import agrees, measures, numbers, quote_of
from banso.gate.remembered import words
from banso.gate.sources import Sources
from banso.gate.staleness import outdated
from banso.knowledge.documents import Hit
from banso.knowledge.support import foreign, quoted_verbatim
from banso.review.gate_report import Kind, Source

Verdict = tuple[Kind, str, dict[str, str], Source | None]
_NOTE = re.compile(r"社内メモ|内部コメント|internal (?:note|comment)", re.IGNORECASE)
OTHERS = re.compile(
    r"(?:他|別|ほか|ある|他社)の?(?:お客様|お客さま|顧客|企業|会社|テナント|ユーザー様|導入企業|ご契約者)|他社様|同業(?:他社|の)|とあるお客様|某社|御社以外|貴社以外"
    r"|(?:another|other|one of our(?: other)?|a different|a similar|certain|fellow) (?:\w+ ){0,2}(?:customers?|clients?|compan(?:y|ies)|tenants?|accounts?)"
    r"|(?:customer|client|company) (?:of ours|like yours|in your (?:industry|region|area))",
    re.IGNORECASE,
)
"""Words that say the sentence is about someone else."""
_HIRAGANA = re.compile(r"[\u3040-\u309f]")
_EVERYDAY = frozenset(
    [
        "customer",
        "customers",
        "client",
        "clients",
        "tenant",
        "company",
        "question",
        "questions",
        "asked",
        "ask",
        "same",
        "use",
        "uses",
        "used",
        "using",
        "ours",
        "another",
        "other",
        "others",
        "similar",
        "message",
        "messages",
        "support",
        "request",
        "requests",
        "case",
        "お客",
        "客様",
        "同様",
        "問い",
        "質問",
        "利用",
        "使い",
        "同じ",
        "多く",
        "事例",
        "連絡",
        "案内",
        "確認",
        "設定",
    ]
)
TELLING = 5
"""Terms that a sentence must hold beside the everyday ones to tell a story."""
NEAR = 0.855
"""Cosine (e5-small) from which texts of two languages are about the same; unrelated ones stay below 0.84."""
ABOUT, FIRM = 0.5, 0.75
SHARED = 0.4
"""Share of a sentence's terms that another customer's ticket must hold, once the sentence says it is about others."""


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
    cited = [hit for _, hit in sources.evidence if agrees(claim, hit) or _resembles(claim, hit)]
    internal = [*cited, *(hit for hit in sources.internal(claim) if agrees(claim, hit) or _resembles(claim, hit))]
    for hit in internal:
        if may_be_told(hit, own):
            return "supported", "supported", {}, as_source(claim, hit)
    if internal:
        return "internal", f"internal_{internal[0].source}", {}, as_source(claim, internal[0])
    return "unsupported", "unsupported", {}, None


def firmly(claim: str, source: Source | None) -> bool:
    """Whether a supported promise only repeats its source: then it is a fact, not a promise of today."""
    wanted = words(claim)
    return source is not None and len(wanted & words(source.quote)) >= FIRM * len(wanted)


def borrowed(claim: str, sources: Sources) -> Hit | None:
    """The ticket of another customer that the sentence retells; None where the claim is common knowledge."""
    said = bool(OTHERS.search(claim))
    wanted = content(OTHERS.sub("", claim))
    for hit in sources.foreign(claim):
        shared = len(wanted & content(hit.text)) / (len(wanted) or 1)
        if said and len(wanted) >= TELLING and shared >= SHARED:
            return hit
        if said and len(wanted) >= TELLING and foreign(claim, hit) and hit.dense >= NEAR:
            return hit
        if quoted_verbatim(claim, hit):
            return hit
    return None


def content(text: str) -> set[str]:
    """Terms that say something: no hiragana pairs, no words that every letter to a customer has."""
    return {term for term in words(text) if not _HIRAGANA.search(term) and term not in _EVERYDAY}


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
