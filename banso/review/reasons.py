"""Why a draft was sent back: a code from a short list, free words, or both, stored as one text."""

from __future__ import annotations

from typing import Literal, get_args

ReasonCode = Literal["tone", "wrong_fact", "missing_info", "wrong_recipient", "policy", "other"]
CODES: tuple[ReasonCode, ...] = get_args(ReasonCode)
MAX_REASON = 2000
"""Characters of a stored reason."""
MAX_WORDS = MAX_REASON - max(map(len, CODES)) - len(": ")
"""Of what a person may write beside a code."""


def compose(code: str, words: str) -> str:
    """The stored text: `code: words`, the code or the words alone; empty when nothing was said.

    An unknown code is not stored; 'other' says nothing without words.
    """
    words = words.strip()
    if code not in CODES or (code == "other" and not words):
        return words
    return f"{code}: {words}" if words else code


def split(reason: str) -> tuple[ReasonCode | None, str]:
    """The code and the words of a stored reason; no code for one that was written by hand."""
    head, _, rest = reason.partition(":")
    for code in CODES:
        if head == code:
            return code, rest.strip()
    return None, reason
