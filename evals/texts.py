"""What the evals say: to their operator, and in both languages where a record is read by people of either."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from banso.core.texts import Texts, speaking

TEXTS = Texts(Path(__file__).parent / "text")
told, helped, say = TEXTS.told, TEXTS.helped, TEXTS.say

T = TypeVar("T")


def in_both(make: Callable[[], T]) -> tuple[T, T]:
    """(in English, in Japanese): what `make` gives where `told` speaks one, then the other."""
    with speaking("en"):
        english = make()
    with speaking("ja"):
        return english, make()
