"""Other sources that say otherwise than what a prompted model said: named below its answer, with both dates and both
numbers, whatever the model made of them. Of a source that says otherwise, nothing is taken over but one sentence as it
stands.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from agents.answers import Answer
from agents.dispute_book import Book, bare
from agents.links import Links
from agents.models.embedded.reading import Passage, read
from agents.models.embedded.units import Unit, units
from agents.state import State
from agents.stated import MOST_SAID, Stated, claim_about, one_matter, quote_of
from agents.surroundings import searched_for
from agents.weighing import Dispute, weighed
from agents.yes_or_no import yes_or_no
from banso.gate.agreement import numbers
from banso.knowledge.citations import MARKER, pieces
from banso.knowledge.documents import Hit
from banso.knowledge.support import likeness, words

_OPEN, _CLOSE = "「“", "」”"
_UNHEARD = ("customer", "asker")
"""What those say who ask is no source that says otherwise."""


def with_disputes(answer: Answer, state: State, allowed: Links) -> Answer:
    """The answer of a prompted model with a sentence for each source that says otherwise."""
    if answer.grounded != "cited" or state["task"] != "question":
        return answer
    book = Book(list(answer.citations), state["evidence"])
    lines = [book.written(one, state["language"]) for one in _disputes(answer, state)]
    said = [allowed.clean(one, state["language"])[0] for one in dict.fromkeys(lines) if one]
    if not said:
        return answer
    return answer.model_copy(update={"text": "\n".join([answer.text, *said]), "citations": tuple(book.citations)})


@dataclass(frozen=True)
class Said:
    """A sentence of the answer with the passages that it cites, each with the words that were used of it."""

    text: str
    cites: tuple[tuple[Passage, str], ...]

    def names(self, one: Stated) -> bool:
        """Whether it gives what this source states, with its number."""
        cited = any(passage.document == one.passage.document for passage, _ in self.cites)
        return cited and (not one.claim.value or one.claim.value in numbers(self.text))


def _disputes(answer: Answer, state: State) -> list[Dispute]:
    passages = [one for one in read(state["messages"]).passages if one.source != "crm"]
    found = {one.marker: [unit for unit in units(one) if _quotable(unit)] for one in passages}
    said = list(_said(answer, state["evidence"], passages))
    abouts = list(dict.fromkeys(filter(None, (state["question"], searched_for(state["messages"])))))
    made: dict[frozenset[str], Dispute] = {}
    for place, sentence in enumerate(said):
        for unit in _used(sentence, found):
            for one in _of(unit, sentence, found, abouts):
                pair = frozenset((one.named.passage.document, one.other.passage.document))
                if not _told(one, said, place):
                    made.setdefault(pair, one)
    return list(made.values())[:MOST_SAID]


def _said(answer: Answer, evidence: Sequence[Hit], passages: Sequence[Passage]) -> Iterator[Said]:
    places = {hit.chunk_id: number for number, hit in enumerate(evidence, start=1)}
    known = {one.marker: one for one in passages}
    cited = {one.marker: (known.get(places.get(one.chunk_id, 0)), one.quote) for one in answer.citations}
    for row in answer.text.splitlines():
        for piece in [row] if row.lstrip().startswith("|") else pieces(row):
            used = [cited[n] for n in map(int, MARKER.findall(piece)) if n in cited]
            if pairs := tuple((passage, quote) for passage, quote in used if passage is not None):
                yield Said(MARKER.sub("", piece).strip(), pairs)


def _used(sentence: Said, found: dict[int, list[Unit]]) -> Iterator[Unit]:
    """The units that the sentence rests on."""
    for passage, quote in sentence.cites:
        there = [unit for unit in found.get(passage.marker, ()) if bare(quote_of(unit)) in bare(quote)]
        stating = [unit for unit in there if numbers(unit.shown) & numbers(sentence.text)]
        wanted = words(sentence.text)
        yield from sorted(stating or there, key=lambda unit: -likeness(wanted, unit.shown))[:1]


def _of(unit: Unit, sentence: Said, found: dict[int, list[Unit]], abouts: Sequence[str]) -> list[Dispute]:
    """Who says otherwise about what the question, or else the unit itself, is about."""
    for about in (*abouts, quote_of(unit)):
        first = _stated(unit, about)
        if first is None or (first.claim.value and first.claim.value not in numbers(sentence.text)):
            continue
        every = [s for some in found.values() for other in some if (s := _stated(other, about))]
        same = [s for s in every if s.unit.voice not in _UNHEARD and _comparable(first, s, about)]
        if made := weighed(first, [first, *same]):
            return made
    return []


def _stated(unit: Unit, about: str) -> Stated | None:
    claim = claim_about(unit, about) or (None if unit.asks else yes_or_no(quote_of(unit)))
    return Stated(unit, claim) if claim else None


def _comparable(first: Stated, other: Stated, about: str) -> bool:
    """Yes and no are compared within one language: between two, too few words can be."""
    if not first.claim.value and first.passage.language != other.passage.language:
        return False
    return one_matter(first, other, about)


def _told(one: Dispute, said: Sequence[Said], place: int) -> bool:
    """Whether the model has named the other source itself. One that leads with what does not hold is corrected, though
    it names the right source later."""
    reach = place + 1 if one.key.startswith("behind_") else len(said)
    return any(sentence.names(one.named) for sentence in said[:reach])


def _quotable(unit: Unit) -> bool:
    """Whether its words stay within quotation marks and hold nothing that looks like a number of ours."""
    depth = 0
    for character in unit.shown:
        depth += (character in _OPEN) - (character in _CLOSE)
        if depth < 0:
            return False
    return not depth and unit.kind != "code" and not MARKER.search(unit.shown)
