"""Sentences that speak to a machine instead of a reader: an order planted in a page, a ticket or a message.

Found by what they say, in both languages, so a page about prompts is met too: such sentences are left out of answers by
the embedded model, and an administrator is shown where they stand. This is no wall. What keeps an order harmless is
that neither model nor graph can send (docs/review.md) and that tools do what the person asked (agents/plan.py).
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from pathlib import Path

import yaml

_FILE = Path(__file__).with_name("orders.yaml")
_FORMAT = re.compile(
    r"[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]"
)


def is_order(text: str) -> bool:
    """Whether a sentence gives an order to a machine. Width, case and invisible characters do not hide one."""
    return bool(_any().search(_folded(text)))


def order_kind(text: str) -> str:
    """Which kind of order it is, a key of orders.yaml; empty for none."""
    plain = _folded(text)
    if not _any().search(plain):
        return ""
    return next(kind for kind, pattern in _kinds().items() if pattern.search(plain))


def _folded(text: str) -> str:
    return _FORMAT.sub("", unicodedata.normalize("NFKC", text))


@cache
def _kinds() -> dict[str, re.Pattern[str]]:
    read: dict[str, dict[str, list[str]]] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return {
        kind: re.compile("|".join(pattern for patterns in by_language.values() for pattern in patterns), re.I)
        for kind, by_language in read.items()
    }


@cache
def _any() -> re.Pattern[str]:
    return re.compile("|".join(pattern.pattern for pattern in _kinds().values()), re.I)
