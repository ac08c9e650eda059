"""The table of what answers took, and its sums: who runs a copilot sees what it costs and how fast it is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from statistics import median, quantiles
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from pydantic import Field

from agents.answers import Answer
from banso.core.clock import Clock, new_id, utc_now
from banso.core.database import Database
from banso.knowledge.documents import Frozen

_COLUMNS = (
    "answer", "at", "thread", "user", "account", "grounded", "answer_seconds", "prompt", "model", "calls", "failed",
    "prompt_tokens", "completion_tokens", "estimated", "cost", "seconds",
)  # fmt: skip
_usage = sa.table("model_usage", *(sa.column(name) for name in _COLUMNS))


class UsageLine(Frozen):
    """The sums of one model, over a day or over the whole time."""

    model: str
    day: str = Field("", description="YYYY-MM-DD in the team's time zone; empty: the whole time")
    answers: int = Field(description="answers in which the model was asked")
    calls: int
    failed: int
    prompt_tokens: int
    completion_tokens: int
    estimated: bool = Field(description="some tokens were counted here, not by the server")
    cost: float = Field(description="US dollars, of the calls whose price is known")
    unpriced: int = Field(description="answers whose price is not known")
    median_seconds: float = Field(
        description="from the question to the finished answer; without those that nobody waited for, of 0 seconds"
    )
    p95_seconds: float


class UsageBook:
    """What answers took, kept and summed."""

    def __init__(self, database: Database, timezone: str, clock: Clock = utc_now) -> None:
        self._database, self._zone, self._clock = database, ZoneInfo(timezone), clock

    def add(self, answer: Answer, *, user: str, account: str) -> None:
        """Keep what this answer took, a row a model. The words of question and answer are not kept here."""
        shared = {
            "answer": new_id("an"), "at": self._clock().isoformat(), "thread": answer.thread, "user": user,
            "account": account, "grounded": answer.grounded, "answer_seconds": answer.seconds, "prompt": answer.prompt,
        }  # fmt: skip
        rows = [{**shared, **one.model_dump()} for one in answer.usage]
        if rows:
            with self._database.write() as db:
                db.execute(sa.insert(_usage), rows)

    def sums(self, *, days: int = 30, daily: bool = False) -> list[UsageLine]:
        """A line a model (and day), newest day first, of the last `days` days."""
        since = (self._clock() - timedelta(days=days)).isoformat()
        with self._database.read() as db:
            rows = db.execute(sa.select(_usage).where(_usage.c.at >= since)).mappings().all()
        grouped: defaultdict[tuple[str, str], list[Any]] = defaultdict(list)
        for row in rows:
            grouped[self._day(row["at"]) if daily else "", row["model"]].append(row)
        found = [_line(model, day, group) for (day, model), group in grouped.items()]
        return sorted(
            sorted(found, key=lambda line: (-line.answers, line.model)), key=lambda line: line.day, reverse=True
        )

    def _day(self, at: str) -> str:
        return f"{datetime.fromisoformat(at).astimezone(self._zone):%Y-%m-%d}"


def _line(model: str, day: str, rows: Sequence[Any]) -> UsageLine:
    seconds = [row["answer_seconds"] for row in rows if row["answer_seconds"]] or [0.0]
    return UsageLine(
        model=model, day=day, answers=len(rows), calls=_sum(rows, "calls"), failed=_sum(rows, "failed"),
        prompt_tokens=_sum(rows, "prompt_tokens"), completion_tokens=_sum(rows, "completion_tokens"),
        estimated=any(row["estimated"] for row in rows), cost=sum(row["cost"] or 0.0 for row in rows),
        unpriced=sum(row["cost"] is None for row in rows), median_seconds=median(seconds),
        p95_seconds=quantiles(seconds, n=20, method="inclusive")[-1] if len(seconds) > 1 else seconds[0],
    )  # fmt: skip


def _sum(rows: Iterable[Any], column: str) -> int:
    return sum(row[column] for row in rows)
