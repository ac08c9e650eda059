from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banso.knowledge.documents import Document, Span, SpanKind
from ingest.chunk import chunk


def words(text: str) -> int:
    return len(re.findall(r"[A-Za-z0-9]+|[^\x00-\x7f]", text))


Part = tuple[SpanKind, str, int, int | None, bool]


def document(*parts: Part, title: str = "Guide", gap: str = "\n\n") -> Document:
    text, spans = "", []
    for kind, body, level, page, hidden in parts:
        text += gap if text else ""
        spans.append(Span(kind=kind, start=len(text), end=len(text) + len(body), level=level, page=page, hidden=hidden))
        text += body
    return Document(source="manual", collection="c", ref="r", title=title, text=text, spans=tuple(spans))


def part(kind: SpanKind, body: str, level: int = 0, page: int | None = None, hidden: bool = False) -> Part:
    return kind, body, level, page, hidden


bodies = st.text(alphabet="あ漢字。「」 Ab.\n|", max_size=120)
parts = st.lists(
    st.tuples(
        st.sampled_from(["heading", "text", "list", "table", "code", "message"]),
        bodies,
        st.integers(0, 4),
        st.sampled_from([None, 1, 2]),
        st.booleans(),
    ),
    max_size=12,
)


@given(parts, st.integers(4, 60))
def test_chunks_are_ordered_exact_bounded_and_cover_the_text(drawn: list[Part], limit: int) -> None:
    source = document(*drawn)
    chunks = chunk(source, len, limit=limit, window=10_000)
    assert [c.ordinal for c in chunks] == list(range(len(chunks)))
    position, covered = 0, ""
    for one in chunks:
        assert source.text[one.start : one.end] == one.text == one.text.strip() != ""
        assert one.start >= position and not source.text[position : one.start].strip()
        assert len(one.text) <= limit
        position = one.end
        covered += one.text
    assert "".join(covered.split()) == "".join(source.text.split())


@given(parts, st.integers(4, 60))
def test_hidden_text_and_pages_are_never_mixed(drawn: list[Part], limit: int) -> None:
    source = document(*drawn)
    for one in chunk(source, len, limit=limit):
        inside = [
            s for s in source.spans if s.start < one.end and s.end > one.start and source.text[s.start : s.end].strip()
        ]
        assert {s.hidden for s in inside} == {one.hidden}
        assert {s.page for s in inside} == {one.page}


def test_headings_give_the_path_and_small_sections_join_their_siblings() -> None:
    source = document(
        part("heading", "Guide", 1),
        part("heading", "Install", 2),
        part("heading", "Linux", 3),
        part("text", "Use apt."),
        part("heading", "Mac", 3),
        part("text", "Use brew."),
        part("heading", "Operate", 2),
        part("text", "word " * 95),
    )
    chunks = chunk(source, words, limit=100)
    assert [c.heading_path for c in chunks] == [("Install",), ("Operate",)]
    assert chunks[0].text.startswith("Guide\n\nInstall") and chunks[0].text.endswith("Use brew.")


def test_a_long_table_is_cut_between_rows() -> None:
    rows = "\n".join(f"| key {n} | value {n} |" for n in range(60))
    chunks = chunk(document(part("table", rows)), words, limit=30)
    assert len(chunks) > 3
    assert [line for c in chunks for line in c.text.splitlines()] == rows.splitlines()
    assert {c.kind for c in chunks} == {"table"}


def test_code_stays_whole_and_prose_is_cut_at_japanese_sentences() -> None:
    code = "\n".join(f"run step {n}" for n in range(8))
    prose = "設定画面を開き、保存を押します。" * 12
    chunks = chunk(document(part("text", prose), part("code", code)), words, limit=60)
    assert code in [c.text for c in chunks] or any(c.text.endswith(code) for c in chunks)
    assert all(c.text.endswith("。") for c in chunks if c.kind == "text")


def test_messages_stay_whole_and_are_grouped() -> None:
    messages = [part("message", f"Person {n}: " + "word " * 18) for n in range(6)]
    chunks = chunk(document(*messages, gap="\n"), words, limit=50)
    assert [c.text.count("Person") for c in chunks] == [2, 2, 2]


def test_the_window_holds_title_and_path_too() -> None:
    source = document(part("heading", "path " * 40, 2), part("text", "word. " * 300), title="title " * 30)
    for one in chunk(source, words, limit=100, window=140):
        assert words(one.text) <= 100
    roomy = chunk(document(part("text", "word. " * 300), title="t"), words, limit=100, window=140)
    assert max(words(c.text) for c in roomy) == 100


@pytest.mark.parametrize("text", ["", "  \n", "x"])
def test_documents_without_spans(text: str) -> None:
    source = Document(source="manual", collection="c", ref="r", title="t", text=text)
    assert [c.text for c in chunk(source, len)] == ([text] if text.strip() else [])
