"""Only the last of several quick requests of one page is shown: an earlier one that takes longer must not cover it."""

from __future__ import annotations

import threading
from collections import OrderedDict

PAGES = 5000


class Newest:
    """Numbers requests by page. Threads may share one."""

    def __init__(self) -> None:
        self._lock, self._last = threading.Lock(), OrderedDict[str, int]()

    def begin(self, page: str) -> int:
        """The number of a request that begins now."""
        with self._lock:
            number = self._last.pop(page, 0) + 1
            self._last[page] = number
            if len(self._last) > PAGES:
                self._last.popitem(last=False)
            return number

    def is_last(self, page: str, number: int) -> bool:
        """Whether no later request of this page has begun. A page that was forgotten is shown what it asked for."""
        with self._lock:
            return self._last.get(page, number) == number
