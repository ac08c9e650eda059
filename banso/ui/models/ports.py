"""What the Model tab needs, as protocols."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol


class ChoiceView(Protocol):
    """The chat models in force."""

    @property
    def model(self) -> str: ...  # noqa: D102
    @property
    def fallbacks(self) -> Sequence[str]: ...  # noqa: D102
    @property
    def api_base(self) -> str: ...  # noqa: D102


class TrialView(Protocol):
    """How one model did at a trial call. Prices in US dollars for a million tokens."""

    @property
    def model(self) -> str: ...  # noqa: D102
    @property
    def answered(self) -> bool: ...  # noqa: D102
    @property
    def seconds(self) -> float: ...  # noqa: D102
    @property
    def calls_tools(self) -> bool: ...  # noqa: D102
    @property
    def reason(self) -> str: ...  # noqa: D102
    @property
    def price_in(self) -> float | None: ...  # noqa: D102
    @property
    def price_out(self) -> float | None: ...  # noqa: D102
    @property
    def context(self) -> int | None: ...  # noqa: D102


class UsageLineView(Protocol):
    """The sums of one model, over a day or over the whole time; cost in US dollars."""

    @property
    def model(self) -> str: ...  # noqa: D102
    @property
    def day(self) -> str: ...  # noqa: D102
    @property
    def answers(self) -> int: ...  # noqa: D102
    @property
    def calls(self) -> int: ...  # noqa: D102
    @property
    def failed(self) -> int: ...  # noqa: D102
    @property
    def prompt_tokens(self) -> int: ...  # noqa: D102
    @property
    def completion_tokens(self) -> int: ...  # noqa: D102
    @property
    def estimated(self) -> bool: ...  # noqa: D102
    @property
    def cost(self) -> float: ...  # noqa: D102
    @property
    def unpriced(self) -> int: ...  # noqa: D102
    @property
    def median_seconds(self) -> float: ...  # noqa: D102
    @property
    def p95_seconds(self) -> float: ...  # noqa: D102


class ModelsDoor(Protocol):
    """The choice of chat models, for admins."""

    @property
    def fixed(self) -> bool:
        """Whether the environment decides."""
        ...

    def choice(self) -> ChoiceView:
        """The choice in force."""
        ...

    def save(self, model: str, fallbacks: Sequence[str], api_base: str, api_key: str | None) -> ChoiceView:
        """Choose these; None keeps the stored key. Raises ConfigError."""
        ...

    def trial(self, model: str, fallbacks: Sequence[str], api_base: str, api_key: str | None) -> Sequence[TrialView]:
        """One call of each. Raises ConfigError."""
        ...

    def usage(self, *, days: int = 30, daily: bool = False) -> Sequence[UsageLineView]:
        """What answers took."""
        ...
