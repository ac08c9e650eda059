"""What the draft gate says about one version, and the port through which the ledger asks it.

The types cross the database, screens and `--json`; the rules that fill them are in banso/gate.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Protocol

from pydantic import Field

from banso.knowledge.documents import Frozen

if TYPE_CHECKING:
    from banso.review.drafts import DraftVersion

Kind = Literal[
    "supported", "neutral", "unsupported", "promise", "internal", "other_customer", "personal", "stale", "secret"
]
Where = Literal["subject", "body"]
BLOCKING: tuple[Kind, ...] = ("other_customer", "secret")
"""Kinds with which no one can approve; an edit must take the words out."""
WARNING: tuple[Kind, ...] = ("internal", "personal", "promise", "stale", "unsupported")
"""Kinds that the approving reviewer must acknowledge, each by name."""


class Source(Frozen):
    """Where the words stand that a mark rests on."""

    marker: int = 0
    """Number among the draft's evidence; 0: found by a search, not among the evidence."""
    source: str
    """manual, ticket, slack or crm."""
    ref: str
    title: str
    quote: str


class Mark(Frozen):
    """One sentence, or a few words of it, `[start, end)` in characters of the subject or of the body, and what it is.

    A sentence has one mark that covers it whole (supported, unsupported or neutral) or more than one; marks of other
    kinds may cover only the words in question. `why` names a sentence in banso/gate/texts, `params` fills it.
    """

    start: int
    end: int
    where: Where
    kind: Kind
    blocks: bool
    why: str
    params: dict[str, str] = Field(default_factory=dict)
    source: Source | None = None


class GateReport(Frozen):
    """What the gate found in exactly one text (`hash`), by rules of one version. Marks are in reading order."""

    draft: str
    version: int
    hash: str
    rules: str
    marks: tuple[Mark, ...] = ()

    @property
    def blocking(self) -> tuple[Kind, ...]:
        """The blocking kinds that were found, in order of name; empty: nothing blocks."""
        return tuple(sorted({mark.kind for mark in self.marks if mark.blocks}))

    @property
    def warnings(self) -> tuple[Kind, ...]:
        """The kinds to acknowledge, in order of name."""
        found = {mark.kind for mark in self.marks if not mark.blocks}
        return tuple(kind for kind in WARNING if kind in found)


class Check(Protocol):
    """The gate, as the ledger sees it."""

    def report(self, version: DraftVersion) -> GateReport:
        """Every mark of this version. Raises Unavailable when something it must ask does not answer."""
        ...


def joined(kinds: tuple[Kind, ...]) -> str:
    """The stored form of some kinds: sorted, commas between, none twice."""
    return ",".join(sorted(set(kinds)))
