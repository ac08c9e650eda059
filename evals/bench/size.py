"""Bytes on disk of the index for each chunk, beyond the chunk's own text."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from banso.knowledge.schema import connect
from evals.bench.bench import Bench
from evals.bench.result import Measure
from evals.peers.compare import folder_bytes

PARTS = {"size_registry": ("knowledge.db*",), "size_cache": ("vectors.db*",), "size_chroma": ("chroma",)}


def measure(bench: Bench) -> list[Measure]:
    """The whole, then what each file adds to it (text included)."""
    data = bench.index().data
    with closing(connect(data / "knowledge.db")) as db:
        chunks, text = db.execute(
            "SELECT count(*), sum(length(CAST(json_extract(unpacked(hit), '$.text') AS BLOB))) FROM texts"
        ).fetchone()
    sizes = {name: sum(_bytes(path) for one in found for path in data.glob(one)) for name, found in PARTS.items()}
    beyond = (sum(sizes.values()) - text) / chunks
    parts = [Measure(part="size", name=name, value=size / chunks, unit="B") for name, size in sizes.items()]
    whole = Measure(part="size", name="size_chunk", value=beyond, unit="B", bound=3000.0)
    return [whole, *parts, Measure(part="size", name="size_text", value=text / chunks, unit="B")]


def _bytes(path: Path) -> int:
    return folder_bytes(path) if path.is_dir() else path.stat().st_size
