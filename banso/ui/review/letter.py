"""The text of a draft for reading: its words as they are, the gate's marks on them, odd characters made visible."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from banso.review.flags import Flag, flags
from banso.review.gate_report import Kind, Mark, Where

# A letter besides the colour and the line: what tells the kinds apart must not be colour alone.
SIGNS: dict[Kind, str] = {
    "supported": "✓", "unsupported": "?", "promise": "!", "internal": "■", "other_customer": "✕", "personal": "@",
    "stale": "↻", "secret": "✕",
}  # fmt: skip
RANK: tuple[Kind, ...] = (
    "other_customer", "secret", "personal", "internal", "promise", "stale", "unsupported", "supported", "neutral",
)  # fmt: skip


@dataclass(frozen=True)
class Run:
    """A stretch of the text with all marks on it, the gravest first. `odd`: it is this one character."""

    text: str
    marks: tuple[Mark, ...] = ()
    odd: Flag | None = None
    ends: bool = False
    """The gravest mark ends here: this is where its sign stands."""

    @property
    def kind(self) -> Kind | None:
        """The gravest kind; None where there is nothing to say."""
        return self.marks[0].kind if self.marks and self.marks[0].kind != "neutral" else None


def runs(text: str, marks: Sequence[Mark], where: Where) -> list[Run]:
    """The text cut where marks and odd characters begin and end. Joined, the runs are the text."""
    mine = [mark for mark in marks if mark.where == where and mark.start < mark.end]
    odd = {flag.position: flag for flag in flags(text)}
    cuts = {0, len(text), *odd, *(position + 1 for position in odd)}
    cuts |= {min(max(place, 0), len(text)) for mark in mine for place in (mark.start, mark.end)}
    places = sorted(cuts)
    return [_run(text, a, b, mine, odd) for a, b in pairwise(places)]


def _run(text: str, start: int, end: int, marks: Sequence[Mark], odd: dict[int, Flag]) -> Run:
    on = sorted((m for m in marks if m.start <= start and end <= m.end), key=lambda m: RANK.index(m.kind))
    return Run(text[start:end], tuple(on), odd.get(start), bool(on) and on[0].end == end)
