"""Why a hit stands where it stands: what `python -m agents search --explain` and the Knowledge tab show."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Literal

from pydantic import Field

from banso.knowledge.candidates import Candidates
from banso.knowledge.documents import Frozen, Hit
from banso.knowledge.features import ranks
from banso.knowledge.ranking import DEPTH, Ranker

Note = Literal[
    "superseded", "older_copy", "other_product", "other_version", "other_edition", "older_version", "not_ranked"
]
"""superseded: another page replaces it. older_copy: a newer document says the same. other_product: the question names
a product whose manual this is not. other_version, other_edition, older_version: see `Misfit`. not_ranked: below
the candidates that the ranker orders. Each sinks the hit."""


class Explanation(Frozen):
    """One hit, with the numbers behind its place."""

    hit: Hit
    place_by_words: int = Field(0, description="rank by BM25 from 1; 0: not found by words")
    place_by_meaning: int = Field(0, description="rank by cosine from 1; 0: not found by meaning")
    features: dict[str, float] = Field(default_factory=dict, description="each in [0, 1]; see features.py")
    parts: dict[str, float] = Field(default_factory=dict, description="what each adds to the ranker's sum")
    probability: float | None = Field(None, description="that it answers, by the ranker; None where it is off")
    notes: tuple[Note, ...] = ()


def explained(
    hits: Sequence[Hit], found: Candidates, elsewhere: Collection[str], ranker: Ranker | None
) -> list[Explanation]:
    """One explanation a hit. `elsewhere`: ids that sank because the question names another product."""
    features = found.features(DEPTH)
    by_words, by_meaning = ranks(found.words), ranks(found.meanings)
    explanations = []
    for hit in hits:
        own = features.get(hit.chunk_id)
        explanations.append(
            Explanation(
                hit=hit,
                place_by_words=by_words.get(hit.chunk_id, 0),
                place_by_meaning=by_meaning.get(hit.chunk_id, 0),
                features=own._asdict() if own else {},
                parts=ranker.parts(own) if ranker and own else {},
                probability=ranker.probability(ranker.sums([own])[0]) if ranker and own else None,
                notes=_notes(hit, hits, elsewhere, ranked=ranker is None or own is not None),
            )
        )
    return explanations


def _notes(hit: Hit, hits: Sequence[Hit], elsewhere: Collection[str], *, ranked: bool) -> tuple[Note, ...]:
    notes: list[Note] = []
    if hit.superseded_by:
        notes.append("superseded")
    if any(_newer(other, hit) for other in hits):
        notes.append("older_copy")
    if hit.chunk_id in elsewhere:
        notes.append("other_product")
    if hit.misfit:
        notes.append(hit.misfit)
    if not ranked:
        notes.append("not_ranked")
    return tuple(notes)


def _newer(other: Hit, hit: Hit) -> bool:
    same = other.text == hit.text and other.document_id != hit.document_id
    return same and other.updated_at is not None and (hit.updated_at is None or other.updated_at > hit.updated_at)
