"""What a suite asks for, against what a run reached."""

from __future__ import annotations

from collections.abc import Sequence

from banso.core.errors import ConfigError
from evals.statistics import Figure
from evals.suites import Suite
from evals.texts import told


def missed_bounds(suite: Suite, metrics: dict[str, Figure]) -> tuple[str, ...]:
    """A sentence for each bound that was not kept; a metric that could not be measured is one."""
    missed = []
    for name, floor in suite.floors.items():
        if name not in metrics or metrics[name].mean < floor:
            missed.append(told("bound.floor", metric=name, value=_shown(metrics.get(name)), bound=f"{floor:g}"))
    for name, ceiling in suite.ceilings.items():
        if name not in metrics or metrics[name].mean > ceiling:
            missed.append(told("bound.ceiling", metric=name, value=_shown(metrics.get(name)), bound=f"{ceiling:g}"))
    return tuple(missed)


def bounds(words: Sequence[str]) -> dict[str, float]:
    """Metric -> bound, from words such as `ndcg@10=0.9`. Raises ConfigError."""
    found = {}
    for word in words:
        name, _, value = word.partition("=")
        try:
            found[name.strip()] = float(value)
        except ValueError as error:
            raise ConfigError(f"{word!r} is no bound", "a metric and a number, such as ndcg@10=0.9") from error
    return found


def _shown(found: Figure | None) -> str:
    return told("bound.not_measured") if found is None else f"{found.mean:.3f}"
