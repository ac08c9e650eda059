"""Keeps one sender running: `python -m banso.review.keeper PARENT`.

It stands between the app and the sender so that the app need not remember the credentials to start a sender again
that died. It runs no model, reads no document, and ends with the app.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping

from banso.core.console import EXIT_CONFIG, say
from banso.review.child import child_environment, take_sender_environment

POLL, FIRST, LONGEST, STEADY = 0.5, 1.0, 60.0, 60.0
"""Seconds: between looks, before the first and at most before any new start, and after which one counts as healthy."""


class Keeper:
    """Starts the sender, starts it again when it dies, ends it when the parent is gone or `stop` is set."""

    def __init__(self, parent: int, taken: Mapping[str, str], stop: threading.Event) -> None:
        self._parent, self._taken, self._stop = parent, taken, stop

    def run(self) -> int:
        """Until the end; returns the exit code. Settings that no sender can start with are not tried again."""
        delay = FIRST
        while not self._over():
            began = time.monotonic()
            code = self._attend(self._start())
            if code == EXIT_CONFIG or self._over():
                return EXIT_CONFIG if code == EXIT_CONFIG else 0
            delay = FIRST if time.monotonic() - began > STEADY else delay
            say(f"the sender ended ({code}); starting it again in {delay:.0f} s")
            self._wait(delay)
            delay = min(delay * 2, LONGEST)
        return 0

    def _start(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "agents", "send", "--watch", "--parent", str(os.getpid())]
        return subprocess.Popen(command, env=child_environment(self._taken))

    def _attend(self, child: subprocess.Popen[bytes]) -> int:
        while child.poll() is None and not self._over():
            self._stop.wait(POLL)
        if child.poll() is None:
            child.terminate()
        return child.wait()  # it finishes the message in hand

    def _wait(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end and not self._over():
            self._stop.wait(POLL)

    def _over(self) -> bool:
        return self._stop.is_set() or os.getppid() != self._parent


def main(parent: int) -> int:
    """Take the credentials out of this process's environment, then keep a sender running."""
    taken, stop = take_sender_environment(), threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    return Keeper(parent, taken, stop).run()


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
