"""Does the quoted text carry a sentence? A measure of its own, so that no scorer believes the check it measures.

Numbers, codes and abbreviations must stand in the quotation, a sentence must not deny what the quotation says, and
either most of its words stand there or the embedder holds the two for one.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

from banso.knowledge.citations import MARKER, blocks
from banso.knowledge.sentences import sentences as split
from evals.record import Sentence

Likeness = Callable[[str, str], float]
"""Cosine of two texts, -1 to 1."""

ENOUGH_WORDS, SOME_WORDS, HALF = 0.6, 0.4, 0.5
"""Share of a sentence's words in the quotation: enough by themselves; enough where the meaning agrees; and in the part
of it that names a number of the sentence."""
ALIKE, TRANSLATED, UNLIKE = 0.92, 0.855, 0.80
"""Cosine of e5-small between a sentence and what carries it, the same across languages (translations 0.858 to 0.895),
and between unrelated ones of the same subject."""
STEM = 5
"""Letters by which a Latin word is known: uploads, uploaded."""
SHORTEST_QUOTED = 8
_NUMBER = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)*")
_COUNTED = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_IN_WORDS = re.compile(rf"\b({'|'.join(_COUNTED)})\b")
_LISTED = re.compile(r"^\s*(?:[-*•・]\s*)?(?:\d{1,2}[.)]\s|[①-⑳])", re.M)
_NAME = re.compile(r"[A-Za-z0-9]+(?:[_.\-][A-Za-z0-9]+)*")
_LATIN = re.compile(r"[a-z][a-z0-9]{2,}")
_CJK = re.compile(r"[\u30a1-\u30ff\u3400-\u9fff々]+")
_KANA = re.compile(r"[\u3040-\u30ff]")
_QUOTED = re.compile(r"「(.+)」|“(.+?)”", re.S)
_DENIES = re.compile(r"ない|ません|不可|できず|\bnot\b|n't\b|\bcannot\b|\bnever\b|\bno longer\b", re.I)
_GLUE_WORDS = (
    "the and for are was were has have had can may will with from this that these those you your our their its not but "
    "into when then than also which who what how does did been being any all"
)
_GLUE = frozenset(_GLUE_WORDS.split())


def check(text: str, quotes: Mapping[int, str], likeness: Likeness) -> tuple[Sentence, ...]:
    """Every sentence of an answer, table row and line of code, with the quotes (by marker) it names."""
    found = []
    for block in blocks(text):
        inherited = _markers(block)
        whole = block.lstrip().startswith(("|", "```", "~~~"))  # its markers stand where there was room
        for piece in _rows(block) if whole else _pieces(block):
            bare = MARKER.sub("", piece).strip(" |\t")
            if re.search(r"\w", bare):
                found.append(_checked(bare, _markers(piece) or (inherited if whole else ()), quotes, likeness))
    return tuple(found)


def carried(sentence: str, quote: str, likeness: Likeness) -> tuple[bool, float]:
    """Whether the quotation carries the sentence, and how far, 0 to 1."""
    if not numbers(sentence) <= numbers(quote) or not _names(sentence) <= _names(quote):
        return False, 0.0
    if _verbatim(sentence, quote):
        return True, 1.0
    if _japanese(sentence) != _japanese(quote):
        return _agrees(sentence, quote, likeness, TRANSLATED)
    if _denied(sentence, quote) or any(_share(sentence, part) < HALF for part in _counting(sentence, quote)):
        return False, 0.0
    share = _share(sentence, quote)
    if share >= ENOUGH_WORDS or share < SOME_WORDS:
        return share >= ENOUGH_WORDS, share
    return _agrees(sentence, quote, likeness, ALIKE)[0], share


def _verbatim(sentence: str, quote: str) -> bool:
    """Whether the sentence, or the words it has in quotation marks, stand there as they are."""
    inside = [group for group in _quoted(sentence) if len(group) >= SHORTEST_QUOTED]
    return any(_squeezed(words) in _squeezed(quote) for words in (sentence, *inside[:1]))


def _agrees(sentence: str, quote: str, likeness: Likeness, enough: float) -> tuple[bool, float]:
    """Whether the embedder holds the sentence and the quotation, or a part of it, for one."""
    alike = max(likeness(sentence, part) for part in (quote, *_sentences(quote)))
    return alike >= enough, min(1.0, max(0.0, (alike - UNLIKE) / (enough - UNLIKE)))


def numbers(text: str) -> frozenset[str]:
    """The different numbers of a text, in digits of any width or in English words up to twelve, without thousands
    separators, markers and list numbers."""
    plain = _LISTED.sub("", MARKER.sub("", unicodedata.normalize("NFKC", text)))
    plain = _IN_WORDS.sub(lambda word: f" {_COUNTED.index(word[1])} ", plain.casefold())
    return frozenset(one.replace(",", "").lstrip("0") or "0" for one in _NUMBER.findall(plain))


@lru_cache(4096)
def terms(text: str) -> frozenset[str]:
    """Latin words without glue, and pairs of neighbouring kanji or katakana: what carries meaning."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    found = {word[:STEM] for word in _LATIN.findall(folded) if word not in _GLUE}
    for run in _CJK.findall(folded):
        found.update(run[i : i + 2] for i in range(max(1, len(run) - 1)))
    return frozenset(found)


