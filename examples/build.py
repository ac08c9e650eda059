"""Renders examples/pages/*.md to the PDF, Word, PowerPoint and Excel files under examples/manuals.

Usage: python examples/build.py [OUTPUT_FOLDER]

A page begins with `key: value` lines (out, title, date, language), then a small part of Markdown: headings,
paragraphs, bulleted and numbered lists, `|` tables, and `---page---`. The same text gives the same files, byte for
byte, with the same library versions: the files carry the page's date, never the time of the run.
"""

from __future__ import annotations

import io
import os
import re
import sys
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal
from xml.sax.saxutils import escape

HERE = Path(__file__).resolve().parent
ITEM = re.compile(r"(?:- |\d+\. )")


@dataclass(frozen=True)
class Block:
    """One piece of a page. `level` is the depth of a heading; `rows` are the cells of a table."""

    kind: Literal["heading", "text", "bullet", "number", "table", "break"]
    text: str = ""
    level: int = 0
    rows: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class Page:
    """A source page: where it goes and what it says."""

    out: str
    title: str
    date: datetime
    language: str
    blocks: tuple[Block, ...]


def read_page(path: Path) -> Page:
    """Reads one source page. Raises KeyError when a header line is missing."""
    header, _, body = path.read_text(encoding="utf-8").partition("\n\n")
    fields = dict(line.split(": ", 1) for line in header.splitlines())
    date = datetime.fromisoformat(fields["date"])
    return Page(fields["out"], fields["title"], date, fields["language"], tuple(_blocks(body)))


def _blocks(body: str) -> list[Block]:
    blocks: list[Block] = []
    for line in (line.strip() for line in body.splitlines()):
        if line.startswith("|"):
            row = tuple(cell.strip() for cell in line.strip("|").split("|"))
            if blocks and blocks[-1].kind == "table":
                blocks[-1] = Block("table", rows=(*blocks[-1].rows, row))
            else:
                blocks.append(Block("table", rows=(row,)))
        elif line:
            blocks.append(_line(line))
        elif blocks and blocks[-1].kind == "table":
            blocks.append(Block("text"))  # an empty line ends a table
    return [block for block in blocks if block.kind != "text" or block.text]


def _line(line: str) -> Block:
    if line == "---page---":
        return Block("break")
    if line.startswith("#"):
        marks, _, text = line.partition(" ")
        return Block("heading", text, level=len(marks))
    if item := ITEM.match(line):
        return Block("bullet" if line[0] == "-" else "number", line[item.end() :])
    return Block("text", line)


def pdf(page: Page) -> bytes:
    """PDF through reportlab. Japanese uses the CID font that every reader knows, so no font file is embedded."""
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.platypus import SimpleDocTemplate

    font = "Helvetica"
    if page.language == "ja":
        font = "HeiseiKakuGo-W5"
        pdfmetrics.registerFont(UnicodeCIDFont(font))
    wrap = "CJK" if page.language == "ja" else None
    style = ParagraphStyle("text", fontName=font, fontSize=10.5, leading=17, spaceAfter=5, wordWrap=wrap)
    out = io.BytesIO()
    document = SimpleDocTemplate(out, pagesize=A4, title=page.title, author="Hatsurin", invariant=1)
    os.environ["SOURCE_DATE_EPOCH"] = str(
        int(page.date.replace(tzinfo=UTC).timestamp())
    )  # the only way to date the file
    document.build(_flowables(page, style))
    del os.environ["SOURCE_DATE_EPOCH"]
    return out.getvalue()


def _flowables(page: Page, style: Any) -> list[Any]:
    from reportlab.lib import colors
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.platypus import PageBreak, Paragraph, Table

    story: list[Any] = []
    numbered = 0
    for block in page.blocks:
        numbered = numbered + 1 if block.kind == "number" else 0
        if block.kind == "break":
            story.append(PageBreak())
        elif block.kind == "table":
            cells = [[Paragraph(escape(cell), style) for cell in row] for row in block.rows]
            grid = [("GRID", (0, 0), (-1, -1), 0.5, colors.grey), ("BACKGROUND", (0, 0), (-1, 0), colors.whitesmoke)]
            story.append(Table(cells, style=grid, spaceAfter=8))
        elif block.kind == "heading":
            size = {1: 19, 2: 14}.get(block.level, 12)
            head = ParagraphStyle(f"h{block.level}", style, fontSize=size, leading=size * 1.5, spaceBefore=8)
            story.append(Paragraph(escape(block.text), head))
        else:
            mark = {"bullet": "- ", "number": f"{numbered}. "}.get(block.kind, "")
            story.append(Paragraph(mark + escape(block.text), style))
    return story


