"""Parses untrusted files in child processes with limits on time and memory.

A child imports the readers once (seconds) and then serves many files; one that breaks a limit is killed and replaced.
Requests and answers are length-prefixed JSON: nothing that a child says is unpickled. A child gets no BANSO_* or other
secret in its environment, and refuses to open connections.
"""

from __future__ import annotations

import atexit
import json
import os
import select
import selectors
import signal
import struct
import subprocess
import sys
import tempfile
import threading
import time
from functools import cache
from pathlib import Path
from typing import IO, Any

from pydantic import ValidationError

from banso.core.errors import ItemError, Unavailable
from ingest.parse.model import Parsed

SECONDS = 30.0
MEMORY = 1 << 30
WORKERS = 2
_START_SECONDS = 120.0
_IDLE_SECONDS = 60.0
"""A child (0.4 GB) idle for this long is not used again; idle for twice as long, it ends itself."""
_LARGEST_ANSWER = 200 << 20
_ROOT = Path(__file__).resolve().parents[1]
_KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "TMPDIR", "TZ", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH",
         "PYTHONDONTWRITEBYTECODE", "PYTHONPYCACHEPREFIX", "SYSTEMROOT")  # fmt: skip


class Sandbox:
    """A small pool of children. `parse` may be called from several threads; each call has a child of its own."""

    def __init__(self, *, seconds: float = SECONDS, memory: int = MEMORY, workers: int = WORKERS) -> None:
        self._seconds, self._memory = seconds, memory
        self._free = threading.Semaphore(workers)
        self._lock = threading.Lock()
        self._idle: list[_Child] = []

    def parse(self, path: Path, suffix: str) -> Parsed:
        """The parsed file. Raises ItemError when it cannot be read or when it breaks a limit, which is then named."""
        with self._free:
            child = self._take()
            try:
                answer = child.ask({"path": str(path), "suffix": suffix}, self._seconds)
            except _TimedOut as error:
                child.kill()
                raise ItemError(
                    f"stopped: reading took more than {self._seconds:g} s", "Split the file or simplify it."
                ) from error
            except _Ended as error:
                child.kill()
                raise ItemError(f"the reader crashed on this file: {child.last_words()}", _SAVE_AGAIN) from error
            return self._result(child, answer)

    def _result(self, child: _Child, answer: dict[str, Any]) -> Parsed:
        if answer.get("memory"):
            child.kill()
            limit = self._memory >> 20
            raise ItemError(f"stopped: reading took more than {limit} MiB of memory", "Split the file or simplify it.")
        child.idle_since = time.monotonic()
        with self._lock:
            self._idle.append(child)
        if "error" in answer:
            raise ItemError(str(answer["error"]), str(answer.get("hint", "")), settled=answer.get("settled") is True)
        try:
            return Parsed.model_validate(answer.get("parsed"))
        except ValidationError as error:
            raise ItemError("the reader gave an answer that makes no sense", _SAVE_AGAIN) from error

    def _take(self) -> _Child:
        with self._lock:
            child = self._idle.pop() if self._idle else None
        if child and time.monotonic() - child.idle_since < _IDLE_SECONDS:
            return child
        if child:
            child.kill()
        return _Child(self._memory)

    def close(self) -> None:
        """Ends the idle children."""
        with self._lock:
            idle, self._idle = self._idle, []
        for child in idle:
            child.kill()


_SAVE_AGAIN = "Open the file and save it again, or in another format."


@cache
def shared() -> Sandbox:
    """The pool of this process; its children end with it."""
    pool = Sandbox()
    atexit.register(pool.close)
    return pool


class _TimedOut(OSError):
    pass


class _Ended(OSError):
    pass


