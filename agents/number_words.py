"""Numbers that a text writes out: 三百個, 十二日, ninety, three hundred."""

from __future__ import annotations

import re
from collections.abc import Iterator

_DIGITS = {kanji: n for n, kanji in enumerate("〇一二三四五六七八九")}
_TENS = {"十": 10, "百": 100, "千": 1000}
_MYRIADS = {"万": 10**4, "億": 10**8, "兆": 10**12}
_KANJI = re.compile(
    r"(?<!\d)[〇一二三四五六七八九十百千万億兆]{1,20}(?:\s?(?=(?P<counter>日|時間|分間|秒|年|[かヶケ]月|週|回|人|名|個|件|円|つ|倍|割)))?"
)
_IDIOMS = frozenset(("万一", "千万"))
_SMALL = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"  # fmt: skip  # noqa: E501
_BY_TEN = "twenty thirty forty fifty sixty seventy eighty ninety"
_WORDS = {word: n for n, word in enumerate(_SMALL.split())} | {
    w: 10 * n for n, w in enumerate(_BY_TEN.split(), start=2)
}
_SCALES = {"hundred": 100, "thousand": 1000, "million": 10**6, "billion": 10**9}
_ENGLISH = re.compile(
    rf"\b(?:{'|'.join((*_WORDS, *_SCALES))})\b(?:[\s-]+(?:and\s+)?(?:{'|'.join((*_WORDS, *_SCALES))})\b){{0,12}}", re.I
)


def number_words(text: str) -> frozenset[int]:
    """The numbers written in Japanese or English words. One kanji counts before a counter only: 十分 is no ten."""
    return frozenset((*_japanese(text), *_english(text)))


def _japanese(text: str) -> Iterator[int]:
    for found in _KANJI.finditer(text):
        word = found[0].strip()
        if word not in _IDIOMS and (len(word) > 1 or found["counter"]):
            yield _kanji(word)


def _kanji(word: str) -> int:
    if not set(word) - _DIGITS.keys():
        return int("".join(str(_DIGITS[one]) for one in word))
    whole = part = digit = 0
    for one in word:
        if one in _MYRIADS:
            whole, part, digit = whole + (part + digit or 1) * _MYRIADS[one], 0, 0
        elif one in _TENS:
            part, digit = part + (digit or 1) * _TENS[one], 0
        else:
            digit = _DIGITS[one]
    return whole + part + digit


def _english(text: str) -> Iterator[int]:
    for found in _ENGLISH.finditer(text):
        whole = part = 0
        for word in re.findall(r"[a-z]+", found[0].casefold()):
            if word == "hundred":
                part = (part or 1) * 100
            elif word in _SCALES:
                whole, part = whole + (part or 1) * _SCALES[word], 0
            else:
                part += _WORDS.get(word, 0)
        yield whole + part
