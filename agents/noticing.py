"""A question that nothing answers again is counted where it is a known gap."""

from __future__ import annotations

from agents.answers import Answer
from agents.state import Context
from banso.gaps.book import GapBook


def notice(gaps: GapBook | None, answer: Answer, turn: int, context: Context) -> None:
    """Count what this turn of the conversation leaves open; what is no gap yet is only one when somebody says so."""
    if gaps is None:
        return
    for question in answer.unanswered:
        gaps.noticed(question, user=context.user.name, thread=context.thread, turn=turn, account=context.account)
