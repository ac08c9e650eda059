"""What ingestion says to people: one YAML file a language, looked up by key.

`say` names its language. `told` uses the language that `speaking` set around it, for words deep below the place that
knows the settings: a reader that refuses a file, also one in a child process.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Literal

import yaml

Shown = Literal["ja", "en"]
FOLDER = Path(__file__).parent / "text"
_spoken: ContextVar[Shown] = ContextVar("ingest_language", default="en")


def say(key: str, language: Shown, /, **values: object) -> str:
    """The words for `key`, with `values` filled in. Raises KeyError for an unknown key: that is a bug."""
    return words(language)[key].format(**values)


def told(key: str, /, **values: object) -> str:
    """The words for `key` in the language of this run."""
    return say(key, _spoken.get(), **values)


def language() -> Shown:
    """The language of this run."""
    return _spoken.get()


@contextmanager
def speaking(language: Shown) -> Iterator[None]:
    """Set the language of `told` inside the block. Threads started inside need a copy of the context."""
    token = _spoken.set(language)
    try:
        yield
    finally:
        _spoken.reset(token)


@cache
def words(language: Shown) -> dict[str, str]:
    """Key -> words; entries of a group are named `group.key`."""
    tree = yaml.load((FOLDER / f"{language}.yaml").read_text(encoding="utf-8"), yaml.CSafeLoader)
    found: dict[str, str] = {}
    for key, value in tree.items():
        found |= {f"{key}.{name}": words for name, words in value.items()} if isinstance(value, dict) else {key: value}
    return found


def helped(key: str) -> str:
    """The words of `--help`, in the operator's language. They are needed before settings are read and checked."""
    from banso.core.settings import PREFIX, Settings

    chosen = os.environ.get(f"{PREFIX}LANGUAGE", "") or Settings.model_fields["language"].default
    return say(f"help.{key}", "en" if chosen == "en" else "ja")
