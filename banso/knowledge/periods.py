"""Time words of a question as a stretch of time: 先月, 2025年6月, 6月以降, "last month", "since June", "before 2024".

A period narrows tickets and Slack alone: a manual says what holds today, whenever it was written. The rule is shy, for
a wrong period hides the answer: it fires on questions about what happened or was said, not on ones about what the
product can do (「昨日の状態に戻せますか」), nor inside quotes, dates with a day, fiscal years and names of editions.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time, timedelta

from pydantic import Field

from banso.knowledge.documents import Frozen, Scope, SourceName
from banso.knowledge.period_words import EN, JA, Said, meant

TIMELESS: tuple[SourceName, ...] = ("manual",)
_QUOTED = re.compile(
    r"「[^「」]*」|『[^『』]*』|“[^“”]*”|\"[^\"\n]*\"|`[^`]*`|(?<!\w)'[^'\n]*'(?!\w)|(?:https?://|www\.)\S+"
)


class Period(Frozen):
    """A stretch of time that a question names. `since` and `until` are its first and last moment; None: open."""

    since: datetime | None = None
    until: datetime | None = None
    words: str = Field(description="as the question says it, NFKC")
    relative: bool = Field(description="counted from today, so that no document can be expected to say it")

    def narrow(self, scope: Scope) -> Scope:
        """The scope with tickets and Slack of this period alone."""
        return scope.model_copy(update={"since": self.since, "until": self.until, "timeless": TIMELESS})

    def without(self, question: str) -> str:
        """The question without its time words."""
        plain = unicodedata.normalize("NFKC", question)
        return re.sub(rf"\s*{re.escape(self.words)}(?:[のにはも、]|['’]s\b|\s*,)?\s*", _gap, plain, count=1).strip()


def _gap(match: re.Match[str]) -> str:
    return " " if match.group()[-1].isascii() or match.group()[:1].isspace() else ""


def period_in(question: str, now: datetime) -> Period | None:
    """The period that a question names, or None. `now` is in the time zone in which people say "yesterday"."""
    plain = unicodedata.normalize("NFKC", question)
    open_text = _QUOTED.sub(lambda quoted: "\0" * len(quoted.group()), plain)
    today = now.date()
    for pattern in (JA, EN):
        for match in pattern.finditer(open_text):
            said = meant(match, open_text, today)
            if said is not None and _begun(said, today):
                return _period(said, match.group().strip(), now)
    return None


def _begun(said: Said, today: date) -> bool:
    """Nothing was written in a time that has yet to come, nor is one that has no end either way a period."""
    return (said.first is None or said.first <= today) and (said.first is not None or said.after is not None)


def _period(said: Said, words: str, now: datetime) -> Period:
    def midnight(day: date) -> datetime:
        return datetime.combine(day, time(), now.tzinfo)

    return Period(
        since=midnight(said.first) if said.first else None,
        until=midnight(said.after) - timedelta(microseconds=1) if said.after else None,
        words=words,
        relative=said.relative,
    )
