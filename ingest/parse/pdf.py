"""PDF through pdfplumber: pages, two-column order, tables, headings by type size, hidden text by colour and size."""

from __future__ import annotations

import io
import re
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from banso.core.errors import ItemError
from ingest.parse.elements import markdown_table
from ingest.parse.model import Parsed, Part
from ingest.parse.values import as_datetime
from ingest.texts import told

_CJK_END = re.compile("[\u3040-\u30ff\u3400-\u9fff、。，．「」（）]$")
_CJK_START = re.compile("^[\u3040-\u30ff\u3400-\u9fff、。，．「」（）]")
_DATE = re.compile(r"D:(\d{4})(\d{2})?(\d{2})?(\d{2})?(\d{2})?")
_BULLET = re.compile(r"^(?:[•●○■▪‣◦・–]|[-*](?=\s))\s*")
_NUMBERED = re.compile(r"^(?:\d{1,2}[.)]\s|[①-⑳])")
_MONO = re.compile(r"mono|courier|consol|menlo|inconsolata|typewriter|cmtt|code", re.IGNORECASE)
_TINY = 2.0
"""Points; smaller letters cannot be read."""


@dataclass
class _Line:
    text: str
    x0: float
    x1: float
    top: float
    bottom: float
    size: float
    page: int
    mono: bool


def read_pdf(data: bytes) -> Parsed:
    """A PDF with a text layer. Raises ItemError without one, when damaged, and when a password is needed."""
    import pdfplumber
    from pdfminer.pdfdocument import PDFPasswordIncorrect
    from pdfminer.pdfexceptions import PDFException
    from pdfplumber.utils.exceptions import PdfminerException

    try:
        with pdfplumber.open(io.BytesIO(data)) as pdf:
            return _read(pdf)
    except (PDFPasswordIncorrect, PdfminerException, PDFException) as error:
        if isinstance(error, PDFPasswordIncorrect) or "PDFPasswordIncorrect" in repr(error):
            raise ItemError(told("parse.pdf_password"), told("parse.pdf_unlock")) from error
        raise ItemError(told("parse.no_pdf", why=type(error).__name__), told("parse.pdf_print")) from error


def _read(pdf: Any) -> Parsed:
    lines: list[_Line | Part] = []
    hidden: list[Part] = []
    empty: list[int] = []
    for number, page in enumerate(pdf.pages, 1):
        visible, veiled = _split_hidden(page)
        content = _page(visible, number)
        if not content and not veiled.strip():
            empty.append(number)
        if veiled.strip():
            hidden.append(Part(kind="text", text=veiled, page=number, hidden=True))
        lines += content
        page.close()
    if not lines and not hidden:
        raise ItemError(told("parse.pdf_scan"), told("parse.pdf_ocr"), settled=True)
    parts = _parts(lines) + hidden
    shown = ", ".join(map(str, empty[:20])) + (" …" if len(empty) > 20 else "")
    warnings = (told("parse.pdf_pages", pages=shown, total=len(pdf.pages)),) if empty else ()
    facts = pdf.metadata or {}
    return Parsed(
        parts=tuple(parts),
        title=_title(facts, parts),
        created_at=_date(facts.get("CreationDate")),
        updated_at=_date(facts.get("ModDate")) or _date(facts.get("CreationDate")),
        warnings=warnings,
    )


def _split_hidden(page: Any) -> tuple[Any, str]:
    """The page without letters that cannot be seen, and their text."""
    boxes = [box for box in (*page.rects, *page.images, *page.curves) if box.get("fill", True)]

    def veiled(thing: dict[str, Any]) -> bool:
        if thing["object_type"] != "char" or not thing["text"].strip():
            return False
        outside = (
            thing["x1"] < page.bbox[0]
            or thing["x0"] > page.bbox[2]
            or thing["bottom"] < page.bbox[1]
            or thing["top"] > page.bbox[3]
        )
        return bool(outside) or bool(thing["size"] < _TINY) or (_white(thing) and not _covered(thing, boxes))

    def veiled_or_space(thing: dict[str, Any]) -> bool:
        return thing["object_type"] == "char" and (thing["text"].isspace() or veiled(thing))

    letters = [char for char in page.chars if veiled(char)]
    if not letters:
        return page, ""
    return page.filter(lambda thing: not veiled(thing)), " ".join(page.filter(veiled_or_space).extract_text().split())


