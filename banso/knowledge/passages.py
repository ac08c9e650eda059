"""What stands around a found chunk, and which of its sentences answers the question: for citations and sources."""

from __future__ import annotations

from typing import TYPE_CHECKING

from banso.knowledge.documents import Chunk
from banso.knowledge.sentences import sentences
from banso.knowledge.terms import terms

if TYPE_CHECKING:
    from banso.knowledge.index import Knowledge


def neighbours(knowledge: Knowledge, chunk_id: str, *, before: int = 1, after: int = 1) -> list[Chunk]:
    """The chunk and those around it in its document, in reading order; empty when it is not stored any more."""
    document_id, _, ordinal = chunk_id.rpartition(":")
    chunks = knowledge.chunks(document_id)
    here = next((i for i, chunk in enumerate(chunks) if str(chunk.ordinal) == ordinal), None)
    return [] if here is None else chunks[max(0, here - before) : here + after + 1]


def best_sentence(text: str, query: str) -> tuple[int, int]:
    """Where in `text` the sentence with most of the question's terms stands; the first one when none has any. Longer
    terms weigh more, as they are rarer; of two equal sentences the shorter one."""
    wanted = {term: len(term) for term in terms(query)}
    spans = sentences(text) or [(0, len(text))]

    def worth(span: tuple[int, int]) -> tuple[int, int]:
        found = set(terms(text[span[0] : span[1]]))
        return sum(weight for term, weight in wanted.items() if term in found), span[0] - span[1]

    best = max(spans, key=worth)
    return best if worth(best)[0] else spans[0]
