"""Keeping the provider's credentials out of the process that runs the model."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from banso.core.settings import PREFIX, SenderSettings

ROOT = Path(__file__).resolve().parents[2]


def take_sender_environment() -> dict[str, str]:
    """Remove every sender setting from this process's environment and return them, for `start_sender_child` only.

    Call it before anything else in a process that runs the agent. Processes started later do not inherit them.
    """
    names = [PREFIX + name.upper() for name in SenderSettings.model_fields]
    return {name: os.environ.pop(name) for name in names if name in os.environ}


def start_sender_child(taken: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """Start `python -m agents send --watch` with the taken settings. It ends with this process, or on `terminate()`."""
    command = [sys.executable, "-m", "agents", "send", "--watch", "--parent", str(os.getpid())]
    return subprocess.Popen(command, env={**os.environ, **_importable(), **taken})


def _importable() -> dict[str, str]:
    before = os.environ.get("PYTHONPATH", "")
    return {"PYTHONPATH": os.pathsep.join([str(ROOT), before] if before else [str(ROOT)])}
