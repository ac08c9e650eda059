"""Means, quantiles and intervals, by hand and for any values."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evals.scorers.refusing import f1
from evals.statistics import figure, mean, quantile, resampled

VALUES = st.lists(st.floats(0, 1), min_size=1, max_size=12)


def test_quantiles_by_hand() -> None:
    assert quantile([4.0, 1.0, 3.0, 2.0], 0.5) == 2.5
    assert quantile([float(n) for n in range(101)], 0.95) == 95.0
    assert quantile([7.0], 0.95) == 7.0


def test_a_measure_over_all_cases_gets_an_interval_of_its_own() -> None:
    pairs = [(True, True)] * 8 + [(True, False)] * 2 + [(False, False)] * 10
    found = resampled(pairs, lambda drawn: f1(drawn)[0])
    assert found is not None and found.mean == 0.8 and 0.4 < found.low < 0.8 < found.high <= 1.0
    assert resampled([(False, False)], lambda drawn: f1(drawn)[0]) is None


def test_the_seed_decides_the_draws() -> None:
    values = [0.0, 0.1, 0.5, 0.9, 1.0, 1.0]
    assert figure(values, 1) == figure(values, 1)
    assert figure(values, 1) != figure(values, 2)


def test_the_interval_is_that_of_the_normal_law_where_it_holds() -> None:
    found = figure([0.0, 1.0] * 200)  # standard error 0.025
    assert found is not None
    assert found.low == pytest.approx(0.451, abs=0.008) and found.high == pytest.approx(0.549, abs=0.008)


@settings(max_examples=30, deadline=None)
@given(VALUES)
def test_the_interval_holds_the_mean_and_stays_among_the_values(values: list[float]) -> None:
    found = resampled(values, mean)
    assert found is not None and min(values) - 1e-9 <= found.low <= found.mean <= found.high <= max(values) + 1e-9


@given(VALUES, st.floats(0, 1), st.floats(0, 1))
def test_quantiles_rise(values: list[float], one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert min(values) <= quantile(values, low) <= quantile(values, high) + 1e-12 <= max(values) + 2e-12
