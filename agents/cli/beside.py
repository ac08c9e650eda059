"""What `python -m agents ask` prints below an answer: ages, facts, solved tickets and people."""

from __future__ import annotations

from collections.abc import Iterator

from agents.answers import Answer, UsedFact
from agents.texts import told


def beside_lines(answer: Answer) -> Iterator[str]:
    """Lines for the terminal; none for an answer that has nothing beside it."""
    if answer.ages:
        span = dict.fromkeys(f"{moment:%Y-%m}" for moment in (answer.ages.oldest, answer.ages.newest))
        yield told("beside.ages", dates=" – ".join(span))
        if answer.ages.stale:
            yield told("beside.stale", months=answer.ages.limit)
    if answer.facts:
        yield told("beside.facts", facts=" / ".join(map(_fact, answer.facts)))
    for ticket in answer.beside.solved:
        yield told("beside.solved", ref=ticket.ref, title=ticket.title, solution=" ".join(ticket.solution.split()))
    people = answer.beside.answered or (answer.beside.ask if answer.unanswered else ())
    for one in people:
        yield told("beside.person", name=one.name, times=one.times, day=f"{one.last:%Y-%m-%d}" if one.last else "-")


def _fact(fact: UsedFact) -> str:
    if fact.kind == "record":
        return fact.value
    said = told(f"fact.{fact.kind}", value=fact.value)
    if fact.on is None:
        return said
    return said + (told("fact.since", day=fact.on) if fact.kind == "plan" else f" {fact.on}")