def docx(page: Page) -> bytes:
    """Word file with real headings, lists and tables."""
    from docx import Document

    document = Document()
    properties = document.core_properties
    properties.title, properties.author, properties.comments = page.title, "Hatsurin", ""
    properties.created = properties.modified = page.date
    styles = {"text": None, "bullet": "List Bullet", "number": "List Number"}
    for block in page.blocks:
        if block.kind == "heading":
            document.add_heading(block.text, level=block.level)
        elif block.kind == "table":
            table = document.add_table(rows=0, cols=len(block.rows[0]), style="Table Grid")
            for row in block.rows:
                for cell, text in zip(table.add_row().cells, row, strict=True):
                    cell.text = text
        elif block.kind == "break":
            document.add_page_break()
        else:
            document.add_paragraph(block.text, style=styles[block.kind])
    out = io.BytesIO()
    document.save(out)
    return _steady(out.getvalue(), page.date)


def pptx(page: Page) -> bytes:
    """PowerPoint file: each heading begins a slide, lists go to its body, tables stand on it."""
    from pptx import Presentation
    from pptx.util import Inches

    deck = Presentation()
    deck.core_properties.title, deck.core_properties.author = page.title, "Hatsurin"
    deck.core_properties.created = deck.core_properties.modified = page.date
    slide: Any = None
    for block in page.blocks:
        if block.kind == "heading":
            slide = deck.slides.add_slide(deck.slide_layouts[0 if block.level == 1 else 1])
            slide.shapes.title.text = block.text
        elif block.kind == "table":
            slide.placeholders[1].element.getparent().remove(slide.placeholders[1].element)
            size = (Inches(0.5), Inches(1.8), Inches(9), Inches(0.4) * len(block.rows))
            table = slide.shapes.add_table(len(block.rows), len(block.rows[0]), *size).table
            for i, row in enumerate(block.rows):
                for j, text in enumerate(row):
                    table.cell(i, j).text = text
        else:
            frame = slide.placeholders[1].text_frame
            paragraph = frame.add_paragraph() if frame.text else frame.paragraphs[0]
            paragraph.text = block.text
    out = io.BytesIO()
    deck.save(out)
    return _steady(out.getvalue(), page.date)


def xlsx(page: Page) -> bytes:
    """Excel file: each heading names a sheet, its table fills it."""
    from openpyxl import Workbook
    from openpyxl.styles import Font

    book = Workbook()
    book.remove(book.worksheets[0])
    book.properties.title, book.properties.creator = page.title, "Hatsurin"
    book.properties.created = page.date
    for block in page.blocks:
        if block.kind == "heading":
            book.create_sheet(block.text)
            continue
        sheet = book.worksheets[-1]
        for row in block.rows:
            sheet.append(row)
        for cell in sheet[1]:
            cell.font = Font(bold=True)
            sheet.column_dimensions[cell.column_letter].width = 30
        sheet.freeze_panes = "A2"
    out = io.BytesIO()
    book.save(out)
    return _steady(out.getvalue(), page.date)


def _steady(data: bytes, date: datetime) -> bytes:
    """The same Office file with every time in it set to `date`."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in sorted(old.namelist()):
            content = old.read(name)
            if name == "docProps/core.xml":
                stamp = rb"\g<1>" + date.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
                content = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", stamp, content)
            new.writestr(zipfile.ZipInfo(name, date.timetuple()[:6]), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


RENDER: dict[str, Callable[[Page], bytes]] = {".pdf": pdf, ".docx": docx, ".pptx": pptx, ".xlsx": xlsx}


def build(target: Path) -> list[Path]:
    """Writes every page below `target` and returns the files written."""
    written = []
    for source in sorted((HERE / "pages").glob("*.md")):
        page = read_page(source)
        path = target / page.out
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(RENDER[path.suffix](page))
        written.append(path)
    return written


if __name__ == "__main__":
    for file in build(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "manuals"):
        print(file)
