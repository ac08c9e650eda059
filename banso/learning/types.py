"""Lessons as people and models see them."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from banso.knowledge.documents import Frozen

Kind = Literal["rule", "case"]
Action = Literal["replace", "avoid", "add"]
Scope = Literal["account", "segment", "team"]
Standing = Literal["candidate", "accepted", "refused", "off"]
Verdict = Literal["accept", "refuse", "off", "on"]
RiskKind = Literal["name", "contact", "figure", "customer"]
"""name: a person or company; contact: an address or number; figure: may be the customer's own; customer: a sentence
that was written for this customer, so nobody can tell what in it is theirs."""


class RuleText(Frozen):
    """What a rule says. replace: `before` becomes `after`; avoid: do not write `before`; add: write `after` when the
    matter is `topic`. `{person}`, `{company}`, `{email}`, `{phone}` and `{figure}` stand for what was masked."""

    action: Action
    before: str = ""
    after: str = ""
    topic: str = ""


class CaseText(Frozen):
    """A question about an account, what a right draft or answer says and what it must not say.

    From a thumb: `heard` is the answer that got it, `sources` the refs that a right answer cites one of; where
    `answerable` is false, a refusal is right.
    """

    question: str
    must_say: tuple[str, ...] = ()
    must_not_say: tuple[str, ...] = ()
    thumb: Literal["", "up", "down"] = Field("", description="empty: from an edit of a draft")
    heard: str = ""
    sources: tuple[str, ...] = ()
    answerable: bool = True


class Risk(Frozen):
    """Words that may be the customer's own."""

    kind: RiskKind
    text: str


class Content(Frozen):
    """What a lesson holds: the rule or the case as the edit gave it, and the rule with the customer's words masked."""

    rule: RuleText | None = None
    case: CaseText | None = None
    masked: RuleText | None = None
    risks: tuple[Risk, ...] = ()


class Lesson(Frozen):
    """A candidate with what was decided about it. `rule` and `case` are as accepted, else as the edit gave them."""

    number: int
    kind: Kind
    draft: str = Field(description="of a thumb: the conversation")
    version: int = Field(description="the version that the person wrote; of a thumb: the turn")
    account: str
    segment: str
    language: str
    editor: str
    reason: str
    created_at: str
    standing: Standing
    scope: Scope
    decision: int = Field(0, description="ordinal of the latest decision; 0: none yet")
    decided_by: str = ""
    decided_at: str = ""
    rule: RuleText | None = None
    case: CaseText | None = None
    masked: RuleText | None = None
    risks: tuple[Risk, ...] = ()

    @property
    def label(self) -> str:
        """How people and drafts name it: R-3, C-4."""
        return f"{'R' if self.kind == 'rule' else 'C'}-{self.number}"


class Followed(Frozen):
    """A rule that a version follows, as it was then. `standing`: what became of it since."""

    number: int
    scope: Scope
    standing: Standing
    rule: RuleText

    @property
    def label(self) -> str:
        """How people and drafts name it: R-3."""
        return f"R-{self.number}"


class Rule(Frozen):
    """A rule in force. `decision` is the one that put it in force."""

    number: int
    decision: int
    language: str
    text: RuleText

    @property
    def label(self) -> str:
        """How people and drafts name it: R-3."""
        return f"R-{self.number}"
