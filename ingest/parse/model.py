"""What a parser hands over, and how it becomes a Document."""

from __future__ import annotations

import posixpath
import re
import unicodedata
from collections.abc import Iterable
from datetime import datetime
from typing import Literal

from pydantic import Field

from banso.core.language import language_of
from banso.knowledge.documents import Document, Frozen, Span, SpanKind
from ingest.texts import told

_TAGS = re.compile("[\U000e0020-\U000e007e]{4,}")
_INVISIBLE = re.compile("[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\U000e0000-\U000e007f]")
_JOINER = re.compile("(?<![\u200d\ufe0f\U0001f000-\U0001faff\u2600-\u27bf])[\u200c\u200d]")
_CONTROL = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f]")
_SPACES = re.compile(r"[ \t\u00a0\u2000-\u200a]{2,}")


class Part(Frozen):
    """One block of a file in reading order: `text` is cleaned, `page` counts pages, slides or sheets from 1."""

    kind: SpanKind
    text: str
    level: int = 0
    page: int | None = None
    hidden: bool = False


class Parsed(Frozen):
    """A file read: its blocks and what it says about itself."""

    parts: tuple[Part, ...] = ()
    title: str = ""
    created_at: datetime | None = None
    updated_at: datetime | None = None
    product: str = ""
    version: str = ""
    superseded_by: str = ""
    language: Literal["", "ja", "en"] = ""
    people: tuple[str, ...] = ()
    warnings: tuple[str, ...] = Field((), description="sentences for the ingestion report")


def tidy(text: str, *, keep_lines: bool = False) -> str:
    """`text` without control characters; white space folded unless lines matter (code, tables)."""
    text = _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n").replace("\x0c", "\n"))
    if keep_lines:
        return text.strip("\n").rstrip()
    return "\n".join(_SPACES.sub(" ", line).strip() for line in text.split("\n")).strip()


def smuggled(text: str) -> str:
    """ASCII words written in Unicode tag characters, which no screen shows; empty when there are none."""
    return " ".join("".join(chr(ord(c) - 0xE0000) for c in run) for run in _TAGS.findall(text))


def to_document(parsed: Parsed, *, collection: str, ref: str, fallback_title: str) -> Document:
    """The Document of a parsed file: hidden blocks come last, so that visible text is never interrupted by them."""
    parts, tagged = [], []
    for part in parsed.parts:
        tagged.append(smuggled(part.text))
        text = tidy(_JOINER.sub("", _INVISIBLE.sub("", part.text)), keep_lines=part.kind in ("code", "table"))
        if text.strip():
            parts.append(part.model_copy(update={"text": text}))
    parts += [Part(kind="text", text=found, hidden=True) for found in tagged if found]
    parts.sort(key=lambda part: part.hidden)
    text, spans = _lay_out(parts)
    heading = next((part.text for part in parts if part.kind == "heading" and not part.hidden), "")
    title = tidy(parsed.title) or heading or fallback_title
    visible = "\n".join(part.text for part in parts if not part.hidden and part.kind != "code") or text
    hidden = [part.text for part in parts if part.hidden]
    warnings = (*parsed.warnings, *([_hidden_warning(hidden)] if hidden else []))
    return Document(
        source="manual",
        collection=collection,
        ref=ref,
        title=unicodedata.normalize("NFC", " ".join(title.split()))[:300],
        text=text,
        spans=spans,
        language=parsed.language or language_of(visible),
        product=parsed.product,
        version=parsed.version,
        visibility="public",
        created_at=parsed.created_at,
        updated_at=parsed.updated_at,
        superseded_by=_beside(ref, parsed.superseded_by),
        people=parsed.people,
        warnings=warnings,
    )


def _beside(ref: str, target: str) -> str:
    """The ref that `target` means on the page `ref`; `./` and `../` start at the page, all else at the root."""
    if target.startswith(("./", "../")):
        return posixpath.normpath(posixpath.join(posixpath.dirname(ref), target))
    return target.lstrip("/")


def _hidden_warning(hidden: list[str]) -> str:
    length = sum(map(len, hidden))
    return told("parse.hidden", count=length, example=repr(hidden[0][:60]))


def _lay_out(parts: Iterable[Part]) -> tuple[str, tuple[Span, ...]]:
    text, spans = [], []
    position, previous = 0, None
    for part in parts:
        if previous:
            gap = "\n" if part.kind == previous.kind == "list" else "\n\n"
            text.append(gap)
            position += len(gap)
        end = position + len(part.text)
        spans.append(
            Span(kind=part.kind, start=position, end=end, level=part.level, page=part.page, hidden=part.hidden)
        )
        text.append(part.text)
        position, previous = end, part
    return "".join(text), tuple(spans)