def _checked(bare: str, markers: Sequence[int], quotes: Mapping[int, str], likeness: Likeness) -> Sentence:
    named = [quotes[marker] for marker in markers if marker in quotes]
    if not named:
        return Sentence(text=bare, markers=tuple(markers), support="unsupported" if markers else "uncited")
    judged = [carried(bare, quote, likeness) for quote in named]
    if len(named) > 1:
        judged.append(carried(bare, "\n".join(named), likeness))
    supported, score = max(judged)
    return Sentence(
        text=bare, markers=tuple(markers), support="supported" if supported else "unsupported", score=round(score, 4)
    )


def _rows(block: str) -> list[str]:
    """Rows of a table below its head, or lines of code between the fences."""
    lines = [line for line in block.splitlines() if not line.lstrip().startswith(("```", "~~~"))]
    rule = next((i for i, line in enumerate(lines) if re.fullmatch(r"[\s|:\-—–]+", line)), -1)
    return [line for line in lines[rule + 1 :] if MARKER.sub("", line).strip()]


def _pieces(line: str) -> list[str]:
    """Sentences, each with the markers that follow it."""
    found, begin = [], 0
    for _, stop in split(line):
        end = stop
        while match := MARKER.match(line, end):
            end = match.end()
        found.append(line[begin:end])
        begin = end
    return [*found, line[begin:]]


def _markers(text: str) -> tuple[int, ...]:
    return tuple(dict.fromkeys(int(number) for number in MARKER.findall(text)))


def _sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in split(text)]


def _names(text: str) -> frozenset[str]:
    """Codes and abbreviations: HR-1015, SAML, v3.2, config_file."""
    found = _NAME.findall(unicodedata.normalize("NFKC", MARKER.sub("", text)))
    return frozenset(one.casefold() for one in found if _tells(one))


def _tells(word: str) -> bool:
    letters = sum(c.isalpha() for c in word)
    return letters > 0 and (
        sum(c.isupper() for c in word) > 1 or "_" in word or letters < sum(c.isalnum() for c in word)
    )


def _share(sentence: str, text: str) -> float:
    """Share of the sentence's words that stand in the text."""
    wanted = terms(sentence)
    return len(wanted & terms(text)) / len(wanted) if wanted else 0.0


def _counting(sentence: str, quote: str) -> list[str]:
    """For each number of the sentence the part of the quotation that names it and is most like the sentence: 600 of
    another plan is not 600 of this one."""
    parts = _sentences(quote) or [quote]
    holding = [[part for part in parts if number in numbers(part)] for number in numbers(sentence)]
    return [max(those, key=lambda part: _share(sentence, part)) for those in holding if those]


def _quoted(sentence: str) -> list[str]:
    return [next(filter(None, groups)) for groups in _QUOTED.findall(sentence)]


def _denied(sentence: str, quote: str) -> bool:
    """Whether exactly one of the two denies: the sentence, or the part of the quotation that is most like it."""
    nearest = max(_sentences(quote) or [quote], key=lambda part: len(terms(part) & terms(sentence)))
    return bool(_DENIES.search(sentence)) != bool(_DENIES.search(nearest))


def _japanese(text: str) -> bool:
    return bool(_KANA.search(text))


def _squeezed(text: str) -> str:
    return re.sub(r"[\s*_`|]+", "", unicodedata.normalize("NFKC", text).casefold())
