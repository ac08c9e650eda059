"""One click from a citation to its source: the document, with the cited words marked."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, Response

from banso.core.errors import NotFound
from banso.core.settings import Settings
from banso.core.users import User
from banso.knowledge.documents import Citation, Document, Hit, Scope, Span, Variant
from banso.knowledge.variants import as_variant, named
from banso.ui import local_form
from banso.ui.services import Services
from banso.ui.sign_in import PAGES, language_of
from banso.ui.source_table import Cell, table_rows
from banso.ui.texts import text_of

NEAR = 5
"""Hits among which the passage itself is looked for."""


@dataclass(frozen=True)
class Piece:
    """A stretch of the page: what kind, its plain text, and whether it is the cited one."""

    kind: str
    text: str
    level: int = 0
    cited: bool = False
    hidden: bool = False
    speaker: str = ""


def source_path(citation: Citation) -> str:
    """The address of the source page for a citation; empty where there is no document (CRM facts)."""
    if citation.source == "crm":
        return ""
    return f"/source/{citation.document_id}?start={citation.start}&end={citation.end}#cited"


def hit_path(hit: Hit) -> str:
    """The address of the source page of a hit, its passage marked."""
    return f"/source/{hit.document_id}?start={hit.start}&end={hit.end}#cited"


def variant_path(variant: Variant) -> str:
    """The address of the source page of another document that says the same."""
    return f"/source/{variant.document_id}?start={variant.start}&end={variant.end}#cited"


def variants_of(document: Document, start: int, user: User, services: Services) -> tuple[Variant, ...]:
    """Other documents that say what this one says at `start`, among what the person may see; the index knows them by a
    search for the passage itself."""
    passage = next((one for one in services.knowledge.chunks(document.id) if one.start <= start < one.end), None)
    if passage is None or passage.hidden:
        return ()
    scope = Scope(
        sources=(document.source,), account=document.account, languages=(document.language,),
        private=document.visibility == "private" and may_read(document, user, services.settings),
    )  # fmt: skip
    asked = "\n".join((document.title, *passage.heading_path, passage.text))
    for hit in services.knowledge.search(asked, scope, NEAR):
        everyone = (as_variant(hit), *hit.variants)
        if any(one.document_id == document.id and one.start == passage.start for one in everyone):
            return tuple(one for one in everyone if one.document_id != document.id)
    return ()


def may_read(document: Document, user: User, settings: Settings) -> bool:
    """Private channels are for admins, or for everyone when the team's setting says so."""
    return document.visibility != "private" or settings.private_channels or user.role == "admin"


def pieces(document: Document, start: int, end: int) -> list[Piece]:
    """The document cut at span borders and around `[start, end)`; joined again, the texts are the whole document."""
    found: list[Piece] = []
    position = 0
    for span in document.spans or (Span(kind="text", start=0, end=len(document.text)),):
        if span.start > position:
            found.append(Piece("gap", document.text[position : span.start]))
        found.extend(_cut(document.text, span, start, end))
        position = max(position, span.end)
    if position < len(document.text):
        found.append(Piece("gap", document.text[position:]))
    return found


def _cut(text: str, span: Span, start: int, end: int) -> list[Piece]:
    low, high = max(span.start, start), min(span.end, end)
    borders = [(span.start, span.end, False)]
    if low < high:
        borders = [(span.start, low, False), (low, high, True), (high, span.end, False)]
    cuts = [
        Piece(span.kind, text[a:b], span.level, cited, span.hidden, span.speaker) for a, b, cited in borders if a < b
    ]
    return cuts or [Piece(span.kind, "", span.level)]


def blocks(parts: list[Piece]) -> list[list[Piece]]:
    """Pieces of one span together, so that a page shows them as one paragraph."""
    grouped: list[list[Piece]] = []
    joined = False
    for part in parts:
        if part.kind == "gap":
            joined = False
            continue
        same = joined and grouped and (grouped[-1][-1].cited != part.cited)
        if same and (grouped[-1][-1].kind, grouped[-1][-1].speaker) == (part.kind, part.speaker):
            grouped[-1].append(part)
        else:
            grouped.append([part])
        joined = True
    return grouped


def rows_of(block: list[Piece]) -> list[list[Cell]]:
    """The rows of a table's block; empty for any other block."""
    return table_rows([(piece.text, piece.cited) for piece in block]) if block[0].kind == "table" else []


def add_routes(app: FastAPI, services: Services) -> None:
    """`/source/<document id>?start=&end=`: characters of the document's text."""

    @app.get("/source/{document_id}")
    def source(request: Request, document_id: str, start: int = 0, end: int = 0) -> Response:
        language = language_of(request, services.settings.language)
        text, zone = text_of(language), services.settings.timezone
        try:
            user = services.user(request.session.get("user"))
            document = services.knowledge.document(document_id)
            if not may_read(document, user, services.settings):
                raise NotFound(document_id)
        except NotFound:
            return HTMLResponse(PAGES.get_template("missing.html").render(t=text), status_code=404)
        html = PAGES.get_template("source.html").render(
            t=text,
            document=document,
            blocks=[(block, rows_of(block)) for block in blocks(pieces(document, start, end))],
            updated=local_form.day(document.updated_at, language, zone),
            variants=[(named(one), variant_path(one)) for one in variants_of(document, start, user, services)],
            link=document.url if document.url.startswith(("https://", "http://")) else "",
        )
        return HTMLResponse(html)
