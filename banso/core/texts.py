"""What commands say to their operator: a folder with one YAML file a language, looked up by key.

Each part that speaks to an operator has one `Texts`, and a `text/` folder beside it with `ja.yaml` and `en.yaml`, the
same keys and the same values to fill in (`tests/core/test_texts.py` holds that for every such folder):

    TEXTS = Texts(Path(__file__).parent / "text")
    told, helped = TEXTS.told, TEXTS.helped

    app = typer.Typer(help=helped("app", "python -m ingest manuals examples/manuals"))    # key help.app
    Json = Annotated[bool, typer.Option("--json", help=helped("json"))]                   # key help.json
    raise ConfigError(told("path.missing", path=path), told("path.check"))

`helped` is for `--help`, which is built at import, before the settings are read and checked. `told` uses the language
that `speaking` set around it; `console.run` sets the operator's, so a command line needs nothing more. `say` names its
language.
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
DEFAULT_LANGUAGE: Shown = "ja"
_spoken: ContextVar[Shown] = ContextVar("spoken_language", default="en")


class Texts:
    """The words of one folder. An unknown key raises KeyError: that is a bug."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def words(self, language: Shown) -> dict[str, str]:
        """Key -> words; entries of a group are named `group.key`."""
        return _read(self.folder / f"{language}.yaml")

    def say(self, key: str, language: Shown, /, **values: object) -> str:
        """The words for `key` in this language, with `values` filled in."""
        return self.words(language)[key].format(**values)

    def told(self, key: str, /, **values: object) -> str:
        """The words for `key` in the language of this run."""
        return self.say(key, _spoken.get(), **values)

    def helped(self, key: str, example: str = "") -> str:
        """The words of `help.KEY` in the operator's language and, for a command or a group, a line with an example."""
        language = operator_language()
        words = self.say(f"help.{key}", language)
        return f"{words}\n\n{CORE.say('example', language)}: {example}" if example else words


CORE = Texts(Path(__file__).parent / "text")


def operator_language() -> Shown:
    """BANSO_LANGUAGE as it stands in the environment; an impossible value is refused where settings are read."""
    return "en" if (os.environ.get("BANSO_LANGUAGE") or DEFAULT_LANGUAGE) == "en" else "ja"


def spoken_language() -> Shown:
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
def _read(path: Path) -> dict[str, str]:
    tree = yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)
    found: dict[str, str] = {}
    for key, value in tree.items():
        found |= {f"{key}.{name}": words for name, words in value.items()} if isinstance(value, dict) else {key: value}
    return found
