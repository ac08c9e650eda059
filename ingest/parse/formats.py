"""Which reader a file gets, by its extension and, against wrong extensions, by its first bytes."""

from __future__ import annotations

from collections.abc import Callable

from banso.core.errors import ItemError
from ingest.parse import html, legacy, mail, markdown, office, pandoc, pdf, sheets, text
from ingest.parse.model import Parsed
from ingest.texts import told

READERS: dict[str, Callable[[bytes], Parsed]] = {
    "md": markdown.read_markdown,
    "markdown": markdown.read_markdown,
    "mdx": lambda data: markdown.read_markdown(data, mdx=True),
    "html": html.read_html,
    "htm": html.read_html,
    "xhtml": html.read_html,
    "txt": text.read_text,
    "docx": office.read_docx,
    "pptx": office.read_pptx,
    "xlsx": sheets.read_xlsx,
    "xlsm": sheets.read_xlsx,
    "xls": sheets.read_xls,
    "csv": sheets.read_csv,
    "tsv": sheets.read_csv,
    "eml": mail.read_eml,
    "msg": mail.read_msg,
    "pdf": pdf.read_pdf,
    "rst": lambda data: pandoc.read_pandoc(data, "rst"),
    "rtf": lambda data: pandoc.read_pandoc(data, "rtf"),
    "epub": lambda data: pandoc.read_pandoc(data, "epub"),
    "odt": lambda data: pandoc.read_pandoc(data, "odt"),
    "doc": lambda data: legacy.read_legacy(data, "doc"),
    "ppt": lambda data: legacy.read_legacy(data, "ppt"),
}

IMAGES = frozenset({"png", "jpg", "jpeg", "gif", "tif", "tiff", "bmp", "webp", "heic"})


def suffix_of(name: str) -> str:
    """The extension of a file name in lower case, without its dot."""
    return name.rpartition(".")[2].lower() if "." in name else ""


def parse(data: bytes, suffix: str) -> Parsed:
    """The parsed file. Raises ItemError when the format is unknown or the file holds no text."""
    if suffix in IMAGES:
        raise ItemError(told("parse.image"), told("parse.image_hint"), settled=True)
    reader = READERS.get(suffix)
    if reader is None:
        known = ", ".join(sorted(READERS))
        raise ItemError(told("parse.unsupported", suffix=suffix), told("parse.supported", names=known))
    if not data.strip():
        raise ItemError(told("parse.empty"))
    parsed = reader(data)
    if not any(part.text.strip() for part in parsed.parts):
        raise ItemError(told("parse.no_text"), told("parse.no_text_hint"), settled=True)
    return parsed
