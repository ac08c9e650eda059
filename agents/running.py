"""Turns at work: one at a time on a thread, and each can be stopped from elsewhere."""

from __future__ import annotations

import queue
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import copy_context
from typing import Any

from banso.core.errors import Unavailable

HEED = 0.1
"""Seconds after which a turn that waits for its model looks whether it was stopped."""


class Stopped(Exception):
    """The person did not want to wait for the rest of the turn."""


class Halt:
    """Whether one turn was stopped. Any thread may stop it."""

    def __init__(self) -> None:
        self._event = threading.Event()

    def stop(self) -> None:
        """End the turn as soon as its model says something or is waited for."""
        self._event.set()

    @property
    def stopped(self) -> bool:
        """Whether somebody stopped it."""
        return self._event.is_set()

    def heed(self, chunks: Iterator[Any], patience: float = float("inf")) -> Iterator[Any]:
        """The same chunks, as they come. Raises Stopped soon after `stop`, even while the next one is waited for, and
        Unavailable when they are not all there within so many seconds.

        A model that is silent cannot be interrupted: it is read in a thread of its own, which hangs up at the next
        chunk or when the model's time is up.
        """
        come: queue.SimpleQueue[tuple[Any, BaseException | None] | None] = queue.SimpleQueue()
        threading.Thread(target=copy_context().run, args=(self._listen, chunks, come), daemon=True).start()
        until = time.monotonic() + patience
        while not self.stopped:
            if time.monotonic() > until:
                raise Unavailable("the chat model took too long", "try again in a minute")
            try:
                taken = come.get(timeout=HEED)
            except queue.Empty:
                continue
            if self.stopped:
                break
            if taken is None:
                return
            chunk, error = taken
            if error is not None:
                raise error
            yield chunk
        raise Stopped

    def _listen(self, chunks: Iterator[Any], come: queue.SimpleQueue[tuple[Any, BaseException | None] | None]) -> None:
        try:
            for chunk in chunks:
                if self.stopped:
                    break
                come.put((chunk, None))
        except BaseException as error:  # noqa: BLE001 - raised where the chunks are read
            come.put((None, error))
        finally:
            getattr(chunks, "close", lambda: None)()
            come.put(None)


class Running:
    """The turns of a program, by thread."""

    def __init__(self, patience: float) -> None:
        self._patience = patience
        self._locks: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)
        self._halts: dict[str, Halt] = {}

    @contextmanager
    def alone(self, thread: str, halt: Halt | None = None) -> Iterator[None]:
        """Two turns on one thread come one after the other. Raises Unavailable when the first takes too long."""
        lock = self._locks[thread]
        if not lock.acquire(timeout=self._patience):
            raise Unavailable("this conversation is still busy with another question", "try again in a moment")
        try:
            if halt is not None:
                self._halts[thread] = halt
            yield
        finally:
            self._halts.pop(thread, None)
            lock.release()

    def stop(self, thread: str) -> bool:
        """Stop the turn at work on this thread; whether there was one."""
        halt = self._halts.get(thread)
        if halt is not None:
            halt.stop()
        return halt is not None
