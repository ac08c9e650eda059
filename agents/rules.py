"""The team's rules for one conversation: read for each run, never from a checkpoint."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from agents.state import Context
from agents.wording import Spoken, say
from banso.learning.following import filled
from banso.learning.types import Rule


class RuleBook(Protocol):
    """What the agent needs of the lessons."""

    def active(self, account: str) -> list[Rule]:
        """The rules in force for drafts to this account."""
        ...


def rules_for(lessons: RuleBook | None, context: Context) -> list[Rule]:
    """The rules in force for the account of this conversation, its name in their gaps; none without an account."""
    if lessons is None or not context.account:
        return []
    return filled(lessons.active(context.account), {"company": context.account_name})


def as_prompt(rules: Sequence[Rule], language: Spoken) -> str:
    """The rules as a part of the prompt; empty without rules."""
    if not rules:
        return ""
    lines = [say(language, f"rule_{rule.text.action}", number=rule.number, **_quoted(rule)) for rule in rules]
    return "\n\n" + "\n".join([say(language, "rules_head"), *lines])


def _quoted(rule: Rule) -> dict[str, str]:
    return {name: " ".join(getattr(rule.text, name).split()) for name in ("before", "after", "topic")}
