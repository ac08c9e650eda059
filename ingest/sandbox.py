"""Untrusted files are read in child processes with limits on time and memory; here is the parent's side of it.

A child imports the readers once and then serves many files; one that breaks a limit is killed and replaced.
"""

from __future__ import annotations

import atexit
import threading
import time
from collections.abc import Generator, Iterator
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from banso.core.errors import ConfigError, ItemError
from banso.core.texts import spoken_language
from ingest.child import Child, Ended, Kind, TimedOut
from ingest.jail import IDLE_SECONDS
from ingest.parse.model import Parsed
from ingest.texts import told

SECONDS = 30.0
MEMORY = 1 << 30
WORKERS = 2
SECONDS_PER_BYTE = 1e-6
"""Added for every byte: exports are read at 5 to 20 MB a second here, and a busy machine may be five times slower."""
MEMORY_PER_BYTE, ROOMY = 8, 50_000_000
"""Bytes of memory for each byte beyond `ROOMY`: a JSON export is decoded from one text, four bytes a character at
worst, beside its own bytes and what is made of it."""


Answers = Generator[dict[str, Any], None, None]


class Sandbox:
    """A small pool of children of one kind. It may be used from several threads; each request has a child of its own.

    `seconds` is the time for one request, `memory` the limit of one child in bytes.
    """

    def __init__(
        self, *, kind: Kind = "documents", seconds: float = SECONDS, memory: int = MEMORY, workers: int = WORKERS
    ) -> None:
        self._kind, self._seconds, self._memory = kind, seconds, memory
        self._free = threading.Semaphore(workers)
        self._lock = threading.Lock()
        self._idle: list[Child] = []

    def parse(self, path: Path, suffix: str) -> Parsed:
        """The parsed manual. Raises ItemError when it cannot be read or when it breaks a limit, which is then named."""
        answer = self.ask("manual", {"path": str(path), "suffix": suffix})
        try:
            return Parsed.model_validate(answer.get("parsed"))
        except ValidationError as error:
            raise nonsense() from error

    def ask(self, job: str, arguments: dict[str, Any]) -> dict[str, Any]:
        """The first answer to a request. Raises as `stream` does."""
        with self._free, closing(self.stream(job, arguments)) as answers:
            found: dict[str, Any] = {}
            for answer in answers:  # to the end, so that the child is free again
                found = found or answer
            return found

    def stream(self, job: str, arguments: dict[str, Any], *, size: int = 0) -> Answers:
        """Every answer to a request. `size`: bytes to be read; large ones get more time and, in a child of their own,
        more memory.

        Raises ItemError when the reader says so, breaks a limit or crashes, ConfigError when nothing could start.
        """
        memory = self._memory + MEMORY_PER_BYTE * max(0, size - ROOMY)
        seconds = self._seconds + SECONDS_PER_BYTE * size
        child = self._take() if memory == self._memory else Child(self._kind, memory)
        clean = False
        try:
            child.send(job, arguments, spoken_language())
            for answer in _until_done(child, seconds, memory):
                clean = "error" in answer
                if clean:
                    raise _raised(answer)
                yield answer
            clean = True
        except Ended as error:
            child.kill()
            raise ItemError(told("sandbox.crashed", why=child.last_words()), told("sandbox.save_again")) from error
        finally:
            if clean and memory == self._memory:
                self._give_back(child)
            else:
                child.kill()

    def _give_back(self, child: Child) -> None:
        child.idle_since = time.monotonic()
        with self._lock:
            self._idle.append(child)

    def _take(self) -> Child:
        with self._lock:
            child = self._idle.pop() if self._idle else None
        if child and time.monotonic() - child.idle_since < IDLE_SECONDS:
            return child
        if child:
            child.kill()
        return Child(self._kind, self._memory)

    def close(self) -> None:
        """Ends the idle children."""
        with self._lock:
            idle, self._idle = self._idle, []
        for child in idle:
            child.kill()


def _until_done(child: Child, seconds: float, memory: int) -> Iterator[dict[str, Any]]:
    """Answers, while the waiting for them adds up to less than `seconds`; what is done with them does not count."""
    waited = 0.0
    while True:
        began = time.monotonic()
        try:
            answer = child.receive(began + seconds - waited)
        except TimedOut as error:
            raise ItemError(told("sandbox.time", seconds=f"{seconds:.3g}"), told("sandbox.split")) from error
        waited += time.monotonic() - began
        if answer.get("memory"):
            raise ItemError(told("sandbox.memory", mib=memory >> 20), told("sandbox.split"))
        if answer.get("done"):
            return
        yield answer


def _raised(answer: dict[str, Any]) -> ItemError | ConfigError:
    message, hint = str(answer["error"]), str(answer.get("hint", ""))
    if answer.get("config"):
        return ConfigError(message, hint)
    return ItemError(message, hint, settled=answer.get("settled") is True)


def nonsense() -> ItemError:
    """A child's answer that does not have the form it must have."""
    return ItemError(told("sandbox.nonsense"), told("sandbox.save_again"))


@cache
def shared() -> Sandbox:
    """The pool for manuals of this process; its children end with it."""
    return _kept(Sandbox())


@cache
def records() -> Sandbox:
    """The pool for tickets, Slack exports and CRM files."""
    return _kept(Sandbox(kind="records"))


def _kept(pool: Sandbox) -> Sandbox:
    atexit.register(pool.close)
    return pool
