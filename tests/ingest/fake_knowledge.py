"""An index in memory, through the same door as the real one, and a source made of plain strings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from banso.core.errors import ItemError
from banso.knowledge.documents import Document, SourceName, document_id
from banso.knowledge.index import Entry
from ingest.sources.base import Failure, Item


@dataclass
class FakeKnowledge:
    """Keeps entries by document id; `crash_after` puts, the next one dies as a killed process would."""

    entries: dict[str, Entry] = field(default_factory=dict)
    failed: dict[tuple[str, str], list[tuple[str, str, str, str]]] = field(default_factory=dict)
    puts: list[int] = field(default_factory=list)
    crash_after: int = -1

    def put(self, entries: Sequence[Entry]) -> None:
        if len(self.puts) == self.crash_after:
            raise KeyboardInterrupt
        self.puts.append(sum(len(entry.chunks) for entry in entries))
        self.entries.update({entry.document.id: entry for entry in entries})

    def remove(self, document_ids: Iterable[str]) -> int:
        return sum(self.entries.pop(identity, None) is not None for identity in list(document_ids))

    def fingerprints(self, source: str, collection: str) -> dict[str, str]:
        mine = (e for e in self.entries.values() if (e.document.source, e.document.collection) == (source, collection))
        return {entry.document.ref: entry.fingerprint for entry in mine}

    def settled_failures(self, source: str, collection: str) -> dict[str, tuple[str, str, str]]:
        mine = self.failed.get((source, collection), [])
        return {path: (fingerprint, error, hint) for path, error, hint, fingerprint in mine if fingerprint}

    def record_failures(self, source: str, collection: str, failures: Sequence[tuple[str, str, str, str]]) -> None:
        self.failed[source, collection] = list(failures)

    def texts(self) -> dict[str, str]:
        return {entry.document.ref: entry.document.text for entry in self.entries.values()}


@dataclass
class FakeSource:
    """Texts by ref; None cannot be read; Failures in `unlisted` come while listing. Counts what was loaded."""

    texts: dict[str, str | None]
    unlisted: list[Failure] = field(default_factory=list)
    name: SourceName = "ticket"
    collection: str = "desk"
    loaded: list[str] = field(default_factory=list)
    settled: bool = False

    def items(self) -> Iterator[Item | Failure]:
        yield from self.unlisted
        for ref, text in self.texts.items():
            yield Item(ref, f"{text}", self._load(ref, text))

    def _load(self, ref: str, text: str | None) -> Callable[[], Document]:
        def load() -> Document:
            self.loaded.append(ref)
            if text is None:
                raise ItemError("damaged", "send it again", settled=self.settled)
            return Document(source=self.name, collection=self.collection, ref=ref, title=ref, text=text, language="en")

        return load

    def id(self, ref: str) -> str:
        return document_id(self.name, self.collection, ref)
