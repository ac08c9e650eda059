"""Manuals: a file, or a folder with everything below it.

Which files count. A file that is named is always read, whatever it is called. In a folder, every file of a supported
format is read, README and index pages too; dot files and what stands in dot folders, `__MACOSX`, `node_modules` and
Office lock files (`~$…`) are not manuals. Pictures and old Office formats are reported as failures with what would
help, because people keep manuals in them; files of other types (LICENSE, .json, .py, style sheets) are passed over.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase as fnmatch
from pathlib import Path
from typing import Final

from banso.core.errors import ConfigError, ItemError
from banso.knowledge.documents import Document, SourceName
from ingest.parse.formats import READERS, suffix_of
from ingest.parse.legacy import LEGACY, converter
from ingest.parse.model import to_document
from ingest.sandbox import Sandbox, shared
from ingest.sources.base import Failure, Item, Source
from ingest.texts import told

READER_VERSION = "1"
"""Raised when all readers give other text for the same bytes, so that stored documents are read again."""
_NEWER = {"xlsx": "2", "xlsm": "2", "xls": "2", "docx": "2", "pptx": "2", "doc": "2", "ppt": "2"}
"""The same for single formats. 2: sheets are no pages, dates of templates are no dates."""

LARGEST_FILE = 50_000_000
_PASSED_OVER = frozenset({"node_modules", "__MACOSX"})


def open_manuals(
    path: str | Path, *, collection: str = "", exclude: Sequence[str] = (), sandbox: Sandbox | None = None
) -> Source:
    """The manuals at `path`. `collection` defaults to the absolute path; refs are relative to the folder. `exclude`:
    patterns (`pairs.csv`, `drafts/*`, `*.xlsx`) of refs or file names that are left out.

    Raises ConfigError when there is nothing at `path` or the folder cannot be read.
    """
    root = Path(path).expanduser()
    if not root.exists():
        raise ConfigError(told("path.missing", path=root), told("path.check"))
    if not os.access(root, os.R_OK | (os.X_OK if root.is_dir() else 0)):
        raise ConfigError(told("path.denied", path=root), told("path.chmod"))
    root = root.resolve()
    return Manuals(root, collection or str(root), tuple(exclude), sandbox)


class Manuals:
    """The Source over one root."""

    name: Final[SourceName] = "manual"

    def __init__(
        self, root: Path, collection: str, exclude: tuple[str, ...] = (), sandbox: Sandbox | None = None
    ) -> None:
        self._root, self._exclude, self._sandbox = root, exclude, sandbox
        self._base = root if root.is_dir() else root.parent
        self.collection = collection

    def items(self) -> Iterator[Item | Failure]:
        """Every manual in the order of its path."""
        for path in self._paths():
            ref = path.relative_to(self._base).as_posix()
            if any(fnmatch(ref, pattern) or fnmatch(path.name, pattern) for pattern in self._exclude):
                continue
            try:
                yield Item(ref, self._fingerprint(path), lambda path=path, ref=ref: self._load(path, ref))  # type: ignore[misc]
            except ItemError as error:
                yield Failure(ref, error.message, error.hint)

    def _paths(self) -> Iterator[Path]:
        if self._root.is_file():
            yield self._root
            return
        for folder, names, files in os.walk(self._root):
            names[:] = sorted(name for name in names if not name.startswith(".") and name not in _PASSED_OVER)
            yield from (Path(folder, name) for name in sorted(files) if _is_manual(name))

    def _fingerprint(self, path: Path) -> str:
        if not path.resolve().is_relative_to(self._base):
            raise ItemError(told("manuals.link"), told("manuals.link_hint"))
        try:
            size = path.stat().st_size
            if size > LARGEST_FILE:
                raise ItemError(told("manuals.large", size=f"{size / 1e6:.0f}"), told("manuals.split"))
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as error:
            raise ItemError(told("path.unreadable", why=error.strerror), told("path.permissions")) from error
        return f"{_NEWER.get(suffix_of(path.name), READER_VERSION)}:{digest}"

    def _load(self, path: Path, ref: str) -> Document:
        suffix = suffix_of(path.name)
        if suffix in LEGACY:
            converter(suffix)  # said here, before a child starts for nothing
        parsed = (self._sandbox or shared()).parse(path, suffix)
        return to_document(parsed, collection=self.collection, ref=ref, fallback_title=path.stem)


def _is_manual(name: str) -> bool:
    return not name.startswith((".", "~$")) and suffix_of(name) in _WORTH_NAMING


_WORTH_NAMING = READERS.keys() | {"png", "jpg", "jpeg", "tif", "tiff", "heic"}
