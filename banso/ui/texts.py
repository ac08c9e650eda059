"""The words on the screens: YAML files, one a language, looked up by key."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal, get_args

import yaml

ScreenLanguage = Literal["ja", "en"]
LANGUAGES: tuple[ScreenLanguage, ...] = get_args(ScreenLanguage)
FOLDER = Path(__file__).parent / "text"


class Text:
    """Words of one language. `text("ask.send")`; named values fill `{name}`."""

    def __init__(self, language: ScreenLanguage, words: dict[str, str]) -> None:
        self.language, self._words = language, words

    def __call__(self, key: str, **values: object) -> str:
        """The words for this key. Raises KeyError for an unknown one: that is a bug."""
        words = self._words[key]
        return words.format(**values) if values else words

    def known(self) -> set[str]:
        """Every key, for the test that both languages have the same."""
        return set(self._words)


@cache
def text_of(language: ScreenLanguage) -> Text:
    """The words of a language, read once."""
    tree: dict[str, dict[str, str]] = {}
    for path in sorted(FOLDER.glob(f"*{language}.yaml")):  # en.yaml, and desk.en.yaml: a large screen has its own file
        tree.update(yaml.safe_load(path.read_text(encoding="utf-8")))
    return Text(
        language, {f"{group}.{key}": words for group, entries in tree.items() for key, words in entries.items()}
    )
