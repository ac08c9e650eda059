"""Sentences that people read, one file a language; and which language to say them in."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal

import yaml

from banso.core.language import language_of as by_letters

Spoken = Literal["ja", "en"]
_FOLDER = Path(__file__).parent


def say(spoken: Spoken, key: str, **values: object) -> str:
    """The phrase of this key in this language, its gaps filled."""
    phrase = _phrases(spoken)[key]
    return phrase.format(**values) if values else phrase


def prompt(language: Spoken, name: str = "system") -> str:
    """The prompt of this name in this language."""
    return (_FOLDER / "prompts" / f"{name}.{language}.md").read_text(encoding="utf-8")


@cache
def prompt_version(language: Spoken, name: str = "system") -> str:
    """Name, language and version of a prompt, as answers record them: `system.ja/5`. Each version stands in
    `prompts/versions.yaml` with the digest of its text, so that a change without a new number is found by a test."""
    listed = yaml.safe_load((_FOLDER / "prompts" / "versions.yaml").read_text(encoding="utf-8"))
    return f"{name}.{language}/{max(listed[f'{name}.{language}'])}"


def language_of(text: str, otherwise: Spoken = "en") -> Spoken:
    """The language to answer in: that of the text, `otherwise` where its letters do not tell."""
    found = by_letters(text)
    return otherwise if found == "und" else found


@cache
def _phrases(language: Spoken) -> dict[str, str]:
    phrases: dict[str, str] = yaml.safe_load((_FOLDER / "phrases" / f"{language}.yaml").read_text(encoding="utf-8"))
    return phrases