def _white(char: dict[str, Any]) -> bool:
    colour, space = char.get("non_stroking_color"), str(char.get("ncs") or "")
    if colour is None or isinstance(colour, str) or (isinstance(colour, tuple) and not colour):
        return False
    values = colour if isinstance(colour, tuple | list) else (colour,)
    if not all(isinstance(value, int | float) for value in values):
        return False
    if len(values) == 4:
        return bool(max(values) <= 0.02)
    return len(values) in (1, 3) and bool(min(values) >= 0.98) and "Pattern" not in space and "Separation" not in space


def _covered(char: dict[str, Any], boxes: list[dict[str, Any]]) -> bool:
    x, y = (char["x0"] + char["x1"]) / 2, (char["top"] + char["bottom"]) / 2
    return any(box["x0"] <= x <= box["x1"] and box["top"] <= y <= box["bottom"] and not _white(box) for box in boxes)


def _page(page: Any, number: int) -> list[_Line | Part]:
    """Lines and tables of one page in reading order."""
    tables = [table for table in page.find_tables() if _is_table(table)]
    rest = page
    for table in tables:
        x0, top, x1, bottom = table.bbox
        rest = rest.filter(lambda o, b=(x0, top, x1, bottom): o["object_type"] != "char" or not _within(o, b))
    turned = rest.filter(lambda thing: not thing.get("upright", True)).extract_text().strip()
    rest = rest.filter(lambda thing: thing.get("upright", True))
    placed: list[tuple[float, _Line | Part]] = []
    for line in _in_order(_lines(rest, number), page.width):
        placed.append((line.top, line))
    for table in tables:
        rows = [[cell or "" for cell in row] for row in table.extract()]
        part = Part(kind="table", text=markdown_table(rows), page=number)
        after = next(
            (i for i, (top, item) in enumerate(placed) if top > table.bbox[1] and isinstance(item, _Line)), len(placed)
        )
        placed.insert(after, (table.bbox[1], part))
    margin = [Part(kind="text", text=turned, page=number)] if turned else []
    return [item for _, item in placed] + margin


def _is_table(table: Any) -> bool:
    rows = [[cell for cell in row if cell and cell.strip()] for row in table.extract()]
    filled = [row for row in rows if row]
    return len(filled) >= 2 and max(len(row) for row in filled) >= 2


def _within(thing: dict[str, Any], box: tuple[float, float, float, float]) -> bool:
    x, y = (thing["x0"] + thing["x1"]) / 2, (thing["top"] + thing["bottom"]) / 2
    return bool(box[0] <= x <= box[2] and box[1] <= y <= box[3])


def _lines(page: Any, number: int) -> list[_Line]:
    """Runs of words on one baseline; a wide gap, as between columns, ends a run."""
    words = page.extract_words(
        extra_attrs=["size", "fontname"], use_text_flow=False, keep_blank_chars=False, x_tolerance_ratio=0.2
    )
    words.sort(key=lambda word: (round(word["bottom"] / 3), word["x0"]))
    rows: list[list[dict[str, Any]]] = []
    for word in words:
        last = rows[-1][-1] if rows else None
        near = last and abs(word["bottom"] - last["bottom"]) <= 0.5 * word["size"]
        if last and near and -1 <= word["x0"] - last["x1"] <= 1.6 * word["size"]:
            rows[-1].append(word)
        else:
            rows.append([word])
    return [_line(row, number) for row in rows]


def _line(row: list[dict[str, Any]], number: int) -> _Line:
    text = row[0]["text"]
    for before, word in pairwise(row):
        joined = word["x0"] - before["x1"] < 0.15 * word["size"]
        text += word["text"] if joined else " " + word["text"]
    size = Counter({w["size"]: 0 for w in row})
    for word in row:
        size[word["size"]] += len(word["text"])
    return _Line(
        text, row[0]["x0"], row[-1]["x1"], min(w["top"] for w in row), max(w["bottom"] for w in row),
        round(size.most_common(1)[0][0], 1), number,
        all(_MONO.search(str(word["fontname"])) for word in row),
    )  # fmt: skip


