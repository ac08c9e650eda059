"""Where the built encoder is kept: the user's cache folder, or the data folder where that cannot be written."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from banso.core.errors import ConfigError

BUILDER = "1"  # grows with every change of what is built
_EDGE = 1 << 20


def digest(weights: Path) -> str:
    """Names a weights file by its size and both its ends: reading all 72 MB would cost more than loading the model."""
    found = hashlib.sha256(f"{BUILDER}:{weights.stat().st_size}:".encode())
    with weights.open("rb") as file:
        found.update(file.read(_EDGE))
        file.seek(-_EDGE, os.SEEK_END)
        found.update(file.read(_EDGE))
    return found.hexdigest()[:16]


def built(weights: Path, data: Path, name: str, build: Callable[[Path], None]) -> Path:
    """The file or folder `name` made from these weights; `build(path)` makes it when it is not there yet. Raises
    ConfigError when no folder can be written."""
    folder_name = f"e5-small-{digest(weights)}"
    folders = [cache_folder() / folder_name, data / "cache" / folder_name]
    for folder in folders:
        if (folder / name).exists():
            return folder / name
    for folder in folders:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            return _build_into(folder / name, build)
        except OSError:
            continue  # the next folder may be writable
    raise ConfigError(f"cannot write to {folders[0]} or {folders[1]}", "set XDG_CACHE_HOME to a writable folder")


def _build_into(target: Path, build: Callable[[Path], None]) -> Path:
    """Build beside the target and rename: a reader never sees half of it, two builders do not disturb each other."""
    with tempfile.TemporaryDirectory(dir=target.parent, prefix="building-") as scratch:
        made = Path(scratch) / target.name
        build(made)
        try:
            made.rename(target)
        except OSError:
            if not target.exists():
                raise
    return target


def cache_folder() -> Path:
    """The user's cache folder for this program."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "banso"
