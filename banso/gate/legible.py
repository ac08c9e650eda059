"""A text as it can be read: full-width forms as ASCII, and without the characters that leave no trace."""

from __future__ import annotations

from banso.privacy.fold import fold
from banso.review.flags import flags


def legible(text: str) -> tuple[str, list[int]]:
    """The text for a finder, and where each character of it stood. A control character stays, as a gap."""
    kinds = {flag.position: flag.kind for flag in flags(text)}
    kept = [
        ("\0" if place in kinds else character, place)
        for place, character in enumerate(text)
        if kinds.get(place, "control") == "control"
    ]
    return fold("".join(character for character, _ in kept)), [place for _, place in kept]
