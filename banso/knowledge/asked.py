"""A question as a person asks it: several at once, about a stretch of time. One search for each, in its period.

`Knowledge.search` takes words as they are; this is the door for the agent's tool, the command line and the evals.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from pydantic import Field

from banso.core.language import language_of
from banso.knowledge.documents import Frozen, Hit, Scope
from banso.knowledge.periods import TIMELESS, Period, period_in
from banso.knowledge.splitting import merged, questions_in

Search = Callable[[str, Scope, int], list[Hit]]
ABOUT, ABOUT_ABROAD = 0.25, 0.85
"""Share of the question's term weight, and for a passage in another language the cosine (e5-small), from which a
passage of the period is about the question at all: some passage is always the nearest."""
FOUND = 14
"""Passages a question that an answer is made from. Whether a period has anything is judged by so many, however few are
wanted, so that every door uses the same period."""


class UsedPeriod(Frozen):
    """What tickets and Slack were narrowed to, for the reader: first and last day, None where open."""

    words: str
    since: date | None = None
    until: date | None = None
    widened: bool = Field(False, description="nothing was found in the period, so it was searched without one")


class Part(Frozen):
    """One question of a message and what was found for it."""

    question: str
    hits: tuple[Hit, ...]
    words: str = Field(description="what was searched for: the question, without time words that count from today")
    scope: Scope = Field(description="within what it was searched for: the asked scope, narrowed to the period")
    period: Period | None = None
    widened: bool = Field(False, description="nothing was found in the period, so it was searched without one")

    @property
    def used(self) -> UsedPeriod | None:
        """The period as the reader is told of it."""
        if self.period is None:
            return None
        since, until = self.period.since, self.period.until
        return UsedPeriod(
            words=self.period.words, since=since and since.date(), until=until and until.date(), widened=self.widened
        )


def search_parts(search: Search, text: str, scope: Scope, k: int, now: datetime) -> tuple[Part, ...]:
    """The questions of the text in order, each with its best `k`. `now` is in the time zone of whoever asks."""
    return tuple(search_within(search, question, scope, k, period_in(question, now)) for question in questions_in(text))


def search_asked(search: Search, text: str, scope: Scope, k: int, now: datetime) -> tuple[list[Hit], tuple[Part, ...]]:
    """The best `k` for the text, each of its questions with an equal share; and the questions."""
    parts = search_parts(search, text, scope, k, now)
    return merged([part.hits for part in parts], k), parts


def search_within(search: Search, question: str, scope: Scope, k: int, period: Period | None) -> Part:
    """What is found for one question in this period; without it when nothing there is about the question."""
    part = _within(search, question, scope, max(k, FOUND), period)
    return part if k >= FOUND else part.model_copy(update={"hits": part.hits[:k]})


def _within(search: Search, question: str, scope: Scope, k: int, period: Period | None) -> Part:
    if period is None or set(scope.sources) <= set(TIMELESS):
        return _part(search, question, question, scope, k)
    bare = (period.without(question) if period.relative else "") or question
    near = _part(search, question, bare, period.narrow(scope), k)
    if any(_about(question, hit) for hit in near.hits):
        return near.model_copy(update={"period": period})
    wide = _part(search, question, bare, scope, k)
    if all(hit.source in TIMELESS for hit in wide.hits):  # there is nothing that a period could narrow
        return wide
    return wide.model_copy(update={"period": period, "widened": True})


def _part(search: Search, question: str, words: str, scope: Scope, k: int) -> Part:
    return Part(question=question, hits=tuple(search(words, scope, k)), words=words, scope=scope)


def _about(question: str, hit: Hit) -> bool:
    if hit.source in TIMELESS:
        return False
    abroad = hit.language not in (language_of(question), "und")
    return hit.coverage >= ABOUT or (abroad and hit.dense >= ABOUT_ABROAD)
