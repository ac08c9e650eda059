"""What the table of search quality holds: the shape of its JSON."""

from __future__ import annotations

from typing import Literal

from evals.record import Frozen, RunInfo
from evals.statistics import Figure

Way = Literal["words", "vectors", "fusion", "whole"]
Half = Literal["words", "vectors"]


class SetQuality(Frozen):
    """A row: one set of questions. `n`: those whose documents are known; `passages`: in the index they were put to."""

    name: str
    n: int
    passages: int
    ndcg: dict[Way, Figure]
    """nDCG@10 by way of searching."""
    better_half: Half
    """Words or vectors, whichever has the higher mean on this set."""
    above_better_half: Figure
    """nDCG@10 of the whole product less that of its better half, question by question."""
    hit: Figure
    """hit@10 of the whole product."""


class QualityReport(Frozen):
    """The table. Figures are means with 95 % bootstrap intervals; no question is named, so held-out sets stay so."""

    sets: tuple[SetQuality, ...]
    seconds: float = 0.0
    info: RunInfo = RunInfo()
    format: str = "banso-quality-1"
