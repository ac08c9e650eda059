"""Text that a person should look at before a model reads it: hidden, invisible, or an order to a machine."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Literal, Protocol

from banso.knowledge.documents import Document, Frozen, SourceName
from banso.knowledge.orders import order_kind
from banso.knowledge.results import DocumentSummary
from banso.knowledge.sentences import sentences

Kind = Literal["hidden", "invisible", "order"]
EVERY = 1_000_000
LONGEST = 300
"""Characters of the words that are kept of one place."""
_INVISIBLE = re.compile(
    "[\U000e0000-\U000e007f]{2,}|(?:[\u200b\u2060\ufeff\u00ad][^\u200b\u2060\ufeff\u00ad]{0,2}){8,}"
)
"""Letters of the tag block, which nobody sees and a model reads; or a word cut by eight characters without width."""


class Finding(Frozen):
    """One such place: what it is, in which document, `[start, end)` of its text, and the words."""

    kind: Kind
    order: str = ""
    """For an order, also a hidden one: which kind of order (banso/knowledge/orders.yaml)."""
    document_id: str
    source: SourceName
    ref: str
    title: str
    url: str = ""
    account: str = ""
    start: int
    end: int
    words: str


class Library(Protocol):
    """The part of the knowledge base that is read."""

    def documents(self, *, limit: int = 50, private: bool = True) -> list[DocumentSummary]:
        """Stored documents, newest first."""
        ...

    def document(self, document_id: str) -> Document:
        """The stored document."""
        ...


def suspicious(
    library: Library, *, private: bool = True, progress: Callable[[int, int], None] = lambda done, total: None
) -> Iterator[Finding]:
    """Every finding of every document, in the order of the documents, newest first. `private`: also of private ones."""
    listed = library.documents(limit=EVERY, private=private)
    for number, one in enumerate(listed, start=1):
        progress(number, len(listed))
        yield from findings(library.document(one.id))


def findings(document: Document) -> list[Finding]:
    """What is odd in one document, in reading order; of places of one kind that touch, one."""
    found = [*_hidden(document), *_shown(document)]
    return sorted(found, key=lambda one: one.start)


def _hidden(document: Document) -> Iterator[Finding]:
    for span in document.spans:
        words = document.text[span.start : span.end]
        if span.hidden and words.strip():
            yield _finding(document, "hidden", span.start, span.end, _kind_within(words))


def _shown(document: Document) -> Iterator[Finding]:
    veiled = [(span.start, span.end) for span in document.spans if span.hidden]
    for match in _INVISIBLE.finditer(document.text):
        yield _finding(document, "invisible", *match.span(), order_kind(_legible(match[0])))
    for start, end in _sentences(document.text):
        order = order_kind(document.text[start:end])
        if order and not any(low <= start < high for low, high in veiled):
            yield _finding(document, "order", start, end, order)


def _sentences(text: str) -> Iterable[tuple[int, int]]:
    return ((start, end) for start, end in sentences(text) if end - start > 8)


def _kind_within(words: str) -> str:
    return next(filter(None, (order_kind(words[start:end]) for start, end in sentences(words))), "")


def _legible(words: str) -> str:
    return "".join(chr(ord(one) - 0xE0000) if 0xE0020 <= ord(one) <= 0xE007E else one for one in words)


def _finding(document: Document, kind: Kind, start: int, end: int, order: str = "") -> Finding:
    words = _legible(document.text[start:end]) if kind == "invisible" else document.text[start:end]
    return Finding(
        kind=kind, order=order, document_id=document.id, source=document.source, ref=document.ref, title=document.title,
        url=document.url, account=document.account, start=start, end=end, words=" ".join(words.split())[:LONGEST],
    )  # fmt: skip