class _Child:
    """One child process and the pipe to it."""

    idle_since = 0.0

    def __init__(self, memory: int) -> None:
        environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
        environment |= {"PYTHONPATH": str(_ROOT), "PYTHONIOENCODING": "utf-8"}
        environment |= {"SCARF_NO_ANALYTICS": "true", "DO_NOT_TRACK": "true", "OPENBLAS_NUM_THREADS": "1"}
        self._errors: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the child
        self._process = subprocess.Popen(
            [sys.executable, "-m", "ingest.sandbox", str(memory)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._errors,
            cwd=_ROOT, env=environment, start_new_session=True,
        )  # fmt: skip
        try:
            self._receive(time.monotonic() + _START_SECONDS)
        except (_TimedOut, _Ended) as error:
            self.kill()
            raise Unavailable(f"the parser process did not start: {self.last_words()}", "Run `make test`.") from error

    def ask(self, request: dict[str, Any], seconds: float) -> dict[str, Any]:
        """The child's answer. Raises _TimedOut or _Ended."""
        body = json.dumps(request).encode()
        try:
            assert self._process.stdin is not None
            self._process.stdin.write(struct.pack(">I", len(body)) + body)
            self._process.stdin.flush()
        except BrokenPipeError as error:
            raise _Ended from error
        return self._receive(time.monotonic() + seconds)

    def _receive(self, deadline: float) -> dict[str, Any]:
        (length,) = struct.unpack(">I", self._read(4, deadline))
        if length > _LARGEST_ANSWER:
            raise _Ended
        try:
            answer = json.loads(self._read(length, deadline))
        except ValueError as error:
            raise _Ended from error
        return answer if isinstance(answer, dict) else {}

    def _read(self, length: int, deadline: float) -> bytes:
        assert self._process.stdout is not None
        descriptor = self._process.stdout.fileno()
        chunks, missing = [], length
        with selectors.DefaultSelector() as selector:
            selector.register(descriptor, selectors.EVENT_READ)
            while missing:
                if not selector.select(max(0.0, deadline - time.monotonic())):
                    raise _TimedOut
                chunk = os.read(descriptor, min(missing, 1 << 20))
                if not chunk:
                    raise _Ended
                chunks.append(chunk)
                missing -= len(chunk)
        return b"".join(chunks)

    def kill(self) -> None:
        """Ends the child and what it started."""
        if self._process.poll() is None:
            try:
                os.killpg(self._process.pid, signal.SIGKILL)
            except ProcessLookupError:
                self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()

    def last_words(self) -> str:
        """The last line the child wrote to its error stream, or how it ended."""
        self._errors.seek(max(0, self._errors.seek(0, os.SEEK_END) - 2000))
        lines = self._errors.read().decode("utf-8", "replace").strip().splitlines()
        self._errors.close()
        return lines[-1][:200] if lines else f"exit code {self._process.returncode}"


# --- what runs in the child -------------------------------------------------------------------------------------------


def _serve(memory: int) -> None:
    from ingest.parse.elements import from_html

    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # a library that prints must not disturb the pipe
    from_html("<p>warm</p>")
    _limit(memory)
    sys.addaudithook(_no_network)
    _send(answers, {"ready": True})
    requests = sys.stdin.buffer
    while select.select([requests], [], [], 2 * _IDLE_SECONDS)[0] and (head := requests.read(4)):
        request = json.loads(requests.read(struct.unpack(">I", head)[0]))
        _send(answers, _answer(request["path"], request["suffix"]))


def _send(answers: IO[bytes], answer: dict[str, Any]) -> None:
    body = json.dumps(answer, ensure_ascii=False).encode("utf-8", "replace")
    answers.write(struct.pack(">I", len(body)) + body)
    answers.flush()


def _answer(path: str, suffix: str) -> dict[str, Any]:
    from ingest.parse.formats import DAMAGE, parse

    try:
        parsed = parse(Path(path).read_bytes(), suffix)
        return {"parsed": parsed.model_dump(mode="json")}
    except ItemError as error:
        return {"error": error.message, "hint": error.hint, "settled": error.settled}
    except MemoryError:
        return {"memory": True}
    except DAMAGE as error:
        if _memory_is_full():
            return {"memory": True}
        said = str(error).splitlines()[0][:200] if str(error) else ""
        return {"error": f"the file is damaged or unusual: {type(error).__name__} {said}".strip(), "hint": _SAVE_AGAIN}


def _limit(memory: int) -> None:
    """Address space for as much more resident memory as brings this process to `memory` bytes; macOS ignores it.

    The imports alone map 0.9 GB, most of it never touched, so a plain limit on address space would say little.
    """
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    statm = Path("/proc/self/statm")
    if statm.exists():
        mapped, resident = (int(pages) * resource.getpagesize() for pages in statm.read_text().split()[:2])
        resource.setrlimit(resource.RLIMIT_AS, (mapped + max(memory - resident, 64 << 20), resource.RLIM_INFINITY))


def _memory_is_full() -> bool:
    """Whether the address space was used up: C libraries report that as damage to the file."""
    import resource

    limit = resource.getrlimit(resource.RLIMIT_AS)[0]
    status = Path("/proc/self/status")
    if limit == resource.RLIM_INFINITY or not status.exists():
        return False
    peak = next((line.split()[1] for line in status.read_text().splitlines() if line.startswith("VmPeak")), "0")
    return int(peak) * 1024 > 0.9 * limit


def _no_network(event: str, arguments: tuple[Any, ...]) -> None:
    if event in ("socket.connect", "socket.getaddrinfo", "socket.sendto"):
        raise PermissionError("a parser must not use the network")


if __name__ == "__main__":
    _serve(int(sys.argv[1]))
