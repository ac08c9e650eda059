"""Words that a team uses for the same thing: `synonyms.yaml` in the data folder, one list a group.

    - [シングルサインオン, SSO, single sign-on]
    - [サーバ, サーバー]

Searching takes a group's word in a document for the one in the question, at the same weight and never twice.
"""

from __future__ import annotations

import logging
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import yaml

from banso.core.errors import ConfigError

FILE = "synonyms.yaml"
LONGEST = 60
"""Characters of a word; a longer one is a sentence and stands in no question."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Synonyms:
    """Groups of equal words, each word in one group."""

    groups: tuple[tuple[str, ...], ...] = ()

    def swaps(self, text: str) -> Iterator[tuple[str, str]]:
        """Each word of a group in the text, as the text writes it, with each other word of its group."""
        folded = fold(text)
        for match in self._pattern.finditer(folded) if self.groups else ():
            for other in self._others[match.group()]:
                yield match.group(), other

    @cached_property
    def _others(self) -> dict[str, tuple[str, ...]]:
        return {
            fold(word): tuple(other for other in group if fold(other) != fold(word))
            for group in self.groups
            for word in group
        }

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        """Longest first; a Latin word stands alone, サーバ does not begin サーバー."""
        words = sorted(self._others, key=len, reverse=True)
        return re.compile("|".join(_bounded(word) for word in words))


NONE = Synonyms()


class SynonymFile:
    """The file of a data folder, read again when it changes. What it holds when opened must be right; a mistake made
    while the program runs is logged, and the last good words stay."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._state = _state(path)
        self._words = load_synonyms(path)

    def current(self) -> Synonyms:
        """The words of now."""
        state = _state(self.path)
        if state != self._state:
            self._state = state
            try:
                self._words = load_synonyms(self.path)
            except ConfigError as error:
                _log.warning("%s; the words before this change stay", error.message)
        return self._words


@dataclass(frozen=True)
class Fixed:
    """Words that stay, for whoever has no data folder."""

    words: Synonyms = field(default=NONE)

    def current(self) -> Synonyms:
        """Those words."""
        return self.words


def load_synonyms(path: Path) -> Synonyms:
    """The groups of this file; none when it does not exist. Raises ConfigError with file and line."""
    try:
        text = path.read_text(encoding="utf-8")
        node = yaml.compose(text, yaml.SafeLoader)
    except FileNotFoundError:
        return NONE
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: cannot be read: {error}", "save it as UTF-8") from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise ConfigError(f"{path}, line {line}: not YAML: {error.problem}", _FORM) from error
    return Synonyms(_groups(node, path)) if node is not None else NONE


_FORM = "a list of groups, such as: - [シングルサインオン, SSO, single sign-on]"


def _groups(node: yaml.Node, path: Path) -> tuple[tuple[str, ...], ...]:
    if not isinstance(node, yaml.SequenceNode):
        raise ConfigError(f"{path}, line {node.start_mark.line + 1}: not a list", _FORM)
    seen: dict[str, int] = {}
    return tuple(_group(one, path, seen) for one in node.value)


def _group(node: yaml.Node, path: Path, seen: dict[str, int]) -> tuple[str, ...]:
    line = node.start_mark.line + 1
    if not isinstance(node, yaml.SequenceNode) or len(node.value) < 2:
        raise ConfigError(f"{path}, line {line}: a group needs two words or more", _FORM)
    return tuple(_word(one, path, seen) for one in node.value)


def _word(node: yaml.Node, path: Path, seen: dict[str, int]) -> str:
    line = node.start_mark.line + 1
    word = node.value.strip() if isinstance(node, yaml.ScalarNode) and isinstance(node.value, str) else ""
    if not 2 <= len(word) <= LONGEST or not re.search(r"\w", word):
        raise ConfigError(f"{path}, line {line}: not a word of 2 to {LONGEST} characters: {word!r}", _FORM)
    if first := seen.get(fold(word)):
        raise ConfigError(f"{path}, line {line}: {word!r} stands on line {first} already", "put its words together")
    seen[fold(word)] = line
    return word


def fold(text: str) -> str:
    """How words are compared: NFKC, case folded, one space."""
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text).casefold()).strip()


def _bounded(word: str) -> str:
    before = r"(?<![a-z0-9])" if word[0].isascii() else ""
    after = r"(?![a-z0-9])" if word[-1].isascii() else "(?!ー)"
    return before + re.escape(word) + after


def _state(path: Path) -> tuple[int, int]:
    try:
        stat = path.stat()
    except OSError:
        return (0, 0)
    return (stat.st_mtime_ns, stat.st_size)


def widened(terms: frozenset[str], swaps: Sequence[tuple[frozenset[str], frozenset[str]]]) -> frozenset[str]:
    """The terms, with those of every word for which an equal one is there: `(terms of the word, of its equal)`."""
    return terms.union(*(own for own, other in swaps if other and other <= terms))
