"""Question to hits, embedding included, through the door that every answer begins with."""

from __future__ import annotations

from collections.abc import Sequence

from banso.knowledge.documents import Scope
from banso.knowledge.index import Knowledge
from evals.bench.bench import Bench
from evals.bench.clock import MILLI, Spent, p50_p95, timed
from evals.bench.result import Measure

QUESTIONS = 60
SCOPES = {
    "all": Scope(),
    "account": Scope(account="AC-0001"),
    "tickets": Scope(sources=("ticket",)),
    "manuals": Scope(sources=("manual",), account="AC-0001"),
}
"""The one with the bounds is an account's: what a question in the app has."""


def measure(bench: Bench) -> list[Measure]:
    """Median and 95th percentile by the clock and by processor time, scope by scope, after a warm-up."""
    knowledge = bench.knowledge()
    try:
        asked = list(bench.questions)[:QUESTIONS]
        warm(knowledge, asked)
        found: list[Measure] = []
        for name, scope in SCOPES.items():
            bench.tell(len(found), 0, f"search: {name}")
            found += _measures(name, ask(knowledge, asked, scope))
        return found
    finally:
        knowledge.close()


def warm(knowledge: Knowledge, asked: Sequence[str]) -> None:
    """Load what the first question loads."""
    for question in asked[:3]:
        knowledge.search(question, Scope())


def ask(knowledge: Knowledge, asked: Sequence[str], scope: Scope) -> list[Spent]:
    """What each question took."""
    return [timed(lambda text=question: knowledge.search(text, scope)) for question in asked]  # type: ignore[misc]


def _measures(name: str, spent: Sequence[Spent]) -> list[Measure]:
    wall = p50_p95([one.wall * MILLI for one in spent])
    cpu = p50_p95([one.cpu * MILLI for one in spent])
    bounds = (60.0, 120.0) if name == "account" else (None, None)
    return [
        Measure(part="search", name=f"search_{name}_p50", value=wall[0], unit="ms", bound=bounds[0]),
        Measure(part="search", name=f"search_{name}_p95", value=wall[1], unit="ms", bound=bounds[1]),
        Measure(part="search", name=f"search_{name}_p50_cpu", value=cpu[0], unit="ms"),
        Measure(part="search", name=f"search_{name}_p95_cpu", value=cpu[1], unit="ms"),
    ]
