"""What the bench says: the shape of its JSON."""

from __future__ import annotations

from pydantic import computed_field

from evals.record import Frozen


class Measure(Frozen):
    """One figure. `name` is also its key in the texts; `bound`: what is to be reached, None for a figure that only
    explains another; `series`: (x, y) of its plot."""

    part: str
    name: str
    value: float
    unit: str
    bound: float | None = None
    at_least: bool = False
    series: tuple[tuple[float, float], ...] = ()

    @computed_field  # type: ignore[prop-decorator]
    @property
    def met(self) -> bool | None:
        """Whether the bound is kept; None without one."""
        if self.bound is None:
            return None
        return self.value >= self.bound if self.at_least else self.value <= self.bound


class BenchReport(Frozen):
    """All parts of one run. `load`: processes that wanted a core when it began; `failed`: part -> why."""

    at: str
    corpus: str
    documents: int
    chunks: int
    cores: int
    load: float
    seconds: float
    measures: tuple[Measure, ...]
    failed: dict[str, str]
    format: str = "banso-bench-1"
