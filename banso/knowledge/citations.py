"""Markers in an answer resolved to what a search really returned, and every sentence checked against its source.

Pure functions over text and hits: they trust neither the model that wrote the answer nor the text it read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from banso.knowledge.documents import Citation, Hit
from banso.knowledge.sentences import Range, sentences
from banso.knowledge.support import contained, foreign, likeness, quoted_verbatim, squeeze, supported, words

__all__ = [
    "Checked",
    "Checker",
    "best_span",
    "blocks",
    "check",
    "cite",
    "is_whole",
    "nearest",
    "pieces",
    "quoted_verbatim",
    "supported",
    "used_spans",
]

Carries = Callable[[str, Sequence[Hit]], bool]
LONGEST_QUOTE = 600
SHORTEST_USED = 8
SHORTEST_FOUND = 12
"""Characters, space left out, from which a sentence without its number is looked for in what was found."""
MARKER = re.compile(r"\s?\[(\d{1,3})\]")
_AFTER_STOP = re.compile(r"([。．.!?！？]+)((?:\s?\[\d{1,3}\])+)")
_FENCE = re.compile(r"^\s*(?:```|~~~)")
_TABLE = re.compile(r"^\s*\|.*\|")
_LISTED = re.compile(r"^(?:[-*+•・]|\(?\d{1,2}[.)]|[①-⑳])\s*")
_RULE = re.compile(r"^[\s|:\-—–]+$")
_STOPPED = re.compile(r"[。．.!?！？][」』）)\"”]?$")


@dataclass(frozen=True)
class Checked:
    """An answer of which every sentence has a source. `removed`: the sentences that had none, or a wrong one;
    `unresolved`: how many markers named nothing; `translated`: how many sentences are in another language than their
    source, of which only numbers and Latin words could be checked."""

    text: str
    citations: tuple[Citation, ...]
    removed: tuple[str, ...] = ()
    unresolved: int = 0
    translated: int = 0


@dataclass
class Checker:
    """Checks an answer block by block, so that a stream can be shown as it passes. Markers are renumbered from 1 in
    the order in which they appear. `carries`: whether these passages carry a sentence."""

    evidence: Mapping[int, Hit]
    carries: Carries = supported
    removed: list[str] = field(default_factory=list)
    unresolved: int = 0
    translated: int = 0
    _cited: list[tuple[int, Range]] = field(default_factory=list)
    """Of each number given out: the marker of its passage, and where in the document the sentences used stand."""

    def block(self, text: str) -> str:
        """What may be shown of one block (a line of prose, a whole table, a whole fence); empty when nothing may."""
        if is_whole(text):
            return self._whole(text)
        kept = [shown for piece in pieces(text) if (shown := self._sentence(piece))]
        return _joined(kept)

    def citations(self) -> tuple[Citation, ...]:
        """One citation for each number that was given out, in order; its quote is the sentences used, no more."""
        return tuple(
            cite(self.evidence[marker], number, span) for number, (marker, span) in enumerate(self._cited, start=1)
        )

    def _sentence(self, sentence: str) -> str:
        bare = MARKER.sub("", sentence).strip()
        if not re.search(r"\w", bare):
            return ""
        markers = self._resolve(sentence)
        support = [marker for marker in markers if self._supports(bare, marker)]
        if markers and not support and self._supports_together(bare, markers):
            support = markers
        if not support and (found := self._standing(bare)):
            sentence, support = _with_marker(sentence, found), [found]
        if not support:
            self.removed.append(bare)
            return ""
        return self._marked(sentence, bare, support)

    def _standing(self, bare: str) -> int:
        """The first passage in whose text the sentence stands word for word, where its number is missing or another's;
        0 for none. What is short or no sentence, such as a title or "Ada (customer):", may stand anywhere."""
        plain = _LISTED.sub("", bare)
        own = squeeze(plain)
        if len(own) < SHORTEST_FOUND or not (plain != bare or _STOPPED.search(plain)):
            return 0
        found = (n for n, hit in self.evidence.items() if own in squeeze(hit.text))
        return next((n for n in found if self.carries(plain, [self.evidence[n]])), 0)

    def _whole(self, text: str) -> str:
        """A table or code block: every cell or line must stand in a source that the block names. A number covers the
        rows since the number before it."""
        markers, lines = self._resolve(text), text.splitlines()
        bare = [MARKER.sub("", line).strip() for line in lines]
        body = [line for line in bare if line and not _RULE.match(line) and not _FENCE.match(line)]
        support = [marker for marker in markers if all(self._stands(line, self.evidence[marker]) for line in body)]
        if not support or not body:
            self.removed += ["\n".join(body)] if body else []
            return ""
        header = bare[0] if len(bare) > 2 and _RULE.match(bare[1]) else ""
        shown, rows = [], []
        for line, plain in zip(lines, bare, strict=True):
            rows += [plain] if plain in body and plain != header else []
            shown.append(self._numbered(line, rows or body, support))
            if shown[-1] != line or MARKER.search(line):
                rows = []
        return "\n".join(shown)

    def _stands(self, line: str, hit: Hit) -> bool:
        return contained(line, hit) or (bool(hit.table_head) and line == hit.table_head)

    def _resolve(self, text: str) -> list[int]:
        named = list(dict.fromkeys(int(number) for number in MARKER.findall(text)))
        known = [marker for marker in named if marker in self.evidence]
        self.unresolved += len(named) - len(known)
        return known

    def _supports(self, bare: str, marker: int) -> bool:
        return self.carries(bare, [self.evidence[marker]])

    def _supports_together(self, bare: str, markers: Sequence[int]) -> bool:
        return len(markers) > 1 and self.carries(bare, [self.evidence[marker] for marker in markers])

    def _marked(self, sentence: str, bare: str, support: Sequence[int]) -> str:
        if all(foreign(bare, self.evidence[marker]) for marker in support):
            self.translated += 1
        return self._numbered(sentence, [bare], support).strip(" ")

    def _numbered(self, line: str, used: Sequence[str], support: Sequence[int]) -> str:
        """The line with the numbers of its citations in place of the markers that support it."""
        named = [marker for marker in dict.fromkeys(map(int, MARKER.findall(line))) if marker in support]
        numbers = {marker: self._number(marker, used) for marker in named}
        return MARKER.sub(lambda m: f" [{numbers[int(m[1])]}]" if int(m[1]) in numbers else "", line)

    def _number(self, marker: int, used: Sequence[str]) -> int:
        """The number of these sentences of a passage. Sentences that touch share one; others get their own, so that a
        reader who follows it sees what was used and nothing else."""
        hit = self.evidence[marker]
        span = _cover([best_span(hit, sentence) for sentence in used])
        for number, (known, before) in enumerate(self._cited, start=1):
            if known == marker and _touch(hit, before, span):
                self._cited[number - 1] = marker, _cover([before, span])
                return number
        self._cited.append((marker, span))
        return len(self._cited)


def check(text: str, evidence: Mapping[int, Hit], carries: Carries = supported) -> Checked:
    """The answer with every unsupported sentence taken out, its markers renumbered, and their citations."""
    checker = Checker(evidence, carries)
    whole = ""
    for block in blocks(text):
        if (shown := checker.block(block)).strip():
            apart = _TABLE.match(shown) and whole.endswith("|")  # else Markdown makes one table of two
            whole += ("\n\n" if apart else "\n" if whole else "") + shown
    whole = whole.strip()
    return Checked(whole, checker.citations(), tuple(checker.removed), checker.unresolved, checker.translated)


def blocks(text: str) -> list[str]:
    """The answer cut into lines of prose, whole tables and whole code fences, in order."""
    found: list[str] = []
    lines = _AFTER_STOP.sub(r"\2\1", text).splitlines()
    index = 0
    while index < len(lines):
        stop = index + 1
        if _FENCE.match(lines[index]):
            while stop < len(lines) and not _FENCE.match(lines[stop]):
                stop += 1
            stop = min(stop + 1, len(lines))
            while stop < len(lines) and re.fullmatch(r"(?:\s*\[\d{1,3}\])+", lines[stop]):
                stop += 1  # the markers of a fence stand on the line below it
        elif _TABLE.match(lines[index]):
            while stop < len(lines) and _TABLE.match(lines[stop]):
                stop += 1
        found.append("\n".join(lines[index:stop]))
        index = stop
    return found


def best_span(hit: Hit, sentence: str) -> Range:
    """Where in the document the words stand that support the sentence, as offsets into `document.text`."""
    wanted = words(sentence)
    spans = sentences(hit.text) or [(0, len(hit.text))]
    start, end = max(spans, key=lambda span: likeness(wanted, hit.text[span[0] : span[1]]))
    return hit.start + start, hit.start + end


def used_spans(hit: Hit, text: str) -> list[Range]:
    """Where the sentences of a passage stand that the text uses word for word; else the one nearest to it."""
    squeezed = squeeze(text)
    found: list[Range] = []
    for first, last in sentences(hit.text):
        if len(own := squeeze(_LISTED.sub("", hit.text[first:last]))) >= SHORTEST_USED and own in squeezed:
            span = hit.start + first, hit.start + last
            if found and _touch(hit, found[-1], span):
                found[-1] = _cover([found[-1], span])
            else:
                found.append(span)
    return found or [best_span(hit, text)]


def cite(hit: Hit, marker: int, span: Range | None = None) -> Citation:
    """The citation of a hit; without a span its first sentences, up to 200 characters."""
    if span is None:
        ranges = [r for r in sentences(hit.text) if r[1] <= 200] or sentences(hit.text)[:1] or [(0, len(hit.text))]
        span = hit.start + ranges[0][0], hit.start + ranges[-1][1]
    start, end = span
    quote = hit.text[start - hit.start : end - hit.start]
    shared = hit.model_dump(include=set(Citation.model_fields) & set(Hit.model_fields) - {"start", "end"})
    return Citation(marker=marker, quote=quote, start=start, end=end, **shared)


def nearest(evidence: Sequence[Hit], limit: int = 3) -> tuple[Citation, ...]:
    """The best sources of a refusal, one citation a document."""
    seen: dict[str, Hit] = {}
    for hit in evidence:
        seen.setdefault(hit.document_id, hit)
    return tuple(cite(hit, number) for number, hit in enumerate(list(seen.values())[:limit], start=1))


def is_whole(block: str) -> bool:
    """Whether a block is a table or a code fence, which is checked as a whole; not a line of sentences."""
    return bool(_FENCE.match(block) or _TABLE.match(block))


def pieces(line: str) -> list[str]:
    """Sentences of a line, each with the list marker or space that stands before it."""
    found, begin = [], 0
    for _, stop in sentences(line):
        end = stop
        while match := MARKER.match(line, end):
            end = match.end()
        found.append(line[begin:end])
        begin = end
    if begin < len(line):
        if found and not re.search(r"\w", MARKER.sub("", line[begin:])):
            found[-1] += line[begin:]
        else:
            found.append(line[begin:])
    return found


def _with_marker(sentence: str, marker: int) -> str:
    """The sentence with this number alone, before its full stop."""
    bare = MARKER.sub("", sentence).rstrip()
    stop = re.search(r"[。．.!?！？]*$", bare)
    end = stop.start() if stop else len(bare)
    return f"{bare[:end]} [{marker}]{bare[end:]}"


def _joined(kept: Sequence[str]) -> str:
    text = ""
    for piece in kept:
        gap = "" if not text or text[-1] in "。！？」）\n" or piece.startswith(" ") else " "
        text += gap + piece
    return text


def _cover(spans: Sequence[Range]) -> Range:
    start, end = min(span[0] for span in spans), max(span[1] for span in spans)
    return (start, end) if end - start <= LONGEST_QUOTE else spans[0]


def _touch(hit: Hit, one: Range, other: Range) -> bool:
    """Whether nothing but space and rules stands between two stretches of a passage, and both make a short quote."""
    (_, low), (high, _) = sorted((one, other))
    longest = max(one[1], other[1]) - min(one[0], other[0])
    return longest <= LONGEST_QUOTE and not re.search(r"\w", hit.text[low - hit.start : max(low, high) - hit.start])
