"""The parts of a mail: lines with their places, the addressee's lines, where the words begin and end."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from banso.writing.types import Context

HONORIFIC = re.compile(r"(?<![ 　])[ 　]*+(様方|さま|サマ|様|御中|各位|殿|さん|先生)[ 　]*$")
_RULE = re.compile(r"[-‐―─━=＝_＿*＊~〜]{3,}\s*|-- ?")
_GREETS = re.compile(r"世話|平素|突然|初めて|はじめて|ありがとう|お疲れ|ご苦労|このたび|[。！？!?]|です|ます")
_SIGNATURE_LINES = 9


@dataclass(frozen=True)
class Line:
    """A line without its end; `text[start:end] == words`."""

    start: int
    words: str

    @property
    def end(self) -> int:
        """Where it ends, before the line end."""
        return self.start + len(self.words)


@dataclass(frozen=True)
class Letter:
    """A mail in its parts."""

    text: str
    context: Context

    @cached_property
    def lines(self) -> list[Line]:
        """Every line with its place."""
        found, start = [], 0
        for words in self.text.split("\n"):
            found.append(Line(start, words))
            start += len(words) + 1
        return found

    @cached_property
    def head(self) -> list[Line]:
        """The addressee's lines of a Japanese mail: at the top, before the first sentence or empty line."""
        found: list[Line] = []
        for line in self.lines[:12]:
            if not line.words.strip():
                if found:
                    break
                continue
            if _GREETS.search(line.words) or len(line.words) > 60:
                break
            found.append(line)
        named = any(HONORIFIC.search(line.words) for line in found)
        return found if named or any(self.names(line) for line in found) else []

    def names(self, line: Line) -> bool:
        """Whether the line names the customer as the CRM does."""
        known = (self.context.company, self.context.person)
        return any(name and name in line.words for name in known)

    @cached_property
    def begin(self) -> int:
        """Where the words to the customer begin, after the addressee and empty lines."""
        start = self.head[-1].end if self.head else 0
        return start + len(self.text[start:]) - len(self.text[start:].lstrip())

    @cached_property
    def end(self) -> int:
        """Where they end: before the signature, without trailing space."""
        head = self.head[-1].end if self.head else 0
        return max(head, len(self.text[: self.signature].rstrip()))

    def below(self, words: str) -> str:
        """`words` as a paragraph to insert at `end`."""
        after = self.text[self.end : self.end + 1]
        return ("\n\n" if self.end else "") + words + ("" if after in ("", "\n") else "\n\n")

    @cached_property
    def signature(self) -> int:
        """Where the signature begins; the end of the text when there is none."""
        filled = [line for line in self.lines if line.words.strip()][-_SIGNATURE_LINES:]
        own = self.context.signature
        marks = set(filter(None, (own.company, own.name, own.mail)))
        for line in filled:
            if line.start >= self.begin and (_RULE.fullmatch(line.words) or _signs(line.words, marks)):
                return line.start
        return len(self.text.rstrip())


def _signs(words: str, marks: set[str]) -> bool:
    """A line of a signature names us and is no sentence."""
    return any(mark in words for mark in marks) and not re.search(r"[。！？!?]|です|ます|[a-z][.,]\s*$", words)
