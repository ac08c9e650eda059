"""A measured system in a process of its own: asked line by line, its memory watched from outside."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

from banso.core.errors import BansoError

EVERY = 0.1
"""Seconds between two looks at the memory: a shorter peak is not seen."""
GRACE = 10
"""Seconds that a system may take to end."""


class SystemFailed(BansoError):
    """The system stopped, or answered what is no answer; the message ends with what it said last."""


class SystemProcess:
    """Speaks `protocol.py` with a script. Nothing of our environment but the paths reaches it: no setting, no key."""

    def __init__(self, python: Path, script: Path, root: Path) -> None:
        self._errors = tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace")  # noqa: SIM115 - closed below
        self._process = subprocess.Popen(
            [str(python), str(script)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._errors,
            text=True, encoding="utf-8", cwd=root, env=_environment(root), start_new_session=True,
        )  # fmt: skip
        self._memory = MemoryWatch(self._process.pid)

    @property
    def peak_bytes(self) -> int:
        """The most resident memory so far, over the process and everything it started."""
        self._memory.look()
        return self._memory.peak

    def ask(self, **request: object) -> dict[str, Any]:
        """One answer. Raises SystemFailed."""
        assert self._process.stdin and self._process.stdout
        try:
            self._process.stdin.write(json.dumps(request, ensure_ascii=False) + "\n")
            self._process.stdin.flush()
            line = self._process.stdout.readline()
            said = json.loads(line)
        except (BrokenPipeError, json.JSONDecodeError) as error:
            self._process.kill()  # after half a line nothing that it says could be trusted
            raise SystemFailed(f"stopped at {request['do']!r}: {self._last_words()}") from error
        if not isinstance(said, dict):
            raise SystemFailed(f"answered {said!r:.80} to {request['do']!r}")
        return said

    def close(self) -> None:
        """End the process, by the end of its input or by force."""
        self._memory.stop()
        assert self._process.stdin and self._process.stdout
        with suppress(BrokenPipeError):
            self._process.stdin.close()
        try:
            self._process.wait(timeout=GRACE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()
        self._errors.close()

    def _last_words(self) -> str:
        self._process.wait()
        self._errors.seek(0)
        lines = self._errors.read().strip().splitlines()
        return lines[-1] if lines else f"exit status {self._process.returncode}, and nothing said"


class MemoryWatch:
    """Looks at the resident memory of a process tree until it is stopped (Linux: /proc)."""

    def __init__(self, pid: int) -> None:
        self.peak = 0
        self._pid, self._stop = pid, threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def look(self) -> None:
        """See how much it is now."""
        self.peak = max(self.peak, tree_bytes(self._pid))

    def stop(self) -> None:
        """Look no more."""
        self._stop.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._stop.wait(EVERY):
            self.look()


def tree_bytes(pid: int) -> int:
    """Resident bytes of a process and everything below it; pages that they share count in each."""
    parents: dict[int, list[int]] = {}
    resident: dict[int, int] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        except OSError:  # it ended meanwhile
            continue
        own = int(stat.parent.name)
        parents.setdefault(int(fields[1]), []).append(own)
        resident[own] = int(fields[21]) * os.sysconf("SC_PAGE_SIZE")
    total, waiting = 0, [pid]
    while waiting:
        one = waiting.pop()
        total += resident.get(one, 0)
        waiting += parents.get(one, [])
    return total


def _environment(root: Path) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "XDG_CACHE_HOME") if name in os.environ}
    return kept | {"PYTHONPATH": str(root), "PYTHONUTF8": "1", "ANONYMIZED_TELEMETRY": "False", "HF_HUB_OFFLINE": "1"}
