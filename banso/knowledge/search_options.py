"""Which parts of a search are on."""

from __future__ import annotations

from pydantic import Field

from banso.knowledge.documents import Frozen


class SearchOptions(Frozen):
    """Everything is on in the product; measuring leaves a part out to see what it is worth."""

    words: bool = Field(True, description="BM25 over terms")
    meanings: bool = Field(True, description="nearest vectors")
    calibrated: bool = Field(True, description="words weigh by what they cover; off: a fixed weight in every language")
    ranked: bool = Field(True, description="the trained ranker orders the best of the fusion")
    centred: bool = Field(True, description="what questions of a language have in common is taken off")
    subjects: bool = Field(True, description="pages of another product's manual sink")
    variants: bool = Field(True, description="passages that say the same in several documents are one hit")
    fitted: bool = Field(True, description="pages for the version and edition sought come first, else the newest")
    completed: bool = Field(True, description="what the best hits go on into, or go on from, comes with them")
    conflicts: bool = Field(True, description="replaced pages and older copies sink, what replaces a page rises")


WHOLE = SearchOptions()
