"""The half of a case, by what it asks about: the same in every run, on every machine."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Literal

Half = Literal["train", "test"]


def half_of(key: str) -> Half:
    """The half of this article or document, by its name."""
    return "test" if hashlib.sha256(key.encode()).digest()[0] % 2 else "train"


def common_half(keys: Iterable[str]) -> Half | None:
    """The half that all of these are in; None where they are in both, so that the case belongs to neither."""
    halves = {half_of(key) for key in keys}
    return halves.pop() if len(halves) == 1 else None
