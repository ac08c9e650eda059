"""Where sentences begin and end, in Japanese, English and the mixture that support texts are.

Rules, not a model: a blank line, a list marker, a table row and most line breaks end a sentence; 。！？ end one outside
brackets; an English full stop ends one unless it belongs to an abbreviation, a number, a name or a URL. Every step is
linear in the length of the text.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator

Range = tuple[int, int]

_OPEN_TO_CLOSE = {
    "「": "」",
    "『": "』",
    "（": "）",
    "(": ")",
    "【": "】",
    "〈": "〉",
    "《": "》",
    "［": "］",
    "“": "”",
}
_CLOSE_TO_OPEN = {close: opened for opened, close in _OPEN_TO_CLOSE.items()}
_LONGEST_ASIDE = 300
"""A bracket pair wider than this many characters holds sentences of its own; they are split."""

_CJK = "\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uff10-\uff9f々〆ヶ"
_IS_CJK = re.compile(f"[{_CJK}]")
_WORD = re.compile(r"[^\W_]")
_BACKTICKS = re.compile(r"`[^`\n]{1,300}`")
_END = re.compile(r"[。．！？!?.｡]+[。．！？!?.｡」』）)】〉》］”’\"'*_`]*")
_FULL_STOPS = "。．！？｡"
_QUOTED_ON = re.compile(r"\s?(?:と(?![りきこもてに])|って|など)")
_NAMED_ON = re.compile(r"\s?(?:と|って|など|の|を|は|が|に|も|で)")
"""What follows ？ or ？」 when the sentence goes on: と言う, という表示; を押す only after a closing bracket."""

_MARKER = re.compile(
    r"[ \t　]*(?:[-*+–—](?=\s)|[•・●○■□◆◇▪※]|\(?(?:\d{1,3}|[a-zA-Z]|[ivx]{2,4})[.)](?=\s)"
    r"|[（(]\d{1,3}[）)]|[①-⑳]|#{1,6} |\||>)"
)
_WRAPPED_JAPANESE = tuple("、，はがのをにでともへやし")
_LATIN_WRAP_WIDTH = 55
"""A Latin line at least this long that ends within a sentence was wrapped by an editor or a mail program."""


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


_NEVER_LAST = _words(
    "mr mrs ms dr prof st mt vs e.g i.e cf eg ie viz ca approx esp incl excl resp dept est jan feb mar apr jun jul aug "
    "sept oct nov dec mon tue wed thu fri sat sun gen sen rep hon rev capt lt col sgt messrs temp"
)
_BEFORE_NUMBER = _words("no nos fig figs vol sec secs ver v ch chap p pp eq art para app ref tab rel")
_BEFORE_NAME = _words("inc ltd co corp llc plc bros jr sr u.s u.k u.n e.u ph.d b.a m.a d.c")
_STARTERS = _words(
    "the this that these those it if in on at we you they he she i there when what why how for but and so please "
    "to as after before while our your their its all no yes see click however also"
)
_TOKEN = re.compile(r"[^\s(\[「『（\"“'/]*$")
_NEXT_WORD = re.compile(r"[\"'“‘(\[*_`]*([A-Za-z']+)")


def sentences(text: str) -> list[Range]:
    """Ranges `[start, end)` of the sentences of `text`, in order, without overlap and without surrounding space.

    Stretches without a letter or digit (rules, `| --- |` rows) are left out.
    """
    found = []
    for start, end in _lines(text):
        for first, last in _within(text, start, end):
            trimmed = _trim(text, first, last)
            if trimmed and _WORD.search(text, *trimmed):
                found.append(trimmed)
    return found


def _trim(text: str, start: int, end: int) -> Range | None:
    piece = text[start:end]
    left = len(piece) - len(piece.lstrip())
    right = len(piece.rstrip())
    return (start + left, start + right) if right > left else None


def _lines(text: str) -> Iterator[Range]:
    """Stretches of lines that were one line before someone wrapped them."""
    start, previous = 0, None
    position = 0
    for line in text.splitlines(keepends=True):
        if previous is not None and not _wrapped(previous, line):
            yield start, position
            start = position
        previous = line
        position += len(line)
    if position > start:
        yield start, position


def _wrapped(line: str, following: str) -> bool:
    """Whether `following` goes on with the sentence of `line`."""
    line, after = line.rstrip(), following.strip()
    if not line or not after or _MARKER.match(following) or line.lstrip().startswith(("|", "#")):
        return False
    if line[-1] in _FULL_STOPS or line[-1] in ".!?:：;」":
        return False
    if _IS_CJK.match(line[-1]) or line[-1] in "、，":
        return line.endswith(_WRAPPED_JAPANESE) and bool(_IS_CJK.match(after) or after[0] in "「『（")
    if line.endswith(",") or after[0].islower():
        return line[-1].isalnum() or line[-1] in ",)\"'`’"
    return len(line) >= _LATIN_WRAP_WIDTH and line[-1].isalnum() and after[0].isalnum()


def _within(text: str, start: int, end: int) -> Iterator[Range]:
    """Sentences of one line."""
    if text[start:end].lstrip().startswith("|"):
        yield start, end
        return
    asides = _asides(text, start, end)
    marker = _MARKER.match(text, start, end)
    position = marker.end() if marker else start
    begin = start
    while match := _END.search(text, position, end):
        position = match.end()
        if not _inside(asides, match.start()):
            cut = _cut(text, match, begin)
            if _ends(text, match.start(), cut, begin, end):
                yield begin, cut
                begin = cut
    if begin < end:
        yield begin, end


def _cut(text: str, match: re.Match[str], begin: int) -> int:
    """Where the sentence really ends: a closing quote belongs to it, the same mark opening the next one does not."""
    cut = match.start()
    for mark in match.group():
        if mark in "\"'*_`" and text.count(mark, max(begin, cut - 400), cut) % 2 == 0:
            break
        cut += 1
    return cut


def _asides(text: str, start: int, end: int) -> list[Range]:
    """Outermost bracketed and back-quoted stretches that hold no sentence end of their own, in order."""
    found: list[Range] = [match.span() for match in _BACKTICKS.finditer(text, start, end)]
    stack: list[tuple[str, int]] = []
    for index in range(start, end):
        character = text[index]
        if character in _OPEN_TO_CLOSE:
            stack.append((character, index))
        elif (opened := _CLOSE_TO_OPEN.get(character)) and stack and stack[-1][0] == opened:
            _, begin = stack.pop()
            if index - begin <= _LONGEST_ASIDE:
                found.append((begin, index + 1))
    found.sort()
    merged: list[Range] = []
    for begin, last in found:
        if merged and begin < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], last))
        else:
            merged.append((begin, last))
    return merged


def _inside(asides: list[Range], index: int) -> bool:
    at = bisect_left(asides, index, key=lambda aside: aside[0]) - 1
    return at >= 0 and index < asides[at][1]


def _ends(text: str, stop: int, cut: int, begin: int, end: int) -> bool:
    """Whether the marks `text[stop:cut]` end the sentence that began at `begin`."""
    marks, after = text[stop:cut], text[cut : min(end, cut + 40)]
    if not after.strip():
        return True
    if any(mark in "。．｡" for mark in marks):
        return marks[-1] in "。．｡" or not _NAMED_ON.match(after)
    if any(mark in "！？" for mark in marks) or not after[0].isspace():
        joined = marks[0] in "！？" or (_IS_CJK.match(after) and stop > begin and _IS_CJK.match(text[stop - 1]))
        goes_on = _QUOTED_ON if marks[-1] in "!?！？" else _NAMED_ON
        return bool(joined) and not goes_on.match(after)
    if marks[0] in "!?" or marks.startswith(".."):
        return not (marks[-1] in "\"'”’)." and after.lstrip()[0].islower())
    return _stops(text[max(begin, stop - 40) : stop], after.lstrip())


def _stops(before: str, after: str) -> bool:
    """Whether an ASCII full stop before white space ends an English sentence."""
    token = _TOKEN.search(before)
    word = token.group().lstrip("*_`").lower() if token else ""
    if word in _NEVER_LAST or (word in _BEFORE_NUMBER and after[0].isdigit()):
        return False
    if len(word) == 1 and word.isalpha() and word != "i" and after[0].isupper():
        return False
    following = _NEXT_WORD.match(after)
    first = following.group(1) if following else ""
    if word in _BEFORE_NAME:
        return first.lower() in _STARTERS and first[:1].isupper()
    if first[:1].islower():
        return len(word) >= 3 and word[-1] not in ".…" and word not in {"etc", "a.m", "p.m"}
    return True
