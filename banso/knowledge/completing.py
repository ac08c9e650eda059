"""Passages beside a hit without which it says half: chunking cut a list, or a sentence leans on what stood before.

Whether a cut parts what belongs together is read from the two passages alone: the first leads on ("as follows:"), or
the second begins inside a list or points back (その場合, "This setting"). A row of a table needs no neighbour, only the
names of its columns (`tables.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from banso.knowledge.documents import Hit, Scope, Variant
from banso.knowledge.listing import Listing
from banso.knowledge.variants import as_variant, same

READ = 5
"""Best hits that are looked at: answers rest on these."""
MOST = 3
"""Passages that are fetched, each of at most 320 tokens: a fifth more for a model to read."""
_LEADS_ON = re.compile(
    r"(?:[:：、]|(?:次|以下|下記)の?(?:とおり|通り|手順|方法)(?:です|で行います|となります|になります)?[。.]?"
    r"|(?:as follows|the following(?: \w+){0,2}|these steps)[.。]?)$",
    re.I,
)
_ITEM = re.compile(r"(?:[-*+](?=\s)|[•・●○■]|\(?\d{1,2}[.)](?=\s)|[（(]\d{1,2}[）)]|[①-⑳])")
_POINTS_BACK = re.compile(
    r"(?:その(?:場合|ため|際|後|うえ|とき|設定|結果)|この(?:場合|とき|際|設定|機能|操作|方法|値|項目|画面|手順)|これ[はをにら]|それ[はをにら]"
    r"|上記|前述|同様に|ただし|しかし|そうすると|すると)"
    r"|(?:(?:this|these|those|it|they|otherwise|then|however)\b|(?:in|for) (?:this|that|such) case\b|the above\b)",
    re.I,
)


def goes_on(first: str, second: str) -> bool:
    """Whether the cut between two passages, one right behind the other, parts what belongs together."""
    start = second.lstrip()
    return bool(_LEADS_ON.search(first.rstrip()) or _ITEM.match(start) or _POINTS_BACK.match(start.lstrip("*_")))


def completed(hits: Sequence[Hit], scope: Scope, listing: Listing) -> list[Hit]:
    """The hits, and behind them at most `MOST` passages of the same documents that the best ones go on into or go on
    from, under the same scope and never hidden. Each that goes on from another says so (`continues`)."""
    known = {hit.chunk_id: hit for hit in hits}
    beside = {
        row["chunk_id"]: Hit(score=0.0, **row) for row in listing.hits(_beside(hits[:READ], known), scope, hidden=False)
    }
    goes: dict[str, str] = {}
    fetched: dict[str, Hit] = {}
    for first, second in _pairs(hits[:READ], {**beside, **known}):
        new = [one for one in (first, second) if one.chunk_id not in known and one.chunk_id not in fetched]
        if len(fetched) + len(new) <= MOST and _belong(first, second):
            fetched |= {one.chunk_id: one for one in new}
            goes[second.chunk_id] = first.chunk_id
    whole = (*hits, *_with_variants(_as_their_hits(list(fetched.values()), hits), hits, scope, listing))
    return [hit.model_copy(update={"continues": goes.get(hit.chunk_id, "")}) for hit in whole]


def _as_their_hits(fetched: Sequence[Hit], hits: Sequence[Hit]) -> list[Hit]:
    """What was fetched is of the version of its document, and fits as well as what was found of it."""
    told = {hit.document_id: {"version": hit.version, "misfit": hit.misfit} for hit in hits}
    return [hit.model_copy(update=told.get(hit.document_id, {})) for hit in fetched]


def _with_variants(fetched: Sequence[Hit], hits: Sequence[Hit], scope: Scope, listing: Listing) -> list[Hit]:
    """What was fetched, each naming where else it stands: in the other editions of the page that its hit names."""
    editions: dict[str, set[str]] = {}
    for hit in hits:
        editions.setdefault(hit.document_id, set()).update(one.document_id for one in hit.variants)
    wanted = sorted({one for hit in fetched for one in editions.get(hit.document_id, ())})
    if not wanted:
        return list(fetched)
    there = listing.with_versions([Hit(score=0.0, **row) for row in listing.passages(wanted, scope)])

    def others(hit: Hit) -> tuple[Variant, ...]:
        mine = editions.get(hit.document_id, ())
        alike = {one.document_id: one for one in there if one.document_id in mine and same(hit, one)}
        return tuple(as_variant(one) for one in alike.values())

    return [hit.model_copy(update={"variants": others(hit)}) for hit in fetched]


def _beside(hits: Sequence[Hit], known: dict[str, Hit]) -> list[str]:
    return [one for hit in hits for one in (_at(hit, -1), _at(hit, 1)) if one not in known]


def _pairs(hits: Sequence[Hit], there: dict[str, Hit]) -> Iterator[tuple[Hit, Hit]]:
    """Each hit with what stands behind it, then what stands before it with the hit, in the order of the hits."""
    for hit in hits:
        if after := there.get(_at(hit, 1)):
            yield hit, after
        if before := there.get(_at(hit, -1)):
            yield before, hit


def _at(hit: Hit, step: int) -> str:
    """The id of the passage so many places behind."""
    ordinal = int(hit.chunk_id.rpartition(":")[2]) + step
    return f"{hit.document_id}:{ordinal}"


def _belong(first: Hit, second: Hit) -> bool:
    """Whether they are one text under one heading, or the first leads on to a heading below its own. A heading that is
    numbered looks like an item of a list, so what stands under another heading says nothing by how it begins."""
    if second.heading_path == first.heading_path:
        return goes_on(first.text, second.text)
    below = second.heading_path[: len(first.heading_path)] == first.heading_path
    return below and bool(_LEADS_ON.search(first.text.rstrip()))
