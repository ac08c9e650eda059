"""Markers in an answer resolved to what a search really returned, and every sentence checked against its source.

Pure functions over text and hits: they trust neither the model that wrote the answer nor the text it read.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from banso.knowledge.documents import Citation, Hit
from banso.knowledge.sentences import Range, sentences

ENOUGH_SHARED = 0.5
"""Share of a sentence's terms that its source must contain. Verbatim quotes reach 1, honest paraphrases 0.6 to 0.9,
invented sentences about the same subject 0.2 to 0.4."""
LONGEST_QUOTE = 600
MARKER = re.compile(r"\s?\[(\d{1,3})\]")
_AFTER_STOP = re.compile(r"([。．.!?！？]+)((?:\s?\[\d{1,3}\])+)")
_FENCE = re.compile(r"^\s*(?:```|~~~)")
_TABLE = re.compile(r"^\s*\|.*\|")
_RULE = re.compile(r"^[\s|:\-—–]+$")
_NUMBER = re.compile(r"\d+(?:[.,:/\-]\d+)*")
_LATIN = re.compile(r"[a-z0-9][a-z0-9_.\-]*[a-z0-9]|[a-z0-9]")
_CJK_RUN = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff々ー]+")
_QUOTED = re.compile(r"「(.{4,}?)」(?!と)|“(.{4,}?)”|\"(.{4,}?)\"", re.S)
_GLUE_WORDS = (
    "a an the of to in on at is are be and or for from by with it this that as you your can if not do does was were "
    "has have will no so we our they their its than then also there which who what when how"
)
_GLUE = frozenset(_GLUE_WORDS.split())


@dataclass(frozen=True)
class Checked:
    """An answer of which every sentence has a source. `removed` counts sentences that had none, or a wrong one;
    `unresolved` markers that named nothing; `translated` sentences in another language than their source, of which
    only numbers and Latin words could be checked."""

    text: str
    citations: tuple[Citation, ...]
    removed: int = 0
    unresolved: int = 0
    translated: int = 0


@dataclass
class Checker:
    """Checks an answer block by block, so that a stream can be shown as it passes. Markers are renumbered from 1 in
    the order in which they appear."""

    evidence: Mapping[int, Hit]
    removed: int = 0
    unresolved: int = 0
    translated: int = 0
    _numbers: dict[int, int] = field(default_factory=dict)
    _spans: dict[int, list[Range]] = field(default_factory=dict)

    def block(self, text: str) -> str:
        """What may be shown of one block (a line of prose, a whole table, a whole fence); empty when nothing may."""
        if _FENCE.match(text) or _TABLE.match(text):
            return self._whole(text)
        kept = [shown for piece in _pieces(text) if (shown := self._sentence(piece))]
        return _joined(kept)

    def citations(self) -> tuple[Citation, ...]:
        """One citation for each marker that is left, in order."""
        ordered = sorted(self._numbers.items(), key=lambda pair: pair[1])
        return tuple(
            cite(self.evidence[marker], number, _cover(self._spans.get(marker, []))) for marker, number in ordered
        )

    def _sentence(self, sentence: str) -> str:
        bare = MARKER.sub("", sentence).strip()
        if not re.search(r"\w", bare):
            return ""
        markers = self._resolve(sentence)
        support = [marker for marker in markers if self._supports(bare, marker)]
        if markers and not support and self._supports_together(bare, markers):
            support = markers
        if not support:
            self.removed += 1
            return ""
        return self._marked(sentence, bare, support)

    def _whole(self, text: str) -> str:
        """A table or code block: every cell or line must stand in a source that the block names."""
        markers = self._resolve(text)
        lines = [MARKER.sub("", line).strip() for line in text.splitlines()]
        body = [line for line in lines if line and not _RULE.match(line) and not _FENCE.match(line)]
        support = [marker for marker in markers if all(_contained(line, self.evidence[marker]) for line in body)]
        if not support or not body:
            self.removed += bool(body)
            return ""
        for marker in support:
            for line in body:
                self._remember(marker, line)
        return MARKER.sub(lambda m: self._renumbered(m, support), text)

    def _resolve(self, text: str) -> list[int]:
        named = list(dict.fromkeys(int(number) for number in MARKER.findall(text)))
        known = [marker for marker in named if marker in self.evidence]
        self.unresolved += len(named) - len(known)
        return known

    def _supports(self, bare: str, marker: int) -> bool:
        return supported(bare, [self.evidence[marker]])

    def _supports_together(self, bare: str, markers: Sequence[int]) -> bool:
        return len(markers) > 1 and supported(bare, [self.evidence[marker] for marker in markers])

    def _marked(self, sentence: str, bare: str, support: Sequence[int]) -> str:
        if all(_foreign(bare, self.evidence[marker]) for marker in support):
            self.translated += 1
        for marker in support:
            self._remember(marker, bare)
        return MARKER.sub(lambda m: self._renumbered(m, support), sentence).strip(" ")

    def _remember(self, marker: int, bare: str) -> None:
        self._numbers.setdefault(marker, len(self._numbers) + 1)
        self._spans.setdefault(marker, []).append(best_span(self.evidence[marker], bare))

    def _renumbered(self, match: re.Match[str], support: Sequence[int]) -> str:
        marker = int(match.group(1))
        return f" [{self._numbers[marker]}]" if marker in support else ""


def check(text: str, evidence: Mapping[int, Hit]) -> Checked:
    """The answer with every unsupported sentence taken out, its markers renumbered, and their citations."""
    checker = Checker(evidence)
    whole = ""
    for block in blocks(text):
        if (shown := checker.block(block)).strip():
            apart = _TABLE.match(shown) and whole.endswith("|")  # else Markdown makes one table of two
            whole += ("\n\n" if apart else "\n" if whole else "") + shown
    whole = whole.strip()
    return Checked(whole, checker.citations(), checker.removed, checker.unresolved, checker.translated)


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


def supported(sentence: str, sources: Sequence[Hit]) -> bool:
    """Whether these sources carry the sentence: all its numbers stand there, and enough of its words, or a verbatim
    quotation makes up most of it. Between languages only numbers and Latin words can be compared."""
    numbers = set().union(*(_numbers(_everything(hit)) for hit in sources))
    if not _numbers(sentence) <= numbers:
        return False
    if all(_foreign(sentence, hit) for hit in sources):
        latin = {word for word in _words(sentence) if word.isascii() and any(c.isdigit() or c in "_-." for c in word)}
        return latin <= set().union(*(_words(_everything(hit)) for hit in sources))
    quoted = [next(filter(None, groups)) for groups in _QUOTED.findall(sentence)]
    if quoted and all(any(_squeezed(quote) in _squeezed(hit.text) for hit in sources) for quote in quoted):
        return len("".join(quoted)) * 2 >= len(sentence) or len(sentence) <= 160
    wanted = _words(sentence)
    there = set().union(*(_words(_everything(hit)) for hit in sources))
    return bool(wanted) and len(wanted & there) / len(wanted) >= ENOUGH_SHARED


def best_span(hit: Hit, sentence: str) -> Range:
    """Where in the document the words stand that support the sentence, as offsets into `document.text`."""
    wanted = _words(sentence)
    spans = sentences(hit.text) or [(0, len(hit.text))]
    start, end = max(spans, key=lambda span: _likeness(wanted, hit.text[span[0] : span[1]]))
    return hit.start + start, hit.start + end


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


def quoted_verbatim(text: str, hit: Hit, at_least: int = 20) -> bool:
    """Whether a sentence of the source, of at least so many characters, stands in the text word for word."""
    squeezed = _squeezed(text)
    own = (_squeezed(hit.text[start:end]) for start, end in sentences(hit.text))
    return any(len(sentence) >= at_least and sentence in squeezed for sentence in own)


def _pieces(line: str) -> list[str]:
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


def _joined(kept: Sequence[str]) -> str:
    text = ""
    for piece in kept:
        gap = "" if not text or text[-1] in "。！？」）\n" or piece.startswith(" ") else " "
        text += gap + piece
    return text


def _cover(spans: Sequence[Range]) -> Range | None:
    if not spans:
        return None
    start, end = min(span[0] for span in spans), max(span[1] for span in spans)
    return (start, end) if end - start <= LONGEST_QUOTE else spans[0]


def _contained(line: str, hit: Hit) -> bool:
    source = _squeezed(_everything(hit))
    cells = [cell for cell in (_squeezed(part) for part in line.strip("|").split("|")) if cell]
    return all(cell in source for cell in cells)


def _likeness(wanted: set[str], text: str) -> float:
    words = _words(text)
    return 2 * len(wanted & words) / (len(wanted) + len(words) or 1)


def _everything(hit: Hit) -> str:
    updated = f"{hit.updated_at:%Y-%m-%d}" if hit.updated_at else ""
    return "\n".join((hit.title, *hit.heading_path, hit.ref, updated, hit.text))


def _fold(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _squeezed(text: str) -> str:
    return re.sub(r"[\s*_`]+", "", _fold(text))


def _numbers(text: str) -> set[str]:
    """Numbers with thousands separators dropped; list numbers at the start of the text do not count."""
    plain = re.sub(r"^\s*(?:\d{1,2}[.)]\s|[①-⑳])", "", text)
    found: set[str] = set()
    for number in _NUMBER.findall(_fold(plain)):
        joined = re.sub(r",(?=\d{3}(?:\D|$))", "", number)
        found.update(part.lstrip("0") or "0" for part in re.split(r"[,:/\-]", joined))
    return found


def _words(text: str) -> set[str]:
    """Content terms: Latin words without glue, Japanese character bigrams."""
    folded = _fold(text)
    words = {word for word in _LATIN.findall(folded) if word not in _GLUE}
    for run in _CJK_RUN.findall(folded):
        words.update(run[i : i + 2] for i in range(max(1, len(run) - 1)))
    return words


def _japanese(text: str) -> bool:
    cjk = sum(len(run) for run in _CJK_RUN.findall(text))
    return cjk * 4 >= len(re.sub(r"\s", "", text)) and cjk > 0


def _foreign(sentence: str, hit: Hit) -> bool:
    return _japanese(sentence) != _japanese(hit.text)
