"""Sentences that people read, one file a language; and which language a question is in."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Literal

import yaml

Spoken = Literal["ja", "en"]
_FOLDER = Path(__file__).parent
_KANA = re.compile(r"[\u3041-\u30ff]")
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")


def say(language: Spoken, key: str, **values: object) -> str:
    """The phrase of this key in this language, its gaps filled."""
    phrase = _phrases(language)[key]
    return phrase.format(**values) if values else phrase


def prompt(language: Spoken, name: str = "system") -> str:
    """The prompt of this name in this language."""
    return (_FOLDER / "prompts" / f"{name}.{language}.md").read_text(encoding="utf-8")


def language_of(text: str, otherwise: Spoken = "en") -> Spoken:
    """`ja` when the text has kana, or Chinese characters and no English sentence around them."""
    if _KANA.search(text):
        return "ja"
    words = len(re.findall(r"[A-Za-z]{2,}", text))
    if _HAN.search(text):
        return "ja" if words < 4 else "en"
    return "en" if words else otherwise


@cache
def _phrases(language: Spoken) -> dict[str, str]:
    phrases: dict[str, str] = yaml.safe_load((_FOLDER / "phrases" / f"{language}.yaml").read_text(encoding="utf-8"))
    return phrases
