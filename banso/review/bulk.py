"""Drafts made from one template: found, folded to what they share, and approved one by one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

from rapidfuzz.distance import Indel

from banso.core.errors import BansoError
from banso.core.users import User
from banso.review.diff import tokens
from banso.review.drafts import Decision, DraftVersion
from banso.review.gate_report import Kind

_GLUE = re.compile(r"[^\w\r\n]{1,2}")
ALIKE = 0.85
"""Indel similarity of the words from which two drafts count as made from one template."""


@dataclass(frozen=True)
class Folded:
    """Several texts as one: `common[i]` stands between what `fills[n][i]` and `fills[n][i + 1]` add for text n.

    `fills[n]` has one more element than `common`; text n is fills[n][0] + common[0] + fills[n][1] + ...
    """

    common: tuple[str, ...]
    fills: tuple[tuple[str, ...], ...]

    def text(self, number: int) -> str:
        """Text `number`, whole again."""
        fill = self.fills[number]
        return "".join(a + b for a, b in zip(fill, (*self.common, ""), strict=True))


@dataclass(frozen=True)
class Shown:
    """What the page showed of one draft: exactly what is approved, or nothing."""

    draft: str
    version: int
    hash: str
    warnings: tuple[Kind, ...] = ()
    """The kinds of warning that the page showed beside this draft."""


@dataclass(frozen=True)
class Outcome:
    """What became of one draft of a bulk approval: approved, or refused with the reason."""

    draft: str
    approved: bool
    reason: str = ""


class Approver(Protocol):
    """The part of the ledger that this needs."""

    def approve(  # noqa: PLR0913
        self,
        draft: str,
        version: int,
        hash: str,
        *,
        reviewer: User,
        reason: str = "",
        acknowledged: Sequence[Kind] = (),
    ) -> Decision:
        """Approve exactly this text."""
        ...


def groups(drafts: Sequence[DraftVersion]) -> list[list[DraftVersion]]:
    """Drafts with nearly the same text, two or more in a group, in their order; a draft is in one group at most."""
    found: list[tuple[list[str], list[DraftVersion]]] = []
    for draft in drafts:
        words = tokens(_whole(draft))
        home = next((group for first, group in found if _alike(first, words)), None)
        if home is None:
            found.append((words, [draft]))
        else:
            home.append(draft)
    return [group for _, group in found if len(group) > 1]


def fold_drafts(drafts: Sequence[DraftVersion]) -> Folded:
    """Subject and body of each, folded; the subject is the first line."""
    return fold([_whole(draft) for draft in drafts])


def fold(texts: Sequence[str]) -> Folded:
    """What all texts share, in order, and what each has between. Raises ValueError without any text."""
    if not texts:
        raise ValueError("nothing to fold")
    cut = [tokens(text) for text in texts]
    shared = cut[0]
    for words in cut[1:]:
        shared = _shared(shared, words)
    fills = [_between(shared, words) for words in cut]
    # Places where nobody adds anything are no places.
    open_at = [any(fill[place] for fill in fills) for place in range(len(shared) + 1)]
    kept = [0, *(place for place in range(1, len(shared)) if open_at[place]), len(shared)]
    common = tuple("".join(shared[a:b]) for a, b in pairwise(kept)) if shared else ()
    places = kept if shared else [0]
    return _joined(Folded(common, tuple(tuple(fill[place] for place in places) for fill in fills)))


def _joined(folded: Folded) -> Folded:
    """Without common pieces that are a mere space or sign between two places: 有村 亮 is one difference, not two."""
    common, fills = list(folded.common), [list(fill) for fill in folded.fills]
    for place in range(len(common) - 1, -1, -1):
        differ = all(any(fill[side] for fill in fills) for side in (place, place + 1))
        if differ and _GLUE.fullmatch(common[place]):
            for fill in fills:
                fill[place : place + 2] = [fill[place] + common[place] + fill[place + 1]]
            del common[place]
    return Folded(tuple(common), tuple(map(tuple, fills)))


def approve_each(
    ledger: Approver,
    shown: Iterable[Shown],
    *,
    reviewer: User,
    acknowledged: Sequence[Kind] = (),
    before: Callable[[str], None] = lambda _draft: None,
) -> list[Outcome]:
    """Approve each draft on its own, over the hash that was shown. One that is refused does not stop the others.

    `acknowledged` are the kinds of warning that the reviewer ticked for all; each draft is approved with those of them
    that were shown beside it, so one that has another warning by now is refused. `before` is called with each draft
    first and may refuse it too. A draft named twice is approved once.
    """
    outcomes: dict[str, Outcome] = {}
    for one in shown:
        if one.draft in outcomes:
            continue
        try:
            before(one.draft)
            kinds = [kind for kind in one.warnings if kind in acknowledged]
            ledger.approve(one.draft, one.version, one.hash, reviewer=reviewer, acknowledged=kinds)
            outcomes[one.draft] = Outcome(one.draft, True)
        except BansoError as refused:
            outcomes[one.draft] = Outcome(one.draft, False, refused.message)
    return list(outcomes.values())


def _whole(draft: DraftVersion) -> str:
    return f"{draft.subject}\n\n{draft.body}"


def _alike(one: Sequence[str], other: Sequence[str]) -> bool:
    return Indel.normalized_similarity(one, other, score_cutoff=ALIKE) >= ALIKE


def _shared(one: Sequence[str], other: Sequence[str]) -> list[str]:
    steps = Indel.opcodes(one, other)
    return [word for step in steps if step.tag == "equal" for word in one[step.src_start : step.src_end]]


def _between(shared: Sequence[str], words: Sequence[str]) -> list[str]:
    """What `words` has before each shared word, and after the last."""
    fill = [""] * (len(shared) + 1)
    for step in Indel.opcodes(shared, words):
        if step.tag == "insert":
            fill[step.src_start] += "".join(words[step.dest_start : step.dest_end])
    return fill
