"""One writer at a time, across threads and processes: Chroma's folder does not survive two."""

from __future__ import annotations

import fcntl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from banso.core.errors import Unavailable


class WriterLock:
    """A lock on a file, re-entrant within a thread. The operating system releases it when a process dies."""

    def __init__(self, path: Path, wait: float = 600.0) -> None:
        self._path, self._wait = path, wait
        self._threads = threading.RLock()
        self._depth = 0

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the lock. Raises Unavailable when another process keeps it longer than `wait` seconds."""
        if not self.acquire(self._wait):
            raise Unavailable("another process is writing to the index", "try again when it has finished")
        try:
            yield
        finally:
            self.release()

    def acquire(self, wait: float = 0.0) -> bool:
        """Try for `wait` seconds; whether the lock is now held."""
        if not self._threads.acquire(timeout=max(wait, 0.001)):
            return False
        if self._depth == 0 and not self._lock_file(wait):
            self._threads.release()
            return False
        self._depth += 1
        return True

    def release(self) -> None:
        """Give back one `acquire`."""
        self._depth -= 1
        if self._depth == 0:
            self._file.close()
        self._threads.release()

    def _lock_file(self, wait: float) -> bool:
        handle = self._path.open("a")
        until = time.monotonic() + wait
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() >= until:
                    handle.close()
                    return False
                time.sleep(0.05)
            else:
                self._file = handle
                return True
