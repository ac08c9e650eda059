"""A folder or a zip file as one flat tree of files, with the limits that untrusted archives need.

Entries are read from the archive directly; nothing is extracted to disk. What is refused is named and left out.
"""

from __future__ import annotations

import os
import stat
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Protocol

from banso.core.errors import ConfigError, ItemError
from ingest.sources.base import Failure
from ingest.texts import told


@dataclass(frozen=True)
class Limits:
    """What one archive may contain. The ratio is checked from `small` bytes on: below, it cannot do harm."""

    ratio: int = 100
    entry: int = 50 * 2**20
    total: int = 2**30
    entries: int = 50_000
    small: int = 64 * 2**10


class Tree(Protocol):
    """Files under one root, named by `/`-separated paths relative to it."""

    refused: tuple[Failure, ...]

    def names(self) -> list[str]:
        """Every readable file, in a stable order."""
        ...

    def read(self, name: str) -> bytes:
        """The bytes of one file. Raises ItemError when it is absent, damaged or over a limit."""
        ...

    def close(self) -> None:
        """Release the file handle."""
        ...


def open_tree(path: Path, limits: Limits | None = None, *, shown: str = "") -> Tree:
    """The folder or zip file at `path`, called `shown` in messages. Raises ConfigError when it is neither, is damaged
    or is over a limit."""
    limits, shown = limits or Limits(), shown or str(path)
    if path.is_dir():
        return FolderTree(path, shown, limits)
    if not path.exists():
        raise ConfigError(told("path.missing", path=shown), told("path.check"))
    return ZipTree(path, shown, limits)


class FolderTree:
    """A folder on disk. Symbolic links are refused: they may lead outside."""

    def __init__(self, root: Path, shown: str, limits: Limits) -> None:
        self._root, self._limits = root, limits
        found, refused = [], []
        for folder, folders, files in os.walk(root):
            folders.sort()
            for name in (*folders, *files):
                path = Path(folder, name)
                inside = path.relative_to(root).as_posix()
                if path.is_symlink():
                    refused.append(Failure(inside, told("archive.link"), told("archive.link_hint"), covers=inside))
                elif name in files:
                    found.append(inside)
        if len(found) > limits.entries:
            raise ConfigError(f"{shown}: {told('archive.many', count=limits.entries)}", told("archive.parts"))
        self._names, self.refused = sorted(found), tuple(refused)

    def names(self) -> list[str]:
        """Every readable file, sorted."""
        return self._names

    def read(self, name: str) -> bytes:
        """The bytes of one file. Raises ItemError."""
        path = self._root / name
        try:
            if path.stat().st_size > self._limits.entry:
                raise _too_large(name, self._limits)
            return path.read_bytes()
        except OSError as error:
            raise ItemError(told("path.unreadable", why=error.strerror), told("path.permissions")) from error

    def close(self) -> None:
        """Nothing is held open."""


class ZipTree:
    """A zip file, checked entry by entry when opened. Several threads may read it."""

    def __init__(self, path: Path, shown: str, limits: Limits) -> None:
        self._limits = limits
        try:
            self._zip = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, OSError, NotImplementedError) as error:
            raise ConfigError(told("archive.no_zip", path=shown, why=error), told("archive.again")) from error
        files = [info for info in self._zip.infolist() if not info.is_dir()]
        if problem := _whole(files, limits):
            self._zip.close()
            raise ConfigError(f"{shown}: {problem}", told("archive.unpack"))
        self._files: dict[str, zipfile.ZipInfo] = {}
        refused = []
        for info in files:
            name = _name(info)
            if problem := _unsafe(name, info, limits):
                refused.append(Failure(name, problem, told("archive.without"), covers=name))
            else:
                self._files[name] = info
        self.refused = tuple(refused)

    def names(self) -> list[str]:
        """Every readable entry, sorted."""
        return sorted(self._files)

    def read(self, name: str) -> bytes:
        """The bytes of one entry. Raises ItemError when it is damaged, encrypted or larger than it says."""
        if name not in self._files:
            raise ItemError(told("archive.absent"))
        try:
            with self._zip.open(self._files[name]) as entry:
                data = entry.read(self._limits.entry + 1)
        except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError, OSError) as error:
            raise ItemError(told("archive.damaged", why=error), told("archive.again")) from error
        if len(data) > self._limits.entry:
            raise _too_large(name, self._limits)
        return data

    def close(self) -> None:
        """Close the file."""
        self._zip.close()


def _whole(files: list[zipfile.ZipInfo], limits: Limits) -> str:
    """What is wrong with the archive as a whole, or an empty string."""
    if len(files) > limits.entries:
        return told("archive.many", count=limits.entries)
    if sum(info.file_size for info in files) > limits.total:
        return told("archive.unpacked", size=limits.total // 2**20)
    return ""


def _unsafe(name: str, info: zipfile.ZipInfo, limits: Limits) -> str:
    """What is wrong with one entry, or an empty string."""
    parts = PurePosixPath(name).parts
    if name.startswith("/") or ".." in parts or "\x00" in name or (parts and parts[0].endswith(":")):
        return told("archive.outside")
    if stat.S_ISLNK(info.external_attr >> 16):
        return told("archive.link")
    if info.file_size > limits.entry:
        return told("archive.entry", size=limits.entry // 2**20)
    if info.file_size > limits.small and info.file_size > limits.ratio * max(info.compress_size, 1):
        return told("archive.ratio", ratio=limits.ratio)
    return ""


def _name(info: zipfile.ZipInfo) -> str:
    """The entry's path. Old Windows tools write Japanese names in code page 932 without saying so."""
    name = info.filename
    if not info.flag_bits & 0x800:
        for encoding in ("utf-8", "cp932"):
            try:
                name = info.filename.encode("cp437").decode(encoding)
                break
            except UnicodeError:
                continue
    return name.replace("\\", "/")


def _too_large(name: str, limits: Limits) -> ItemError:
    return ItemError(told("archive.too_large", name=name, size=limits.entry // 2**20), told("archive.leave_out"))
