"""The reasons for a hit's place in words, for the command line and the screens."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from babel.numbers import format_percent

from banso.core.texts import Shown, Texts
from banso.knowledge.explaining import Explanation

TEXTS = Texts(Path(__file__).parent / "text")
NAMED = 3
"""Reasons for and against that are named."""
LEAST = 0.1
"""A smaller difference is not worth a word."""

_BETWEEN: dict[Shown, str] = {"ja": "、", "en": ", "}


def why(one: Explanation, others: Sequence[Explanation], language: Shown) -> list[str]:
    """Short sentences: where both retrievers had it, how likely it answers, what raised and what lowered it beside the
    average of `others`, and what sank it."""
    said = [_place("words", one.place_by_words, language), _place("meaning", one.place_by_meaning, language)]
    if one.probability is not None:
        percent = format_percent(one.probability, locale=language)
        said.append(TEXTS.say("probability", language, percent=percent))
    differences = _differences(one, others)
    for kind, sign in (("raised", 1), ("lowered", -1)):
        if parts := _named(differences, sign, language):
            said.append(TEXTS.say(kind, language, parts=parts))
    return [*said, *(TEXTS.say(f"note.{note}", language) for note in one.notes)]


def _place(kind: str, place: int, language: Shown) -> str:
    return TEXTS.say(f"found.{kind}" if place else f"found.no_{kind}", language, place=place)


def _differences(one: Explanation, others: Sequence[Explanation]) -> dict[str, float]:
    """By feature, this hit's part of the sum less the others' mean; a product counts with its first feature."""
    mean: dict[str, float] = {}
    ranked = [other.parts for other in others if other.parts]
    for parts in ranked:
        for name, value in parts.items():
            mean[name] = mean.get(name, 0.0) + value / len(ranked)
    found: dict[str, float] = {}
    for name, value in one.parts.items():
        feature = name.partition("*")[0]
        found[feature] = found.get(feature, 0.0) + value - mean.get(name, 0.0)
    return found


def _named(differences: dict[str, float], sign: int, language: Shown) -> str:
    telling = sorted(((sign * value, name) for name, value in differences.items()), reverse=True)
    return _BETWEEN[language].join(
        f"{TEXTS.say(f'feature.{name}', language)} {sign * value:+.1f}"
        for value, name in telling[:NAMED]
        if value >= LEAST
    )
