"""Records set aside on disk between listing and loading, so that memory holds none of them."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from typing import IO


@dataclass(frozen=True)
class Place:
    """Where a text lies in a spool."""

    offset: int
    length: int


class Spool:
    """A file without a name that only this process can open; the system removes it when the process ends.

    One thread appends; any thread may read what was appended.
    """

    def __init__(self) -> None:
        self._file: IO[bytes] = tempfile.TemporaryFile(prefix="banso-")  # noqa: SIM115 - closed by `close`
        self._end = 0

    def append(self, text: str) -> Place:
        """Keep a text."""
        data = text.encode("utf-8", "surrogatepass")
        place = Place(self._end, len(data))
        view = memoryview(data)
        while view:
            written = os.pwrite(self._file.fileno(), view, self._end)
            self._end += written
            view = view[written:]
        return place

    def read(self, place: Place) -> str:
        """The text that was kept there."""
        parts, offset, missing = [], place.offset, place.length
        while missing:
            part = os.pread(self._file.fileno(), missing, offset)
            if not part:
                raise EOFError("the spool is shorter than it was")
            parts.append(part)
            offset, missing = offset + len(part), missing - len(part)
        return b"".join(parts).decode("utf-8", "surrogatepass")

    def close(self) -> None:
        """Give the disk space back."""
        self._file.close()
