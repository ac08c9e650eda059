"""Means with their uncertainty."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import TypeVar

from pydantic import BaseModel, ConfigDict

ROUNDS = 1000
SEED = 7

T = TypeVar("T")


class Figure(BaseModel):
    """A mean over n scored cases with a 95 % percentile-bootstrap interval (Efron & Tibshirani 1993)."""

    model_config = ConfigDict(frozen=True)

    mean: float
    low: float
    high: float
    n: int


def figure(values: Sequence[float | None], seed: int = SEED) -> Figure | None:
    """The figure of the scored values, or None when no case was eligible."""
    return resampled([value for value in values if value is not None], mean, seed)


def resampled(items: Sequence[T], measure: Callable[[Sequence[T]], float | None], seed: int = SEED) -> Figure | None:
    """The figure of a measure over all cases together, such as F1: cases are drawn anew for the interval, and draws in
    which the measure is undefined do not count. None when there is no case, or it is undefined over all of them."""
    value = measure(items) if items else None
    if value is None:
        return None
    draw, n = random.Random(seed), len(items)
    drawn = sorted(v for _ in range(ROUNDS) if (v := measure(draw.choices(items, k=n))) is not None)
    low, high = quantile(drawn, 0.025), quantile(drawn, 0.975)
    return Figure(mean=value, low=min(low, value), high=max(high, value), n=n)


def single(value: float | None, n: int) -> Figure | None:
    """A figure without an interval of its own, such as one that is the same in every run."""
    return None if value is None else Figure(mean=value, low=value, high=value, n=n)


def mean(values: Sequence[float]) -> float:
    """The arithmetic mean of one value or more."""
    return sum(values) / len(values)


def quantile(values: Sequence[float], share: float) -> float:
    """The value below which this share of one value or more lies, between neighbours in proportion (Hyndman & Fan 1996,
    type 7)."""
    ordered = sorted(values)
    place = (len(ordered) - 1) * share
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)
