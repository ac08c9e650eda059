"""Tables on the source page: every cited character inside a cell stays marked, in its cell."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from banso.ui.source_table import table_rows

CELL = st.text(st.characters(blacklist_characters="|\\\n\r", blacklist_categories=["Cc", "Cs", "Z"]), min_size=1)
TABLE = st.lists(st.lists(CELL.filter(lambda text: text.strip("-:")), min_size=2, max_size=4), min_size=1, max_size=4)


def drawn(rows: list[list[str]]) -> str:
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join([lines[0], "|" + " --- |" * len(rows[0]), *lines[1:]])


@given(TABLE, st.data())
def test_cells_and_marks_survive(rows: list[list[str]], data: st.DataObject) -> None:
    text = drawn(rows)
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    found = table_rows([(text[:start], False), (text[start:end], True), (text[end:], False)])
    assert [["".join(part for part, _ in cell) for cell in row] for row in found] == rows
    marked = "".join(part for row in found for cell in row for part, cited in cell if cited)
    assert set(marked) <= set(text[start:end])


def test_an_escaped_bar_is_text() -> None:
    assert table_rows([("| a \\| b | c |", False)]) == [[[("a \\| b", False)], [("c", False)]]]


def test_what_is_not_a_table_is_left_alone() -> None:
    assert table_rows([("| a | b |\nand so on", True)]) == []
