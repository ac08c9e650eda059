"""A message with several questions is answered question by question, each from what was found for it."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace

from agents.grounding import NO_ANSWER
from agents.models.embedded.composing import compose
from agents.models.embedded.planning import matter, questions
from agents.models.embedded.ranking import Embeds
from agents.models.embedded.reading import Reading


@dataclass(frozen=True)
class Composed:
    """The answer with markers, how sure it is (0 to 1), and the questions that it leaves open."""

    text: str
    confidence: float
    unanswered: tuple[str, ...] = ()


def compose_parts(reading: Reading, embedder: Embeds) -> Composed:
    """The answer to the message; where no question of several can be answered alone, they are taken together."""
    parts = questions(reading)
    answers = [compose(*_timeless(_of(reading, part)), embedder) for part in parts] if parts[1:] else []
    answered = [(text, sure) for text, sure in answers if not text.startswith(NO_ANSWER)]
    if not answered:
        return Composed(*compose(*_timeless(reading), embedder))
    unanswered = tuple(part for part, (text, _) in zip(parts, answers, strict=True) if text.startswith(NO_ANSWER))
    return Composed(_joined([text for text, _ in answered]), min(sure for _, sure in answered), unanswered)


def _of(reading: Reading, part: str) -> Reading:
    """The reading of one question: what was found for it, and what the CRM says."""
    found = next((passages for query, passages in reading.searches if query == part), reading.passages)
    facts = tuple(passage for passage in reading.passages if passage.source == "crm")
    return replace(reading, question=part, passages=(*found, *facts))


def _timeless(reading: Reading) -> tuple[Reading, str]:
    """The reading and what it asks, without the time words that its period already answers."""
    plain = unicodedata.normalize("NFKC", reading.question)
    for words in reading.timed:
        plain = plain.replace(words, "", 1)
    bare = replace(reading, question=plain.strip()) if reading.timed else reading
    return bare, matter(bare)


def _joined(texts: Sequence[str]) -> str:
    """The answers one below the other, each line once but for those of tables."""
    said: set[str] = set()
    blocks = []
    for text in texts:
        lines = [line for line in text.splitlines() if line.startswith("|") or line not in said]
        said.update(lines)
        blocks.append("\n".join(lines))
    return "\n\n".join(block for block in blocks if block.strip())
