"""Whether a source carries a sentence: its numbers, its words, or its own words in quotation marks.

Pure functions over text; nothing here trusts who wrote the sentence.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from banso.knowledge.documents import Hit
from banso.knowledge.sentences import sentences

ENOUGH_SHARED = 0.5
"""Share of a sentence's terms that its source must contain. Verbatim quotes reach 1, honest paraphrases 0.6 to 0.9,
invented sentences about the same subject 0.2 to 0.4."""
REMEMBERED = 4096
"""Texts whose terms are kept: the sentences of an answer or a draft are compared with the same few passages."""
KEPT = 256
"""Passages that are kept squeezed: each sentence without its number is looked for in all of them."""
_NUMBER = re.compile(r"\d+(?:[.,:/\-]\d+)*")
_LATIN = re.compile(r"[a-z0-9][a-z0-9_.\-]*[a-z0-9]|[a-z0-9]")
_CJK_RUN = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff々ー]+")
_QUOTED = re.compile(r"「(.{4,1000}?)」(?!と)|“(.{4,1000}?)”|\"(.{4,1000}?)\"", re.S)
"""Bounded: each bracket that nobody closes would be followed to the end of the text."""
_GLUE_WORDS = (
    "a an the of to in on at is are be and or for from by with it this that as you your can if not do does was were "
    "has have will no so we our they their its than then also there which who what when how"
)
_GLUE = frozenset(_GLUE_WORDS.split())


def supported(sentence: str, sources: Sequence[Hit]) -> bool:
    """Whether these sources carry the sentence: all its numbers stand there, and enough of its words, or a verbatim
    quotation makes up most of it. Between languages only numbers and Latin words can be compared."""
    numbers = set().union(*(_numbers(_everything(hit)) for hit in sources))
    if not _numbers(sentence) <= numbers:
        return False
    if all(foreign(sentence, hit) for hit in sources):
        latin = {word for word in words(sentence) if word.isascii() and any(c.isdigit() or c in "_-." for c in word)}
        return latin <= set().union(*(words(_everything(hit)) for hit in sources))
    quoted = quotations(sentence)
    if quoted and all(any(squeeze(quote) in squeeze(hit.text) for hit in sources) for quote in quoted):
        return len("".join(quoted)) * 2 >= len(sentence) or len(sentence) <= 160
    wanted = words(sentence)
    there = set().union(*(words(_everything(hit)) for hit in sources))
    return bool(wanted) and len(wanted & there) / len(wanted) >= ENOUGH_SHARED


@lru_cache(1024)
def quotations(sentence: str) -> tuple[str, ...]:
    """What stands in quotation marks."""
    # Kept for a while: one sentence is compared with every passage that was found.
    return tuple(next(filter(None, groups)) for groups in _QUOTED.findall(sentence))


def quoted_verbatim(text: str, hit: Hit, at_least: int = 20) -> bool:
    """Whether a sentence of the source, of at least so many characters, stands in the text word for word."""
    squeezed = squeeze(text)
    return any(len(sentence) >= at_least and sentence in squeezed for sentence in _squeezed(hit.text))


@lru_cache(REMEMBERED)
def _squeezed(text: str) -> tuple[str, ...]:
    return tuple(squeeze(text[start:end]) for start, end in sentences(text))


def contained(line: str, hit: Hit) -> bool:
    """Whether every cell of a table row, or a line of code, stands in the source."""
    source = _squeezed_whole(_everything(hit))
    cells = [cell for cell in (squeeze(part) for part in line.strip("|").split("|")) if cell]
    return all(cell in source for cell in cells)


@lru_cache(KEPT)
def _squeezed_whole(text: str) -> str:
    return squeeze(text)


def likeness(wanted: set[str], text: str) -> float:
    """How alike two sets of words are, 0 to 1 (Dice)."""
    there = words(text)
    return 2 * len(wanted & there) / (len(wanted) + len(there) or 1)


def _everything(hit: Hit) -> str:
    updated = f"{hit.updated_at:%Y-%m-%d}" if hit.updated_at else ""
    return "\n".join((hit.title, *hit.heading_path, hit.ref, updated, hit.text))


def _fold(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def squeeze(text: str) -> str:
    """NFKC, case folded, without space and Markdown's marks."""
    return re.sub(r"[\s*_`]+", "", _fold(text))


@lru_cache(REMEMBERED)
def _numbers(text: str) -> frozenset[str]:
    """Numbers with thousands separators dropped; list numbers at the start of the text do not count."""
    plain = re.sub(r"^\s*(?:\d{1,2}[.)]\s|[①-⑳])", "", text)
    found: set[str] = set()
    for number in _NUMBER.findall(_fold(plain)):
        joined = re.sub(r",(?=\d{3}(?:\D|$))", "", number)
        found.update(part.lstrip("0") or "0" for part in re.split(r"[,:/\-]", joined))
    return frozenset(found)


def words(text: str) -> set[str]:
    """Content terms: Latin words without glue, Japanese character bigrams."""
    return set(_words(text))


@lru_cache(REMEMBERED)
def _words(text: str) -> frozenset[str]:
    folded = _fold(text)
    words = {word for word in _LATIN.findall(folded) if word not in _GLUE}
    for run in _CJK_RUN.findall(folded):
        words.update(run[i : i + 2] for i in range(max(1, len(run) - 1)))
    return frozenset(words)


@lru_cache(REMEMBERED)
def _japanese(text: str) -> bool:
    cjk = sum(len(run) for run in _CJK_RUN.findall(text))
    return cjk * 4 >= len(re.sub(r"\s", "", text)) and cjk > 0


def foreign(sentence: str, hit: Hit) -> bool:
    """Whether sentence and source are in different languages."""
    return _japanese(sentence) != _japanese(hit.text)
