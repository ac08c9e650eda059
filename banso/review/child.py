"""Keeping the provider's credentials out of the process that runs the model."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from banso.core.settings import PREFIX, SenderSettings

ROOT = Path(__file__).resolve().parents[2]


def take_sender_environment() -> dict[str, str]:
    """Remove every sender setting from this process's environment and return them, for `start_sender_child` only.

    Call it before anything else in a process that runs the agent. Processes started later do not inherit them, and the
    environment that the system keeps of this process's start (`/proc/PID/environ`) no longer shows them.
    """
    names = [PREFIX + name.upper() for name in SenderSettings.model_fields if PREFIX + name.upper() in os.environ]
    for name in names:
        _blank(name)
    return {name: os.environ.pop(name) for name in names}


def _blank(name: str) -> None:
    """Overwrite the value where it stands: removing a variable leaves its bytes in memory, for others to read."""
    if os.name != "posix":
        return
    find = ctypes.CDLL(None).getenv
    find.argtypes, find.restype = [ctypes.c_char_p], ctypes.c_void_p
    where = find(os.fsencode(name))
    if where:
        ctypes.memset(where, 0, len(ctypes.string_at(where)))


def start_sender_child(taken: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """Start a keeper (banso/review/keeper.py) with the taken settings, which keeps a sender running and remembers them
    in place of this process. Both end with this process, or on `terminate()`."""
    command = [sys.executable, "-m", "banso.review.keeper", str(os.getpid())]
    return subprocess.Popen(command, env=child_environment(taken))


def child_environment(taken: Mapping[str, str]) -> dict[str, str]:
    """The environment of a process that may know the taken settings; it finds this code from any folder."""
    return {**os.environ, **_importable(), **taken}


def _importable() -> dict[str, str]:
    before = os.environ.get("PYTHONPATH", "")
    return {"PYTHONPATH": os.pathsep.join([str(ROOT), before] if before else [str(ROOT)])}
