"""What every part gets: files, questions, an index of its own to search in, and a folder to write in."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from banso.core.settings import Settings
from banso.knowledge.index import Knowledge, open_knowledge
from evals.index import copy_index
from evals.peers.corpora import Corpus
from evals.peers.protocol import files
from evals.run import Progress
from ingest.service import ingest_path


@dataclass
class Bench:
    """`documents`: files that are taken in where a part says how many; `chunks`: the largest index that is grown;
    `turns`: of the long conversation."""

    corpus: Corpus
    settings: Settings
    folder: Path
    tell: Progress
    documents: int = 200
    chunks: int = 20_000
    turns: int = 100
    questions: Sequence[str] = ()

    def index(self) -> Settings:
        """Settings of a copy of the index at hand or, where there is none, of one made from the corpus."""
        made = self.folder / "index"
        if not made.exists():
            made.mkdir()
            if (self.settings.data / "knowledge.db").is_file():
                copy_index(self.settings.data, made)
            else:
                self._ingested(made)
        return Settings(data=made)

    def knowledge(self) -> Knowledge:
        """That index, opened."""
        return open_knowledge(self.index())

    def scratch(self, name: str) -> Path:
        """A new empty folder."""
        path = self.folder / name
        shutil.rmtree(path, ignore_errors=True)
        path.mkdir(parents=True)
        return path

    def many(self, name: str, count: int, mark: Callable[[int], str] = lambda _number: "") -> Path:
        """A folder of `count` text files of the corpus, begun again from the first where it has fewer. `mark(i)` is put
        at the end of file i: text that is embedded anew."""
        target = self.scratch(name)
        texts = [path for _, path in files(self.corpus.folder) if path.suffix in {".md", ".txt"}]
        for number, path in enumerate(itertools.islice(itertools.cycle(texts), count)):
            text = path.read_text(encoding="utf-8", errors="replace") + mark(number)
            (target / f"{number:06}{path.suffix}").write_text(text, encoding="utf-8")
        return target

    def _ingested(self, data: Path) -> None:
        settings = Settings(data=data)
        knowledge = open_knowledge(settings)
        try:
            ingest_path("manuals", self.corpus.folder, knowledge=knowledge, database=None, settings=settings)
        finally:
            knowledge.close()
