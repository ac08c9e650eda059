"""Bansō itself: `python -m ingest manuals` and the search that every answer begins with."""

from __future__ import annotations

from pathlib import Path

from banso.core.settings import Settings
from banso.knowledge.documents import Scope
from banso.knowledge.index import open_knowledge
from banso.knowledge.variants import refs_of
from evals.peers.protocol import files, serve
from ingest.service import ingest_path


class Banso:
    """The index of a data folder."""

    def __init__(self, data: Path) -> None:
        self._settings = Settings(data=data)
        self._knowledge = open_knowledge(self._settings)

    def versions(self) -> dict[str, str]:
        """The embedder; the version of the code is that of the checkout."""
        self._knowledge.embedder.queries(["begin"])
        return {"embedder": self._knowledge.embedder.name}

    def ingest(self, folder: Path) -> dict[str, str]:
        """Read, mask, chunk and index, as an operator would."""
        ingest_path(
            "manuals", folder, knowledge=self._knowledge, database=None, settings=self._settings,
            confirm=lambda _question: True,
        )  # fmt: skip
        failed = {failure.path: failure.error for failure in self._knowledge.failures()}
        stored = {document.ref for document in self._knowledge.documents(limit=self._knowledge.stats().documents)}
        return {ref: failed.get(ref, "not a manual") for ref, _ in files(folder) if ref not in stored}

    def search(self, question: str, k: int) -> list[str]:
        """The whole search, without an account."""
        return [ref for hit in self._knowledge.search(question, Scope(), k) for ref in refs_of(hit)][:k]


if __name__ == "__main__":
    serve(Banso)
