"""The one place where `unstructured` is imported and set up, and where its elements become parts."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from functools import cache
from typing import Any

from ingest.parse.model import Part, tidy

_SKIPPED = {"Image", "PageBreak", "Header", "Footer", "PageNumber", "CheckBox"}
_NUMBERED = re.compile(r"\d{1,5}\. ")


@cache
def prepare() -> None:
    """Makes `unstructured` work without a network: no telemetry, no downloaded model.

    It would fetch an English spaCy model on first use, and cut Japanese wrongly with it. All it needs from the model
    is tokens and sentence ends for its guesses at what is prose, so a blank multilingual pipeline serves.
    """
    os.environ["UNSTRUCTURED_DISABLE_NOTICE"] = "1"
    os.environ["SCARF_NO_ANALYTICS"] = "true"
    os.environ["DO_NOT_TRACK"] = "true"
    import spacy
    from unstructured.nlp import tokenize

    pipeline = spacy.blank("xx")
    pipeline.add_pipe("sentencizer")
    tokenize._load_spacy_model = lambda: pipeline
    tokenize._get_nlp.cache_clear()


def from_html(html: str) -> list[Part]:
    """Parts of an HTML text that holds visible matter only."""
    prepare()
    from unstructured.partition.html import partition_html

    # languages=[""] turns off its language guess, which takes nine tenths of the time and is not used.
    return to_parts(partition_html(text=html, languages=[""]))


def to_parts(elements: Iterable[Any]) -> list[Part]:
    """Elements of `unstructured` as parts: titles are headings, tables Markdown tables, list items `- ` lines."""
    parts = []
    for element in elements:
        name, page, text = type(element).__name__, element.metadata.page_number, element.text or ""
        depth = element.metadata.category_depth or 0
        if name in _SKIPPED or not text.strip():
            continue
        if name == "Title":
            parts.append(Part(kind="heading", text=" ".join(tidy(text).split()), level=min(depth + 1, 9), page=page))
        elif name == "Table":
            parts.append(Part(kind="table", text=table_of(element.metadata.text_as_html, text), page=page))
        elif name == "CodeSnippet":
            parts.append(Part(kind="code", text=tidy(text, keep_lines=True), page=page))
        elif name == "ListItem":
            item = tidy(text)
            parts.append(Part(kind="list", text=item if _NUMBERED.match(item) else f"- {item}", page=page))
        else:
            parts.append(Part(kind="text", text=tidy(text), page=page))
    return parts


def table_of(html: str | None, fallback: str) -> str:
    """A Markdown table of an HTML one; `fallback` when there is none."""
    if not html:
        return tidy(fallback)
    from lxml import html as lxml_html

    rows = []
    for row in lxml_html.fragment_fromstring(html, create_parent="div").iter("tr"):
        cells = row.xpath("./td|./th")
        rows.append([" ".join(cell.itertext()) for cell in cells])
    return markdown_table(rows) or tidy(fallback)


def markdown_table(rows: list[list[str]]) -> str:
    """Rows as a Markdown table, the first one as its head; empty rows and columns are left out."""
    cleaned = [[re.sub(r"\s+", " ", tidy(cell)).replace("|", "\\|") for cell in row] for row in rows]
    cleaned = [row for row in cleaned if any(row)]
    width = max((len(row) for row in cleaned), default=0)
    padded = [row + [""] * (width - len(row)) for row in cleaned]
    used = [column for column in range(width) if any(row[column] for row in padded)]
    lines = ["| " + " | ".join(row[column] for column in used) + " |" for row in padded]
    if len(lines) > 1:
        lines.insert(1, "|" + " --- |" * len(used))
    return "\n".join(lines)
