"""The time and new identifiers, each a plain function that a test can replace by passing another."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """The present moment, timezone-aware, in UTC."""
    return datetime.now(UTC)


def new_id(prefix: str) -> str:
    """A random identifier such as `dr_3f2a…`; the prefix tells a person what it names."""
    return f"{prefix}_{uuid.uuid4().hex[:20]}"
