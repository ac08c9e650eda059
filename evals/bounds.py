"""What a suite asks for, against what a run reached."""

from __future__ import annotations

from evals.statistics import Figure
from evals.suites import Suite


def missed_bounds(suite: Suite, metrics: dict[str, Figure]) -> tuple[str, ...]:
    """A sentence for each bound that was not kept; a metric that could not be measured is one."""
    missed = []
    for name, floor in suite.floors.items():
        if name not in metrics or metrics[name].mean < floor:
            missed.append(f"{name} is {_shown(metrics.get(name))}, at least {floor:g} is required")
    for name, ceiling in suite.ceilings.items():
        if name not in metrics or metrics[name].mean > ceiling:
            missed.append(f"{name} is {_shown(metrics.get(name))}, at most {ceiling:g} is allowed")
    return tuple(missed)


def _shown(found: Figure | None) -> str:
    return "not measured" if found is None else f"{found.mean:.3f}"
