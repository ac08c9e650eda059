"""What an answer took: counted by the server, else here; priced from LiteLLM's list; kept without any words; summed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from langchain_core.messages import AIMessage, HumanMessage

from agents.answers import Answer
from agents.models.lookup import EMBEDDED
from agents.models.prices import usage_of
from agents.models.provider import litellm
from agents.usage import Usage, together
from agents.usage_book import UsageBook
from banso.core.database import Database
from banso.core.settings import Settings
from banso.core.users import User
from tests.agents.conftest import Make
from tests.agents.test_litellm import SEARCH, Server, model, server

__all__ = ["server"]
ASKED = [HumanMessage("HR-1007 のロックは？")]


def reply(read: int = 0, written: int = 0) -> AIMessage:
    told: Any = {"input_tokens": read, "output_tokens": written, "total_tokens": read + written}
    return AIMessage("30分待つと解除されます [1]。", usage_metadata=told)


def test_a_known_model_has_a_price() -> None:
    took = usage_of("openai/gpt-4o-mini", ASKED, reply(1_000_000, 1_000_000), 2.0)
    assert (took.tokens, took.estimated, took.seconds) == (2_000_000, False, 2.0)
    assert took.cost == pytest.approx(0.75)


def test_an_unknown_one_has_none_and_its_tokens_are_counted_here() -> None:
    took = usage_of("openai/tiny", ASKED, reply(), 1.0)
    assert took.cost is None and took.estimated and took.prompt_tokens > 5 and took.completion_tokens > 5


def test_a_price_that_cannot_be_worked_out_breaks_no_answer(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(**_: object) -> float:
        raise TypeError("a price that is no number")

    monkeypatch.setattr(litellm(), "cost_per_token", broken)
    name = "openai/gpt-4o-mini"
    took = usage_of(name, ASKED, reply(10, 10), 1.0)
    assert took.cost is None and took.tokens == 20 and f"no price of {name}" in caplog.text


def test_that_a_model_is_not_listed_is_no_fault(caplog: pytest.LogCaptureFixture) -> None:
    for name in ("openai/tiny", "tiny"):
        assert usage_of(name, ASKED, reply(10, 10), 1.0).cost is None
    assert "no price" not in caplog.text


def test_the_embedded_model_costs_nothing() -> None:
    assert usage_of(EMBEDDED, ASKED, reply(), 0.2) == Usage(model=EMBEDDED, seconds=0.2)


@given(st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 9), st.one_of(st.none(), st.floats(0, 1)))))
def test_sums_lose_nothing(calls: list[tuple[str, int, float | None]]) -> None:
    used = [Usage(model=name, prompt_tokens=tokens, cost=cost) for name, tokens, cost in calls]
    summed = together(used)
    assert sum(one.tokens for one in summed) == sum(one.tokens for one in used)
    assert sum(one.calls for one in summed) == len(used) and len({one.model for one in summed}) == len(summed)
    for one in summed:
        unknown = any(name == one.model and cost is None for name, _, cost in calls)
        assert (one.cost is None) == unknown


def test_what_a_server_counts_reaches_the_answer(server: Server, make: Make, csm: User, settings: Settings) -> None:
    server.replies = [
        {"content": None, "tool_calls": [SEARCH], "usage": (100, 10)},
        {"content": "30分待つとロックは自動で解除されます [1]。", "usage": (300, 20)},
    ]
    answer = make(model(settings)).ask("HR-1007 のロックは？", user=csm)
    assert [(one.calls, one.prompt_tokens, one.completion_tokens) for one in answer.usage] == [(2, 400, 30)]
    assert not answer.usage[0].estimated and answer.usage[0].cost is None


def test_a_question_is_kept_without_its_words(make: Make, csm: User, database: Database, settings: Settings) -> None:
    answer = make(usage=UsageBook(database, settings.timezone)).ask("HR-1007 のロックは？", user=csm, account="AC-1")
    with database.read() as db:
        [row] = db.execute(sa.text("SELECT * FROM model_usage")).mappings()
    assert (row["user"], row["account"], row["model"], row["grounded"]) == ("sato", "AC-1", EMBEDDED, "cited")
    assert row["answer_seconds"] == answer.seconds > 0 and "ロック" not in str(dict(row))


def test_sums_by_model_and_by_day(database: Database) -> None:
    now = [datetime.fromisoformat("2026-04-01T16:00:00+00:00")]
    book = UsageBook(database, "Asia/Tokyo", lambda: now[0])
    used = {"a": Usage(model="a", prompt_tokens=10, cost=0.5), "b": Usage(model="b", failed=1, cost=None)}
    for seconds, names in enumerate(("a", "ab", "b"), start=1):
        answer = Answer(thread="t", text="x", grounded="cited", seconds=seconds, usage=tuple(used[n] for n in names))
        book.add(answer, user="sato", account="")
        now[0] += timedelta(days=1)
    a, b = book.sums(days=10)
    assert (a.model, a.answers, a.cost, a.unpriced, a.median_seconds) == ("a", 2, 1.0, 0, 1.5)
    assert (b.model, b.failed, b.unpriced, b.p95_seconds) == ("b", 2, 2, 2.95)
    daily = [(line.day, line.model) for line in book.sums(days=10, daily=True)]
    assert daily == [("2026-04-04", "b"), ("2026-04-03", "a"), ("2026-04-03", "b"), ("2026-04-02", "a")]
    assert [line.model for line in book.sums(days=1)] == ["b"]


def test_what_nobody_waited_for_is_no_answering_time(database: Database) -> None:
    book = UsageBook(database, "UTC")
    for seconds in (0.0, 0.0, 2.0, 4.0):  # a draft that was sent back is written again in no person's time
        answer = Answer(thread="t", text="x", grounded="cited", seconds=seconds, usage=(Usage(model="a"),))
        book.add(answer, user="sato", account="")
    [line] = book.sums()
    assert (line.answers, line.median_seconds, line.p95_seconds) == (4, 3.0, 3.9)


def test_where_nobody_waited_the_time_is_zero(database: Database) -> None:
    book = UsageBook(database, "UTC")
    book.add(Answer(thread="t", text="x", grounded="chat", usage=(Usage(model="a"),)), user="sato", account="")
    assert [(line.answers, line.median_seconds, line.p95_seconds) for line in book.sums()] == [(1, 0.0, 0.0)]


def test_nothing_is_kept_where_no_model_was_asked(database: Database) -> None:
    book = UsageBook(database, "UTC")
    book.add(Answer(thread="t", text="held", grounded="chat"), user="sato", account="")
    assert book.sums() == []
