"""Whether a reviewer worded the text they approve: sentences that came into a draft through their own reason.

A reviewer who returns a draft with the finished sentences, which the agent then copies, is its author as much as one
who edits it; no second person would have read the words. Paraphrases and short phrases are not seen.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from banso.review.drafts import Decision, DraftVersion

LEAST, LEAST_LATIN = 16, 32
"""Characters, without space, from which a sentence is somebody's wording and not a usual phrase."""
_ENDS = re.compile(r"[。．｡！？!?\r\n]+|\.(?!\w)")


def dictated(versions: Sequence[DraftVersion], decisions: Sequence[Decision], version: int, reviewer: str) -> bool:
    """Whether the version has a sentence, word for word, that this reviewer asked for when they returned an earlier
    one, and that was not there before."""
    text = next((_whole(made) for made in versions if made.version == version), "")
    return any(
        _asked(text, made.reason, [_whole(old) for old in versions if old.version <= made.version])
        for made in decisions
        if made.reviewer == reviewer and made.decision == "return" and made.version < version
    )


def _asked(text: str, reason: str, before: Sequence[str]) -> bool:
    asked, known = _plain(reason), [_plain(old) for old in before]
    sentences = (_plain(part) for part in _ENDS.split(text))
    return any(
        len(said) >= (LEAST_LATIN if said.isascii() else LEAST)
        and said in asked
        and not any(said in old for old in known)
        for said in sentences
    )


def _whole(made: DraftVersion) -> str:
    return f"{made.subject}\n{made.body}"


def _plain(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKC", text).casefold() if c.isalnum())
