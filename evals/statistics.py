"""Means with their uncertainty."""

from __future__ import annotations

import random
from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict

ROUNDS = 1000


class Figure(BaseModel):
    """A mean over n scored cases with a 95 % percentile-bootstrap interval (Efron & Tibshirani 1993)."""

    model_config = ConfigDict(frozen=True)

    mean: float
    low: float
    high: float
    n: int


def figure(values: Sequence[float | None], seed: int = 7) -> Figure | None:
    """The figure of the scored values, or None when no case was eligible."""
    scored = [value for value in values if value is not None]
    if not scored:
        return None
    draw, n = random.Random(seed), len(scored)
    means = sorted(sum(draw.choices(scored, k=n)) / n for _ in range(ROUNDS))
    return Figure(mean=sum(scored) / n, low=means[int(ROUNDS * 0.025)], high=means[int(ROUNDS * 0.975) - 1], n=n)


def single(value: float | None, n: int) -> Figure | None:
    """A figure over all cases together, such as F1, without an interval of its own."""
    return None if value is None else Figure(mean=value, low=value, high=value, n=n)
