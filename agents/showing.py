"""An answer while it is said: each sentence is shown as soon as it is complete and its sources have been checked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

from banso.knowledge.citations import Checker, blocks, is_whole, pieces

Write = Callable[[dict[str, str]], None]


@dataclass
class Showing:
    """Gets the text as it grows. What was shown once is not shown again."""

    checker: Checker
    write: Write
    clean: Callable[[str], str] = str
    """Takes out what nobody vouches for."""
    _blocks: int = 0
    """Blocks that are done with."""
    _upto: int = 0
    """Characters of the line at work that are done with."""
    _line: str = ""
    """What of that line was shown."""

    def grow(self, text: str) -> None:
        """The answer so far: its last line may go on, or be the beginning of a table."""
        found = blocks(text)
        done = len(found) - 1
        if found and text.endswith("\n") and not is_whole(found[-1]):
            done += 1
        elif done > 0 and is_whole(found[-2]) and found[-1].lstrip()[:1] in ("|", "["):
            done -= 1  # the next row of the table, or the numbers of the fence
        complete = found[: max(done, 0)]
        self._finish(complete)
        for block in found[len(complete) :]:
            self._sentences(block)

    def end(self, text: str) -> None:
        """The whole answer."""
        self._finish(blocks(text))

    def _finish(self, complete: list[str]) -> None:
        for block in complete[self._blocks :]:
            self._show(self.checker.block(block[self._upto :]))
            if self._line:
                self.write({"text": "\n"})
            self._upto, self._line = 0, ""
        self._blocks = max(self._blocks, len(complete))

    def _sentences(self, line: str) -> None:
        """Each sentence of an unfinished line after which another one has begun, so that its numbers are all there."""
        if is_whole(line):
            return
        left = pieces(line[self._upto :])
        for piece, following in pairwise(left):
            if following.lstrip()[:1] in ("", "["):
                return
            self._upto += len(piece)
            self._show(self.checker.block(piece))

    def _show(self, text: str) -> None:
        text = self.clean(text)
        if not text.strip():
            return
        gap = " " if self._line and self._line[-1] not in "。！？」）" and not text.startswith(" ") else ""
        self._line += gap + text
        self.write({"text": gap + text})
