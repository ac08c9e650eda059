"""What a sentence says can or cannot be done, or is or is not needed, as something that sources can disagree about."""

from __future__ import annotations

import re

from banso.gate.agreement import denies
from banso.knowledge.amounts import Claim, topic_of
from banso.knowledge.vocabulary import fold

_KINDS = {
    "able": re.compile(
        r"でき(?:る|ま)|可能|不可|対応し|使え|\b(?:can|cannot|can't|able|support(?:s|ed)?|allow(?:s|ed)?|available)\b"
    ),
    "needed": re.compile(r"必要|不要|必須|\b(?:required?|requires|needed|needs?)\b"),
}
_SOMETIMES = re.compile(
    r"場合|なら|れば|たら|とき|時は|まで|以外|除|のみ|だけ|しか|ただし|こと[がは]?ある"
    r"|\b(?:if|when|while|unless|until|only|except|without|but|once|before|after|may|might|some|sometimes)\b"
)
"""A yes with a condition does not contradict a no with another."""


def yes_or_no(shown: str) -> Claim | None:
    """Yes (1) or no (0) as a claim; None where the sentence says neither, both or under a condition."""
    said = fold(shown)
    kinds = [kind for kind, pattern in _KINDS.items() if pattern.search(said)]
    if len(kinds) != 1 or _SOMETIMES.search(said):
        return None
    bare = _KINDS[kinds[0]].sub(" ", said)
    return Claim("", 0.0 if denies(said) else 1.0, kinds[0], "", topic_of(bare))


def word_for(claim: Claim) -> str:
    """The key of the phrase that says it in a word."""
    return f"{'says' if claim.amount else 'denies'}_{claim.kind}"
