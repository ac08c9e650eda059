"""A system of a few lines for the tests: word overlap over .md files. `FAKE` in a question makes it misbehave."""

from __future__ import annotations

import os
from pathlib import Path

from evals.peers.protocol import files, serve


class Overlap:
    def __init__(self, data: Path) -> None:
        self._data, self._texts = data, dict[str, set[str]]()

    def versions(self) -> dict[str, str]:
        print("a library says hello on standard output")
        return {"overlap": "1.0", "settings": ",".join(name for name in os.environ if name.startswith("BANSO_"))}

    def ingest(self, folder: Path) -> dict[str, str]:
        self._texts = {
            ref: set(path.read_text().casefold().split()) for ref, path in files(folder) if path.suffix == ".md"
        }
        (self._data / "index").write_text("x" * 1000)
        return {ref: "not Markdown" for ref, _ in files(folder) if ref not in self._texts}

    def search(self, question: str, k: int) -> list[str]:
        if "crash" in question:
            raise ValueError("no such index")
        words = set(question.casefold().split())
        return sorted(self._texts, key=lambda ref: (-len(words & self._texts[ref]), ref))[:k]


if __name__ == "__main__":
    serve(Overlap)
