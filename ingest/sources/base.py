"""The contract between a source and the pipeline."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

from banso.knowledge.documents import Document, SourceName


@dataclass(frozen=True)
class Item:
    """One document that a source offers.

    `fingerprint` is cheap (a digest of the raw bytes or record plus the reader's version): when it equals the stored
    one, `load` is not called. `load` reads, parses and returns the document, unmasked; it raises ItemError when the
    item cannot be read. It may be called from a worker thread.
    """

    ref: str
    fingerprint: str
    load: Callable[[], Document]


@dataclass(frozen=True)
class Failure:
    """An item that could not go in, and what to do about it. `path` names the file, and the line where there is one.

    `covers`: the beginning of every ref that may be inside it, so that none of those counts as vanished; where empty,
    the pipeline judges by the path. `hides`: any document of the collection may be inside it. `fingerprint`: the
    pipeline's own, when the item would fail again.
    """

    path: str
    error: str
    hint: str = ""
    covers: str = ""
    hides: bool = False
    fingerprint: str = ""


class Source(Protocol):
    """A folder, file or archive opened for reading. Opening raises ConfigError when nothing could start."""

    @property
    def name(self) -> SourceName:
        """Which kind of source."""
        ...

    @property
    def collection(self) -> str:
        """Names the root; documents of this collection that are no longer offered have vanished."""
        ...

    def items(self) -> Iterator[Item | Failure]:
        """Every document once, in a stable order; what cannot even be listed comes as a Failure."""
        ...
