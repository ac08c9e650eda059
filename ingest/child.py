"""One child process and the pipe to it, as its parent sees them. What runs inside is `ingest/jail.py`.

Requests and answers are length-prefixed JSON: nothing that a child says is unpickled. A child gets no BANSO_* or other
secret in its environment.
"""

from __future__ import annotations

import json
import os
import selectors
import signal
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import IO, Any, Literal

from banso.core.errors import Unavailable
from banso.core.texts import Shown
from ingest.texts import told

Kind = Literal["documents", "records"]
"""What a child is for: office files and pages (imports take seconds, 0.4 GB), or tickets, Slack and CRM (light)."""
_START_SECONDS = 120.0
_LARGEST_ANSWER = 200 << 20
_ROOT = Path(__file__).resolve().parents[1]
_KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "TMPDIR", "TZ", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH",
         "PYTHONDONTWRITEBYTECODE", "PYTHONPYCACHEPREFIX", "SYSTEMROOT")  # fmt: skip


class TimedOut(OSError):
    """The child said nothing for too long."""


class Ended(OSError):
    """The child is gone, or talks nonsense."""


class Child:
    """A child that is ready for requests. `memory` is its limit in bytes."""

    idle_since = 0.0

    def __init__(self, kind: Kind, memory: int) -> None:
        environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
        environment |= {"PYTHONPATH": str(_ROOT), "PYTHONIOENCODING": "utf-8"}
        environment |= {"SCARF_NO_ANALYTICS": "true", "DO_NOT_TRACK": "true", "OPENBLAS_NUM_THREADS": "1"}
        self._scratch = tempfile.TemporaryDirectory(prefix="banso-reader-", ignore_cleanup_errors=True)
        environment["TMPDIR"] = self._scratch.name  # what a killed child leaves behind goes with it
        self._errors: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the child
        self._process = subprocess.Popen(
            [sys.executable, "-m", "ingest.jail", kind, str(memory)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._errors,
            cwd=_ROOT, env=environment, start_new_session=True,
        )  # fmt: skip
        try:
            self.receive(time.monotonic() + _START_SECONDS)
        except (TimedOut, Ended) as error:
            self.kill()
            raise Unavailable(told("sandbox.not_started", why=self.last_words()), told("sandbox.make_test")) from error

    @property
    def pid(self) -> int:
        """The process's number, which is also its group's."""
        return self._process.pid

    def send(self, job: str, arguments: dict[str, Any], language: Shown) -> None:
        """Ask for something; the answers are then received. Raises Ended."""
        body = json.dumps({"job": job, "arguments": arguments, "language": language}).encode()
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(struct.pack(">I", len(body)) + body)
            self._process.stdin.flush()
        except OSError as error:
            raise Ended from error

    def receive(self, deadline: float) -> dict[str, Any]:
        """The next answer. Raises TimedOut at the deadline (monotonic seconds), or Ended."""
        (length,) = struct.unpack(">I", self._read(4, deadline))
        if length > _LARGEST_ANSWER:
            raise Ended
        try:
            answer = json.loads(self._read(length, deadline))
        except (ValueError, RecursionError) as error:
            raise Ended from error
        return answer if isinstance(answer, dict) else {}

    def _read(self, length: int, deadline: float) -> bytes:
        assert self._process.stdout is not None
        descriptor = self._process.stdout.fileno()
        chunks, missing = [], length
        with selectors.DefaultSelector() as selector:
            selector.register(descriptor, selectors.EVENT_READ)
            while missing:
                if not selector.select(max(0.0, deadline - time.monotonic())):
                    raise TimedOut
                chunk = os.read(descriptor, min(missing, 1 << 20))
                if not chunk:
                    raise Ended
                chunks.append(chunk)
                missing -= len(chunk)
        return b"".join(chunks)

    def kill(self) -> None:
        """Ends the child and what it started, also when the child itself ended before."""
        try:
            os.killpg(self._process.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            self._process.kill()
        self._process.wait()
        self._scratch.cleanup()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except OSError:  # what was still to be written has nobody to read it
                    continue

    def last_words(self) -> str:
        """The last line the child wrote to its error stream, or how it ended."""
        self._errors.seek(max(0, self._errors.seek(0, os.SEEK_END) - 2000))
        lines = self._errors.read().decode("utf-8", "replace").strip().splitlines()
        self._errors.close()
        return lines[-1][:200] if lines else f"exit code {self._process.returncode}"
