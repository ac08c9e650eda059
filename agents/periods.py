"""What the searches of a turn were narrowed to, as the tools reported it, and the sentences about it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from langchain.messages import AnyMessage, ToolMessage

from agents.wording import Spoken, say
from banso.knowledge.asked import UsedPeriod


def used_periods(messages: Iterable[AnyMessage]) -> tuple[UsedPeriod, ...]:
    """The periods of this turn's searches, each once, in order."""
    searches = [m for m in messages if isinstance(m, ToolMessage) and m.name == "search_knowledge"]
    found = [UsedPeriod.model_validate(one) for m in searches if m.status != "error" for one in _told(str(m.content))]
    return tuple(dict.fromkeys(found))


def period_notices(periods: Sequence[UsedPeriod], language: Spoken) -> tuple[str, ...]:
    """One sentence a period, for the reader."""
    return tuple(
        say(language, "period_widened" if one.widened else "period_used", words=one.words, days=_days(one, language))
        for one in periods
    )


def _days(period: UsedPeriod, language: Spoken) -> str:
    if period.since == period.until and period.since is not None:
        return f"{period.since}"
    key = "period_since" if period.until is None else "period_until" if period.since is None else "period_between"
    return say(language, key, since=period.since, until=period.until)


def _told(content: str) -> list[dict[str, object]]:
    value = json.loads(content)
    return list(value.get("periods", []))
