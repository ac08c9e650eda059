"""Which cited pages were replaced, and by which: both by name and date, whatever model worded the answer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from agents.wording import Spoken, say
from banso.knowledge.documents import Citation, Hit


def old_pages(citations: Sequence[Citation], evidence: Sequence[Hit], language: Spoken) -> list[str]:
    """A sentence for each cited document that a newer one replaces."""
    cited = {citation.chunk_id for citation in citations}
    old = {hit.document_id: hit for hit in evidence if hit.chunk_id in cited and hit.superseded_by}
    return [_told(hit, _newer(hit, evidence), language) for hit in old.values()]


def _newer(old: Hit, evidence: Sequence[Hit]) -> Hit | None:
    pages = (hit for hit in evidence if (hit.source, hit.collection) == (old.source, old.collection))
    return next((hit for hit in pages if hit.ref == old.superseded_by), None)


def _told(old: Hit, newer: Hit | None, language: Spoken) -> str:
    told = {"title": old.title, "date": _day(old.updated_at, language)}
    if newer is None:
        return say(language, "superseded_by_page", **told, ref=old.superseded_by)
    return say(language, "superseded", **told, newer=newer.title, newer_date=_day(newer.updated_at, language))


def _day(moment: datetime | None, language: Spoken) -> str:
    return f"{moment:%Y-%m-%d}" if moment else say(language, "undated")
