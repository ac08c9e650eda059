"""The source page shows the whole document, with exactly the cited characters marked."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from banso.core.settings import Settings
from banso.core.users import User
from banso.knowledge.documents import Citation, Document, Span
from banso.ui.source_page import blocks, may_read, pieces, source_path


def document(text: str, cuts: list[int], visibility: str = "internal") -> Document:
    borders = sorted({min(cut, len(text)) for cut in cuts} | {0, len(text)})
    spans = tuple(Span(kind="text", start=a, end=b) for a, b in itertools.pairwise(borders))
    return Document(source="manual", collection="c", ref="r", title="t", text=text, spans=spans, visibility=visibility)  # type: ignore[arg-type]


@given(st.text(max_size=60), st.lists(st.integers(0, 60), max_size=5), st.integers(0, 60), st.integers(0, 60))
def test_pieces_are_the_whole_text_and_mark_the_citation(text: str, cuts: list[int], a: int, b: int) -> None:
    start, end = min(a, b, len(text)), min(max(a, b), len(text))
    found = pieces(document(text, cuts), start, end)
    assert "".join(piece.text for piece in found) == text
    assert "".join(piece.text for piece in found if piece.cited) == text[start:end]


@given(st.text(min_size=1, max_size=60), st.lists(st.integers(0, 60), max_size=5))
def test_blocks_lose_nothing(text: str, cuts: list[int]) -> None:
    found = blocks(pieces(document(text, cuts), 0, len(text) // 2))
    assert "".join(piece.text for block in found for piece in block) == text


def test_private_channels_are_for_admins_unless_the_team_says_otherwise(settings: Settings) -> None:
    private = document("x", [], "private")
    assert not may_read(private, User(name="a", role="csm"), settings)
    assert not may_read(private, User(name="a", role="reviewer"), settings)
    assert may_read(private, User(name="a", role="admin"), settings)
    assert may_read(private, User(name="a", role="csm"), settings.model_copy(update={"private_channels": True}))


def test_facts_of_the_crm_have_no_page() -> None:
    fact = Citation(
        marker=1, chunk_id="c", document_id="d", source="crm", ref="AC-1", title="t", quote="q", start=0, end=1
    )
    assert source_path(fact) == ""
