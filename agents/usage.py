"""What an answer took: which model spoke, how often, how many tokens, at what price, for how long."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import Field

from banso.knowledge.documents import Frozen


class Usage(Frozen):
    """The calls of one model in one turn."""

    model: str
    calls: int = 1
    failed: int = Field(0, description="calls that brought no reply")
    prompt_tokens: int = 0
    completion_tokens: int = 0
    estimated: bool = Field(False, description="the server did not count tokens: they were counted here")
    cost: float | None = Field(0.0, description="US dollars; None: no price is known for this model")
    seconds: float = 0.0

    @property
    def tokens(self) -> int:
        """Read and written together."""
        return self.prompt_tokens + self.completion_tokens


def together(used: Iterable[Usage]) -> tuple[Usage, ...]:
    """One entry a model, in the order of their first call."""
    sums: dict[str, Usage] = {}
    for one in used:
        sums[one.model] = _sum(sums[one.model], one) if one.model in sums else one
    return tuple(sums.values())


def _sum(one: Usage, other: Usage) -> Usage:
    return Usage(
        model=one.model,
        calls=one.calls + other.calls,
        failed=one.failed + other.failed,
        prompt_tokens=one.prompt_tokens + other.prompt_tokens,
        completion_tokens=one.completion_tokens + other.completion_tokens,
        estimated=one.estimated or other.estimated,
        cost=None if one.cost is None or other.cost is None else one.cost + other.cost,
        seconds=one.seconds + other.seconds,
    )