def _in_order(lines: list[_Line], width: float) -> list[_Line]:
    """Top to bottom; where two columns stand side by side, the left one first."""
    middle = width / 2
    left = [line for line in lines if line.x1 <= middle + 5]
    right = [line for line in lines if line.x0 >= middle - 5]
    if min(len(left), len(right)) < max(8, 0.25 * len(lines)):
        return sorted(lines, key=lambda line: (round(line.bottom / 3), line.x0))
    across = sorted((line for line in lines if line not in left and line not in right), key=lambda line: line.top)
    ordered: list[_Line] = []
    above = float("-inf")
    for wall in [*across, None]:
        below = wall.top if wall else float("inf")
        for column in (left, right):
            ordered += sorted((line for line in column if above <= line.top < below), key=lambda line: line.top)
        if wall:
            ordered.append(wall)
            above = wall.top
    return ordered


def _parts(content: list[_Line | Part]) -> list[Part]:
    """Lines joined into paragraphs; larger ones are headings."""
    lines = [item for item in content if isinstance(item, _Line)]
    sizes: Counter[float] = Counter()
    for line in lines:
        sizes[line.size] += len(line.text)
    body = sizes.most_common(1)[0][0] if sizes else 10.0
    larger = sorted({line.size for line in lines if line.size >= body * 1.15}, reverse=True)
    parts: list[Part] = []
    group: list[_Line] = []
    for item in content:
        if isinstance(item, Part):
            parts += _flush(group, body, larger)
            group = []
            parts.append(item)
            continue
        if group and not _continues(group[-1], item, body):
            parts += _flush(group, body, larger)
            group = []
        group.append(item)
    return parts + _flush(group, body, larger)


def _continues(last: _Line, line: _Line, body: float) -> bool:
    gap = line.top - last.bottom
    close = -0.5 * last.size < gap < 0.9 * max(last.size, line.size)
    same_row = abs(line.bottom - last.bottom) < 0.5 * body and line.x0 >= last.x1
    return (
        line.page == last.page
        and line.mono == last.mono
        and abs(line.size - last.size) < 0.12 * body
        and (close or same_row)
        and not _BULLET.match(line.text)
        and not _NUMBERED.match(line.text)
    )


def _flush(group: list[_Line], body: float, larger: list[float]) -> list[Part]:
    if not group:
        return []
    if group[0].mono:
        return [Part(kind="code", text="\n".join(line.text for line in group), page=group[0].page)]
    text = group[0].text
    for line in group[1:]:
        text = _joined(text, line.text)
    size, page = group[0].size, group[0].page
    if size in larger and 2 <= len(text) <= 200 and any(c.isalpha() for c in text):
        return [Part(kind="heading", text=text, level=min(larger.index(size) + 1, 6), page=page)]
    if _BULLET.match(text):
        return [Part(kind="list", text="- " + _BULLET.sub("", text), page=page)]
    return [Part(kind="list" if _NUMBERED.match(text) else "text", text=text, page=page)]


def _joined(text: str, following: str) -> str:
    if text.endswith("-") and len(text) > 2 and text[-2].isalpha() and following[:1].islower():
        return text[:-1] + following
    if _CJK_END.search(text) and _CJK_START.search(following):
        return text + following
    return f"{text} {following}"


def _title(facts: dict[str, Any], parts: list[Part]) -> str:
    stated = facts.get("Title")
    stated = stated.strip() if isinstance(stated, str) else ""
    if stated and not re.search(r"\.(?:docx?|pptx?|indd|tex|pdf|md)$|^Microsoft|^untitled|^\(", stated, re.IGNORECASE):
        return stated
    highest = min((part.level for part in parts[:12] if part.kind == "heading"), default=0)
    return next((part.text for part in parts[:12] if part.kind == "heading" and part.level == highest), "")


def _date(value: object) -> Any:
    found = _DATE.match(value) if isinstance(value, str) else None
    if not found:
        return None
    year, month, day, hour, minute = (int(group or 0) for group in found.groups())
    return as_datetime(f"{year:04}-{month or 1:02}-{day or 1:02}T{hour:02}:{minute:02}:00+00:00")
