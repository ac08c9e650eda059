"""What ablations say: the shape of their JSON."""

from __future__ import annotations

from pydantic import Field

from evals.record import Frozen
from evals.statistics import Figure


class AblationResult(Frozen):
    """The search without one part."""

    name: str
    what: str
    metrics: dict[str, Figure] = Field(default_factory=dict)
    against_whole: dict[str, Figure] = Field(default_factory=dict)
    """Means of the differences case by case, this less the whole; an interval without zero is significant."""
    finds: tuple[str, ...] = ()
    """Cases whose document this finds among the first ten and the whole search does not."""
    loses: tuple[str, ...] = ()
    """The other way round: what the part is good for."""
    answers: dict[str, Figure] = Field(default_factory=dict)
    """With answers: the metrics of the suite itself."""
    answers_against_whole: dict[str, Figure] = Field(default_factory=dict)


class NotFoundCase(Frozen):
    """A case whose document the whole search does not put among the first ten."""

    id: str
    question: str
    gold: tuple[str, ...]
    rank: int | None
    """Of the best gold document in the whole search, counting documents once; None: nowhere among its passages."""
    ranks: dict[str, int | None]
    """The same by ablation."""
    reason: str
    reason_ja: str = ""

    def words(self, language: str) -> str:
        """The reason in this language."""
        return (self.reason_ja if language == "ja" else "") or self.reason


class AblationReport(Frozen):
    """Every ablation of a suite. `n`: cases with a gold document."""

    suite: str
    n: int
    metrics: dict[str, Figure]
    ablations: tuple[AblationResult, ...]
    answers: dict[str, Figure] = Field(default_factory=dict)
    """With answers: the metrics of the suite itself, nothing left out."""
    not_found: tuple[NotFoundCase, ...] = ()
    held_out: bool = False
    seconds: float = 0.0
    format: str = "banso-ablations-1"
