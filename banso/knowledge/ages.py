"""How old the sources of an answer are."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from pydantic import Field

from banso.knowledge.documents import Citation, Frozen


class SourceAges(Frozen):
    """The oldest and the newest date among the cited sources, how many whole months ago the oldest was, and whether
    every one of them is older than `limit` months."""

    oldest: datetime
    newest: datetime
    months: int = Field(ge=0)
    limit: int
    stale: bool


def ages_of(citations: Iterable[Citation], now: datetime, limit: int) -> SourceAges | None:
    """None where no cited source has a date. Facts looked up in the CRM are of today and do not count."""
    dates = [one.updated_at for one in citations if one.source != "crm" and one.updated_at]
    if not dates:
        return None
    oldest, newest = min(dates), max(dates)
    return SourceAges(
        oldest=oldest, newest=newest, months=months_between(oldest, now), limit=limit,
        stale=months_between(newest, now) >= limit,
    )  # fmt: skip


def months_between(then: datetime, now: datetime) -> int:
    """Whole months from one moment to another, none for one that is still to come."""
    then = then.astimezone(now.tzinfo)
    months = (now.year - then.year) * 12 + now.month - then.month
    return max(0, months - (then.day > now.day))
