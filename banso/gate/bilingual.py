"""How much of a sentence a text in the other language says, word by word: by a glossary, by Latin words, by loanwords.

Nearness in meaning alone cannot tell: cosines (e5-small) of what a page says and of what nobody says lie within
0.78 to 0.92 alike. A word that neither list knows counts as not said.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from pathlib import Path

import yaml

from banso.gate.ordinary import listed
from banso.gate.remembered import words
from banso.knowledge.loanwords import sound, spoken_in
from banso.knowledge.vocabulary import stem

FILE = Path(__file__).parent / "glossary.yaml"
_KATAKANA = re.compile(r"[ァ-ヺー]{2,}")
_KANJI = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff々]{2,}")
_LATIN = re.compile(r"[a-z][a-z0-9_.+-]*[a-z0-9]|[a-z]")
_JAPANESE = re.compile(r"[ぁ-ゖァ-ヺ]")
_PARTICLES = frozenset(
    ["まで", "あたり", "ごと", "以上", "以下", "すぐ", "なし", "ない", "足り", "つながらない", "できます"]
)
"""Forms of the glossary that answer an English word, and stand in any Japanese sentence."""


def told(sentence: str, text: str) -> float:
    """Share, 0 to 1, of the sentence's words that `text`, in the other language, says too; 0 with fewer than two."""
    if _JAPANESE.search(sentence):
        forms, runs, unknown = _japanese_words(sentence)
        said = [*(not english.isdisjoint(_stems(text)) for english in forms), *(spoken_in(run, text) for run in runs)]
        said += [False] * unknown + [word in words(text) for word in _latin(sentence)]
    else:
        said = [_answered(word, forms, text) for word, forms in _english_words(sentence)]
    return sum(said) / len(said) if len(said) > 1 else 0.0


def says(name: str, text: str) -> bool:
    """Whether a Japanese text says every word of an English name, spelled, by the glossary or as a loanword."""
    return all(_answered(word, forms, text) for word, forms in _english_words(name))


def _answered(word: str, forms: tuple[str, ...], text: str) -> bool:
    plain = _folded(text)
    spelled = word in words(text) or (len(word) > 1 and word in plain)
    return spelled or any(form in plain for form in forms) or sound(word) in _heard(text)


@lru_cache(4096)
def _english_words(sentence: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Each content word with its Japanese forms."""
    said = {word for word in words(sentence) if word[0].isalpha() and word.isascii()} - listed("ends_phrase")
    return tuple((word, _glossary().get(word) or _glossary().get(stem(word)) or ()) for word in sorted(said))


@lru_cache(4096)
def _japanese_words(sentence: str) -> tuple[tuple[frozenset[str], ...], tuple[str, ...], int]:
    """English stems of each word that the glossary has, the loanwords beside them, and how many words it lacks."""
    plain, known = _folded(sentence), []
    for form, english in _by_japanese():
        if form in plain:
            plain = plain.replace(form, " ")
            known.append(english)
    return tuple(known), tuple(_KATAKANA.findall(plain)), len(_KANJI.findall(plain))


@lru_cache(4096)
def _latin(sentence: str) -> tuple[str, ...]:
    return tuple(sorted(set(_LATIN.findall(_folded(sentence)))))


@lru_cache(4096)
def _stems(text: str) -> frozenset[str]:
    return frozenset(stem(word) for word in words(text)) | words(text)


@lru_cache(4096)
def _heard(text: str) -> frozenset[str]:
    """The sounds of a text's loanwords."""
    return frozenset(sound(run) for run in _KATAKANA.findall(_folded(text))) - {""}


@lru_cache(4096)
def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


@cache
def _glossary() -> dict[str, tuple[str, ...]]:
    pairs = str(yaml.safe_load(FILE.read_text(encoding="utf-8"))["terms"]).split()
    return {
        english: tuple(form.casefold() for form in forms.split(","))
        for english, _, forms in (pair.partition("=") for pair in pairs)
    }


@cache
def _by_japanese() -> tuple[tuple[str, frozenset[str]], ...]:
    """Japanese words and their English stems, the longest first: 利用者 before 利用."""
    found: dict[str, set[str]] = {}
    for english, forms in _glossary().items():
        for form in forms:
            if len(form) > 1 and form not in _PARTICLES:
                found.setdefault(form, set()).add(english)
    return tuple((form, frozenset(found[form])) for form in sorted(found, key=len, reverse=True))
