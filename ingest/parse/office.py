"""docx and pptx through `unstructured`."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import Any

from banso.core.errors import ItemError
from ingest.parse.elements import prepare, to_parts
from ingest.parse.model import Parsed, Part
from ingest.parse.values import core_properties
from ingest.texts import told

_TINY_HALF_POINTS = 4
_TINY_EMU = 25_400  # two points
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def read_docx(data: bytes) -> Parsed:
    """A .docx file; runs marked hidden, white on white or tiny are flagged."""
    prepare()
    import docx
    from docx.opc.exceptions import PackageNotFoundError
    from unstructured.partition.docx import partition_docx

    try:
        document = docx.Document(io.BytesIO(data))
    except (PackageNotFoundError, zipfile.BadZipFile, KeyError, ValueError) as error:
        raise ItemError(told("parse.no_docx"), told("parse.office_hint")) from error
    facts = core_properties(data)
    hidden = list(_take_hidden_runs(document))
    if hidden:
        buffer = io.BytesIO()
        document.save(buffer)
        data = buffer.getvalue()
    parts = to_parts(partition_docx(file=io.BytesIO(data), languages=[""]))
    parts += [Part(kind="text", text=text) for text in _footnotes(data)]
    parts += [Part(kind="text", text=text, hidden=True) for text in hidden]
    return Parsed(parts=tuple(parts), **facts)


def _footnotes(data: bytes) -> list[str]:
    """Footnotes and endnotes, which `unstructured` leaves out."""
    from lxml import etree

    found = []
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in {"word/footnotes.xml", "word/endnotes.xml"} & set(archive.namelist()):
            root = etree.fromstring(archive.read(name), etree.XMLParser(resolve_entities=False))
            found += ["".join(node.text or "" for node in note.iter(f"{_W}t")).strip() for note in root]
    return [note for note in found if note]


def _take_hidden_runs(document: Any) -> Iterator[str]:
    """Removes runs that are not shown and yields their text, neighbours joined."""
    for paragraph in list(document.element.body.iter(f"{_W}p")):
        words = ""
        for run in list(paragraph.iter(f"{_W}r")):
            if _run_hidden(run):
                words += "".join(node.text or "" for node in run.iter(f"{_W}t"))
                run.getparent().remove(run)
        if words.strip():
            yield words


def _run_hidden(run: Any) -> bool:
    properties = run.find(f"{_W}rPr")
    if properties is None:
        return False
    vanish, colour, size = (properties.find(f"{_W}{name}") for name in ("vanish", "color", "sz"))
    if vanish is not None and vanish.get(f"{_W}val", "1") not in ("0", "false", "off"):
        return True
    if size is not None and (size.get(f"{_W}val") or "99").isdigit() and int(size.get(f"{_W}val")) <= _TINY_HALF_POINTS:
        return True
    return colour is not None and (colour.get(f"{_W}val") or "").upper() == "FFFFFF" and not _shaded(run)


def _shaded(run: Any) -> bool:
    """White letters are plain to see on a coloured run, paragraph, cell or table style."""
    for above in (run, *run.iterancestors()):
        if above.tag == f"{_W}tbl" and above.find(f"{_W}tblPr/{_W}tblStyle") is not None:
            return True
        for name in ("rPr", "pPr", "tcPr", "tblPr"):
            shade = above.find(f"{_W}{name}/{_W}shd")
            if shade is not None and (shade.get(f"{_W}fill") or "auto").upper() not in ("AUTO", "FFFFFF"):
                return True
        if above.find(f"{_W}rPr/{_W}highlight") is not None:
            return True
    return False


def read_pptx(data: bytes) -> Parsed:
    """A .pptx file, one page a slide; hidden slides, speaker notes and text off the slide are flagged."""
    prepare()
    import pptx
    from pptx.exc import PackageNotFoundError
    from unstructured.partition.pptx import partition_pptx

    try:
        deck = pptx.Presentation(io.BytesIO(data))
    except (PackageNotFoundError, zipfile.BadZipFile, KeyError, ValueError) as error:
        raise ItemError(told("parse.no_pptx"), told("parse.office_hint")) from error
    veiled, hidden = _take_hidden_shapes(deck)
    buffer = io.BytesIO()
    deck.save(buffer)
    elements = partition_pptx(file=io.BytesIO(buffer.getvalue()), include_slide_notes=False, languages=[""])
    parts = [
        part.model_copy(update={"hidden": True}) if part.page in veiled else part
        for part in _slides(to_parts(elements))
    ]
    return Parsed(parts=tuple(parts + hidden), **core_properties(data))


def _slides(parts: list[Part]) -> Iterator[Part]:
    """The first title of a slide is its heading; other short texts that look like titles are text."""
    seen: set[int | None] = set()
    for part in parts:
        if part.kind != "heading":
            yield part
        elif part.page in seen:
            yield part.model_copy(update={"kind": "text", "level": 0})
        else:
            seen.add(part.page)
            yield part.model_copy(update={"level": 1 if part.page == 1 else 2})


def _take_hidden_shapes(deck: Any) -> tuple[set[int], list[Part]]:
    veiled: set[int] = set()
    hidden: list[Part] = []
    for number, slide in enumerate(deck.slides, 1):
        if slide.element.get("show") == "0":
            veiled.add(number)
        for shape in list(slide.shapes):
            if shape.has_text_frame and shape.text_frame.text.strip() and _shape_hidden(shape, deck):
                hidden.append(Part(kind="text", text=shape.text_frame.text, page=number, hidden=True))
                shape.element.getparent().remove(shape.element)
        if slide.has_notes_slide and slide.notes_slide.notes_text_frame is not None:
            notes = slide.notes_slide.notes_text_frame.text
            if notes.strip():
                hidden.append(Part(kind="text", text=notes, page=number, hidden=True))
    return veiled, hidden


def _shape_hidden(shape: Any, deck: Any) -> bool:
    sizes = [run.font.size for paragraph in shape.text_frame.paragraphs for run in paragraph.runs]
    if sizes and all(size is not None and size <= _TINY_EMU for size in sizes):
        return True
    if shape.element.xpath(".//p:cNvPr[@hidden='1' or @hidden='true']"):
        return True
    if None in (shape.left, shape.top, shape.width, shape.height):
        return False
    beyond = shape.left >= deck.slide_width or shape.top >= deck.slide_height
    return bool(beyond or shape.left + shape.width <= 0 or shape.top + shape.height <= 0)
