"""Messages as .eml files in a folder: to read, or for a mail system to pick up."""

from __future__ import annotations

import os
import re
from pathlib import Path

from banso.review.channels.base import NotSent
from banso.review.message import Outgoing

_SAFE = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}")


class EmlChannel:
    """Writes `<key>.eml` whole or not at all; the same key again is the same file, so a repeat delivers once."""

    name = "eml"
    idempotent = True

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def send(self, message: Outgoing) -> None:
        """Write the file and wait until the disk has it."""
        if not _SAFE.fullmatch(message.key):
            raise NotSent(f"the key {message.key!r} cannot be a file name", again=False)
        part = self.folder / f".{message.key}.{os.getpid()}.part"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            part.unlink(missing_ok=True)
            with part.open("xb") as file:  # never through a link that somebody laid there
                file.write(message.to_bytes())
                file.flush()
                os.fsync(file.fileno())
            self._publish(part, self.folder / f"{message.key}.eml")
        except OSError as error:
            raise NotSent(f"cannot write to {self.folder}: {error}", again=True) from error

    def _publish(self, part: Path, whole: Path) -> None:
        os.replace(part, whole)
        handle = os.open(self.folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
