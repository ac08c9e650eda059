"""What the searches of a turn were narrowed to, as the tools reported it."""

from __future__ import annotations

import json
from collections.abc import Iterable

from langchain.messages import AnyMessage, ToolMessage

from banso.knowledge.asked import UsedPeriod


def used_periods(messages: Iterable[AnyMessage]) -> tuple[UsedPeriod, ...]:
    """The periods of this turn's searches, each once, in order."""
    searches = [m for m in messages if isinstance(m, ToolMessage) and m.name == "search_knowledge"]
    found = [UsedPeriod.model_validate(one) for m in searches if m.status != "error" for one in _told(str(m.content))]
    return tuple(dict.fromkeys(found))


def _told(content: str) -> list[dict[str, object]]:
    value = json.loads(content)
    return list(value.get("periods", []))
