"""Our own sentences about sources that disagree, written into an answer with citations of the very words they quote."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from agents.models.embedded.units import Unit
from agents.stated import Stated, line, quote_of
from agents.weighing import Dispute
from agents.wording import Spoken, say
from agents.yes_or_no import word_for
from banso.knowledge.citations import MARKER, best_span, cite
from banso.knowledge.documents import Citation, Hit
from banso.knowledge.support import squeeze


@dataclass
class Book:
    """The citations of the answer, which grow by those of our own sentences."""

    citations: list[Citation]
    evidence: Sequence[Hit]

    def written(self, one: Dispute, language: Spoken) -> str:
        """The sentence with the numbers of its citations; empty where its words cannot be cited as they stand."""
        before = list(self.citations)
        theirs, mine = self._number(one.named.unit), self._number(one.other.unit)
        if not (theirs and mine):
            self.citations = before
            return ""
        named, other = _shown(one.named, theirs, language), _shown(one.other, mine, language)
        said = line(one.key, named, other, language)
        # Japanese sets a number off by spaces, a quotation by its marks.
        return said if one.other.claim.value or language == "en" else said.replace(" 「", "「").replace("」 ", "」")

    def _number(self, unit: Unit) -> int:
        hit, quote = self.evidence[unit.passage.marker - 1], bare(quote_of(unit))
        for known in self.citations:
            if known.chunk_id == hit.chunk_id and quote in bare(known.quote):
                return known.marker
        made = cite(hit, len(self.citations) + 1, best_span(hit, quote_of(unit)))
        if quote not in bare(made.quote):
            return 0
        self.citations.append(made)
        return made.marker


def _shown(one: Stated, marker: int, language: Spoken) -> Stated:
    """The source as our sentence names it. Titles of tickets and Slack are words of whoever wrote them: their kind
    stands instead."""
    passage = one.passage
    title = MARKER.sub("", passage.title) if passage.source == "manual" else say(language, f"a_{passage.source}")
    value = one.claim.value or say(language, word_for(one.claim))
    unit = replace(one.unit, passage=replace(passage, marker=marker, title=title))
    return replace(one, unit=unit, claim=replace(one.claim, value=value))


def bare(text: str) -> str:
    """Text by which a quotation is found again: without space, Markdown and the lines of tables."""
    return re.sub(r"[|/]", "", squeeze(text)).rstrip("。.")
