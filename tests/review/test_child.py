"""What of the provider's credentials is left in a process that gave them away."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from banso.review.child import start_sender_child

ROOT = Path(__file__).resolve().parents[2]
SECRET = "a very long password, 長い"
LEFT = """
from banso.review.child import take_sender_environment
import os, pathlib, subprocess, sys
taken = take_sender_environment()
first = pathlib.Path("/proc/self/environ")
inherited = subprocess.run([sys.executable, "-c", "import os; print(dict(os.environ))"], capture_output=True, text=True)
print(taken["BANSO_SMTP_PASSWORD"] == os.fsdecode({secret!r}))
print("very long" in str(dict(os.environ)) + inherited.stdout)
print(b"very long" in first.read_bytes() if first.exists() else "no /proc")
print(take_sender_environment())
"""


def test_taken_credentials_are_gone_from_the_environment_and_from_proc() -> None:
    environment = {**os.environ, "BANSO_SMTP_PASSWORD": SECRET, "PYTHONUTF8": "1"}
    code = LEFT.format(secret=SECRET.encode())
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    taken, still_there, in_proc, again = done.stdout.splitlines()
    assert (taken, still_there, again) == ("True", "False", "{}")
    if in_proc == "no /proc":
        pytest.skip("this system has no /proc: nothing to look into")
    assert in_proc == "False"


def test_the_sender_drops_them_once_it_has_read_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another process of the same user can read a process's environment, but not its memory."""
    if not Path("/proc/self/environ").exists():
        pytest.skip("this system has no /proc: nothing to look into")
    monkeypatch.setenv("BANSO_DATA", str(tmp_path))
    child = start_sender_child({"BANSO_SMTP_PASSWORD": SECRET})
    try:
        environ, end = Path(f"/proc/{child.pid}/environ"), time.monotonic() + 60
        while b"very long" in environ.read_bytes() or b"BANSO_DATA" not in environ.read_bytes():
            assert time.monotonic() < end, "the sender keeps the password in its environment"
            time.sleep(0.1)
        assert child.poll() is None
    finally:
        child.terminate()
        child.wait(20)
