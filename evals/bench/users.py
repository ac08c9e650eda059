"""Sixteen people asking at once, against one asking alone."""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from agents.session import Copilot, open_copilot
from banso.core.errors import BansoError
from evals.asking import ASKER
from evals.bench.bench import Bench
from evals.bench.clock import p50_p95
from evals.bench.result import Measure

USERS = 16
EACH = 2
"""Questions of each of them; one alone asks as many as all together."""


@dataclass(frozen=True)
class Round:
    """Seconds of each question, of all together, and how many failed."""

    seconds: tuple[float, ...]
    whole: float
    errors: int

    @property
    def rate(self) -> float:
        """Questions a second."""
        return len(self.seconds) / self.whole


def measure(bench: Bench) -> list[Measure]:
    """Throughput and 95th percentile as ratios, and how many answers failed."""
    copilot = open_copilot(bench.index())
    asked = (list(bench.questions) * (USERS * EACH))[: USERS * EACH]
    try:
        for question in asked[:2]:
            copilot.ask(question, user=ASKER)
        bench.tell(0, 0, "users: one")
        alone = _round(copilot, asked, 1)
        bench.tell(0, 0, f"users: {USERS}")
        together = _round(copilot, asked, USERS)
    finally:
        copilot.close()
    part, slower = "users", p50_p95(together.seconds)[1] / p50_p95(alone.seconds)[1]
    return [
        Measure(part=part, name="users_errors", value=together.errors, unit="", bound=0.0),
        Measure(part=part, name="users_rate", value=together.rate / alone.rate, unit="x", bound=0.9, at_least=True),
        Measure(part=part, name="users_p95", value=slower, unit="x", bound=float(USERS)),
        Measure(part=part, name="users_alone", value=alone.rate, unit="/s"),
    ]


def _round(copilot: Copilot, asked: Sequence[str], users: int) -> Round:
    began = time.perf_counter()
    with ThreadPoolExecutor(users) as pool:
        found = list(pool.map(lambda question: _one(copilot, question), asked))
    return Round(tuple(s for s, _ in found), time.perf_counter() - began, sum(failed for _, failed in found))


def _one(copilot: Copilot, question: str) -> tuple[float, bool]:
    began = time.perf_counter()
    try:
        copilot.ask(question, user=ASKER)
    except BansoError:
        return time.perf_counter() - began, True
    return time.perf_counter() - began, False
