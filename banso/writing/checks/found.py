"""What a check function yields."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Found:
    """A place, its rule, and the replacement where one is safe. `key`: another sentence than the rule's."""

    start: int
    end: int
    rule: str
    fix: str | None = None
    key: str = ""
    params: dict[str, str] = field(default_factory=dict)
