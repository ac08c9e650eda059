"""What a search was narrowed to, in a sentence for the reader: below answers, on the command line, on the screens."""

from __future__ import annotations

from collections.abc import Sequence

from banso.core.texts import Shown
from banso.knowledge.asked import UsedPeriod
from banso.knowledge.why import TEXTS


def period_notices(periods: Sequence[UsedPeriod], language: Shown) -> tuple[str, ...]:
    """One sentence a period."""
    return tuple(_notice(one, language) for one in periods)


def _notice(period: UsedPeriod, language: Shown) -> str:
    key = "period.widened" if period.widened else "period.used"
    return TEXTS.say(key, language, words=period.words, days=_days(period, language))


def _days(period: UsedPeriod, language: Shown) -> str:
    if period.since == period.until and period.since is not None:
        return f"{period.since}"
    key = "since" if period.until is None else "until" if period.since is None else "between"
    return TEXTS.say(f"period.{key}", language, since=period.since, until=period.until)
