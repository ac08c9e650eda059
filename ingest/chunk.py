"""Cuts a document into citable passages along its own structure.

Chunks follow one another without overlap and cover all text; `document.text[start:end] == chunk.text` always. Headings
open sections; sections too small to stand alone join a neighbour under the same parent; tables are cut between rows,
code between lines, prose between sentences, and only when they do not fit whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import takewhile

from banso.knowledge.documents import Chunk, Document, Span, SpanKind
from banso.knowledge.sentences import sentences

Count = Callable[[str], int]

LIMIT = 320
"""Tokens of one chunk. Passages of this size keep a citation readable and an embedding about one thing."""

WINDOW = 496
"""Tokens for a chunk together with its title and heading path: the embedder's 512 less its prefix and marks."""

_SMALL = 0.35
"""A chunk below this share of the limit is joined to a neighbour where the structure allows."""


@dataclass(frozen=True)
class _Piece:
    """A stretch `[start, end)` of the text, trailing white space included, so that pieces tile the document."""

    start: int
    end: int
    kind: SpanKind
    tokens: int
    path: tuple[str, ...] = ()
    page: int | None = None
    hidden: bool = False
    heading: bool = False
    room: int = 0


def chunk(document: Document, count_tokens: Count, limit: int = LIMIT, window: int = WINDOW) -> list[Chunk]:
    """Chunks of `document` of at most `limit` tokens each; with title and heading path at most `window`.

    One table row, code line or unbroken word that is longer than the limit is cut inside. Hidden text never shares a
    chunk with visible text.
    """
    packed: list[_Piece] = []
    for section in _sections(_blocks(document, count_tokens)):
        context = count_tokens(" ".join((document.title, *section[-1].path)))
        room = max(min(limit, window - context), limit // 2)
        packed.extend(_pack(document.text, section, room, count_tokens))
    visible = (piece for piece in _join_small(packed) if document.text[piece.start : piece.end].strip())
    return [_finish(document, piece, ordinal) for ordinal, piece in enumerate(visible)]


def _finish(document: Document, piece: _Piece, ordinal: int) -> Chunk:
    raw = document.text[piece.start : piece.end]
    start = piece.start + len(raw) - len(raw.lstrip())
    text = raw.strip()
    return Chunk(
        document_id=document.id,
        ordinal=ordinal,
        text=text,
        start=start,
        end=start + len(text),
        heading_path=piece.path,
        page=piece.page,
        kind=piece.kind,
        hidden=piece.hidden,
    )


def _spans(document: Document) -> Iterator[Span]:
    """The document's spans in order, what lies between them as text, empty ones left out."""
    position = 0
    for span in sorted(document.spans, key=lambda span: span.start):
        start, end = max(span.start, position), min(span.end, len(document.text))
        if document.text[position:start].strip():
            yield Span(kind="text", start=position, end=start)
        if document.text[start:end].strip():
            yield span.model_copy(update={"start": start, "end": end})
        position = max(position, end)
    if document.text[position:].strip():
        yield Span(kind="text", start=position, end=len(document.text))


def _blocks(document: Document, count_tokens: Count) -> Iterator[_Piece]:
    """One piece a span, with the headings above it."""
    stack: list[tuple[int, str]] = []
    spans = list(_spans(document))
    if not spans:
        return
    ends = [span.start for span in spans[1:]] + [len(document.text)]
    for index, (span, end) in enumerate(zip(spans, ends, strict=True)):
        start = span.start if index else 0
        heading = span.kind == "heading" and not span.hidden
        if heading:
            words = " ".join(document.text[span.start : span.end].split())
            level = max(span.level, 1)
            stack = [*(above for above in stack if above[0] < level), (level, words)]
        path = tuple(words for _, words in stack if words != document.title)
        tokens = count_tokens(document.text[start:end])
        yield _Piece(start, end, span.kind, tokens, path, span.page, span.hidden, heading)


def _sections(blocks: Iterator[_Piece]) -> Iterator[list[_Piece]]:
    """Runs of blocks under one heading, on one page, of one visibility."""
    section: list[_Piece] = []
    for block in blocks:
        last = section[-1] if section else None
        if last and not _goes_on(last, block):
            yield section
            section = []
        section.append(block)
    if section:
        yield section


def _goes_on(last: _Piece, block: _Piece) -> bool:
    if (block.page, block.hidden) != (last.page, last.hidden):
        return False
    if last.heading:
        return block.path[: len(last.path)] == last.path
    return not block.heading


def _pack(text: str, section: list[_Piece], room: int, count_tokens: Count) -> list[_Piece]:
    """Pieces of at most `room` tokens from the blocks of one section."""
    packed: list[_Piece] = []
    for block in (replace(block, room=room) for block in section):
        current = packed[-1].tokens if packed else 0
        whole = block.tokens <= room - current or (block.tokens <= room and current >= room * _SMALL)
        for part in [block] if whole else _split(text, block, count_tokens):
            if packed and packed[-1].tokens + part.tokens <= room:
                packed[-1] = _merge(packed[-1], part)
            else:
                packed.append(part)
    return packed


def _split(text: str, block: _Piece, count_tokens: Count) -> Iterator[_Piece]:
    """Parts of one block, cut where its kind allows; code and messages that fit are not cut to fill a gap."""
    if block.tokens <= block.room and block.kind in ("code", "message"):
        yield block
        return
    for start, end in _cuts(text, block):
        yield from _halves(text, replace(block, start=start, end=end), count_tokens)


def _cuts(text: str, block: _Piece) -> list[tuple[int, int]]:
    """Ranges that tile the block: rows, lines or sentences."""
    raw = text[block.start : block.end]
    if block.kind in ("table", "code"):
        starts, position = [], 0
        for line in raw.splitlines(keepends=True):
            starts.append(position)
            position += len(line)
    else:
        starts = [start for start, _ in sentences(raw)]
    inner = [block.start + start for start in starts[1:]]
    return list(zip([block.start, *inner], [*inner, block.end], strict=True))


def _halves(text: str, piece: _Piece, count_tokens: Count) -> Iterator[_Piece]:
    """The piece, halved at a space or anywhere until each part fits."""
    pending = [(piece.start, piece.end)]
    while pending:
        start, end = pending.pop()
        tokens = count_tokens(text[start:end])
        if tokens <= piece.room or end - start < 2:
            yield replace(piece, start=start, end=end, tokens=tokens)
            continue
        middle = (start + end) // 2
        gap = max(text.rfind(mark, start + 1, middle) for mark in (" ", "\n", "、", ",", "|"))
        cut = gap + 1 if gap > start + (end - start) // 4 else middle
        pending += [(cut, end), (start, cut)]


def _merge(first: _Piece, second: _Piece) -> _Piece:
    """Two neighbouring pieces as one; the kind of the longer one names both."""
    kind = first.kind if not first.heading and first.end - first.start >= second.end - second.start else second.kind
    if first.heading and first.path == second.path[: len(first.path)]:
        path = second.path
    else:
        both = zip(first.path, second.path, strict=False)
        path = tuple(a for a, _ in takewhile(lambda pair: pair[0] == pair[1], both))
    return replace(
        first,
        end=second.end,
        tokens=first.tokens + second.tokens,
        kind=kind,
        path=path,
        heading=first.heading and second.heading,
        room=min(first.room, second.room),
    )


def _related(first: _Piece, second: _Piece) -> bool:
    """Whether two neighbours stand under the same parent, on the same page, and are equally visible."""
    if first.page != second.page or first.hidden != second.hidden:
        return False
    shorter, longer = sorted((first.path, second.path), key=len)
    parent = longer[:-1]
    return shorter == longer or shorter[: len(parent)] == parent or longer[: len(shorter)] == shorter


def _join_small(pieces: list[_Piece]) -> list[_Piece]:
    """Joins a piece that is too small to stand alone to its neighbour before or after."""
    joined: list[_Piece] = []
    for piece in pieces:
        last = joined[-1] if joined else None
        if last and _related(last, piece) and _worth_joining(last, piece):
            joined[-1] = _merge(last, piece)
        else:
            joined.append(piece)
    return joined


def _worth_joining(last: _Piece, piece: _Piece) -> bool:
    room = min(last.room, piece.room)
    return min(last.tokens, piece.tokens) < room * _SMALL and last.tokens + piece.tokens <= room
