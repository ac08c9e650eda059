"""From a source to the index: list, compare, load what changed, mask, cut, store, remove what vanished.

Everything is listed before anything is loaded: the total is known, and a run that would remove most of a collection
asks at once instead of after an hour. A run that is cut short has stored all but its last batch, and the next one
goes on from there, because fingerprints are stored with the documents.
"""

from __future__ import annotations

import hashlib
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Protocol

from banso.core.errors import ItemError
from banso.core.texts import Shown
from banso.knowledge.documents import document_id
from banso.knowledge.index import Entry
from ingest import chunk as chunker
from ingest.progress import Progress, no_progress
from ingest.redact import Redactor
from ingest.report import Report, Tally
from ingest.sources.base import Failure, Item, Source
from ingest.texts import say

VERSION = "pipeline-1"
"""Part of every stored fingerprint: raise it when the same item must be stored differently."""

BATCH = 64
"""Chunks stored at once: a killed run loses at most these, a few seconds of embedding."""

WORTH_A_READER = 20
"""Changed items from which a second reader pays. Each takes 1.5 processor seconds to start,
a page a tenth of one."""

_NAMED = 3
"""Unreadable places that are named when they hold back removals; all are in the list of failures."""

Confirm = Callable[[str], bool]
"""Asked with one question; whether to go on."""


class Index(Protocol):
    """What the pipeline needs of the knowledge base."""

    def put(self, entries: Sequence[Entry]) -> None:
        """Insert or replace."""
        ...

    def remove(self, document_ids: Iterable[str]) -> int:
        """Remove; how many were there."""
        ...

    def fingerprints(self, source: str, collection: str) -> dict[str, str]:
        """Fingerprint by ref."""
        ...

    def settled_failures(self, source: str, collection: str) -> dict[str, tuple[str, str, str]]:
        """By path: (fingerprint, error, hint) of what would fail again in the same way."""
        ...

    def record_failures(self, source: str, collection: str, failures: Sequence[tuple[str, str, str, str]]) -> None:
        """Replace the collection's list of (path, error, hint, fingerprint or "")."""
        ...


@dataclass(frozen=True)
class Preparation:
    """What happens to a document between its source and the index."""

    redactor: Redactor
    count_tokens: Callable[[str], int]
    language: Shown = "ja"

    def fingerprint(self, item: Item) -> str:
        """Changes with the item, with what is masked and with how text is cut."""
        parts = (VERSION, self.redactor.version, str(chunker.LIMIT), str(chunker.WINDOW), item.fingerprint)
        return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()

    def entry(self, item: Item) -> Entry | Failure:
        """The item, masked and cut. An item that cannot be read, or has no text, is a failure."""
        try:
            document = self.redactor.redact(item.load())
        except ItemError as error:
            settled = self.fingerprint(item) if error.settled else ""
            return Failure(item.ref, error.message, error.hint, fingerprint=settled)
        chunks = chunker.chunk(document, self.count_tokens)
        if not chunks:
            return Failure(item.ref, say("no_text", self.language), say("no_text_hint", self.language))
        return Entry(document, tuple(chunks), self.fingerprint(item))


def run(  # noqa: PLR0913 - one call per run, each choice named
    source: Source,
    knowledge: Index,
    *,
    redactor: Redactor,
    count_tokens: Callable[[str], int],
    confirm: Confirm,
    progress: Progress | None = None,
    dry_run: bool = False,
    workers: int = 2,
    language: Shown = "ja",
) -> Report:
    """Bring the index to what `source` offers now, and say what was done.

    `confirm` is asked before more than half of a collection is removed. A dry run lists and compares, nothing else.
    """
    began = time.monotonic()
    tally = Tally(source.name, source.collection, dry_run)
    job = _Run(source, knowledge, Preparation(redactor, count_tokens, language), tally, progress or no_progress)
    job.compare_all()
    going = job.agreed(job.vanished(), confirm)
    if dry_run:
        job.forecast(going)
    else:
        job.store(workers)
        job.remove(going)
    return tally.report(time.monotonic() - began)


@dataclass
class _Run:
    """One run: what is stored, what is offered, what changed, what has been done."""

    source: Source
    knowledge: Index
    prepare: Preparation
    tally: Tally
    tell: Progress
    stored: dict[str, str] = field(default_factory=dict)
    settled: dict[str, tuple[str, str, str]] = field(default_factory=dict)
    offered: set[str] = field(default_factory=set)
    changed: deque[Item] = field(default_factory=deque)

    def compare_all(self) -> None:
        """Sort what the source offers into unchanged and changed."""
        self.stored = self.knowledge.fingerprints(self.source.name, self.source.collection)
        self.settled = self.knowledge.settled_failures(self.source.name, self.source.collection)
        for item in self.source.items():
            if isinstance(item, Failure):
                self.tally.fail(item)
            elif item.ref in self.offered:
                self.tally.fail(Failure(item.ref, self._say("duplicate"), self._say("duplicate_hint")))
            else:
                self._compare(item)

    def _compare(self, item: Item) -> None:
        self.offered.add(item.ref)
        now = self.prepare.fingerprint(item)
        before, error, hint = self.settled.get(item.ref, ("", "", ""))
        if self.stored.get(item.ref) == now:
            self.tally.counts["unchanged"] += 1
        elif before == now:
            self.tally.fail(Failure(item.ref, error, hint, fingerprint=now))
        else:
            self.changed.append(item)
        self.tell(len(self.offered), 0, item.ref)

    def vanished(self) -> list[str]:
        """Stored refs no longer offered, without those that may be in what could not be read."""
        gone = [ref for ref in self.stored if ref not in self.offered]
        unread = self.tally.failures
        sure = [ref for ref in gone if not any(_may_hold(failure, ref, self.stored) for failure in unread)]
        if held := len(gone) - len(sure):
            kept = set(gone) - set(sure)
            causes = [one.path for one in unread if any(_may_hold(one, ref, self.stored) for ref in kept)]
            places = ", ".join(causes[:_NAMED]) + (" …" if len(causes) > _NAMED else "")
            self.tally.warnings[self._say("removal_held", going=held, places=places)] += 1
        return sure

    def agreed(self, going: list[str], confirm: Confirm) -> list[str]:
        """What may be removed: everything, unless it is most of the collection and nobody agrees."""
        if 2 * len(going) <= len(self.stored) or self.tally.dry_run:
            return going
        name = PurePath(self.tally.collection).name or self.tally.collection
        if confirm(self._say("remove_many", name=name, going=len(going), stored=len(self.stored))):
            return going
        self.tally.warnings[self._say("removal_declined", going=len(going))] += 1
        return []

    def forecast(self, going: list[str]) -> None:
        """Count what a real run would do."""
        for item in self.changed:
            self.tally.counts["updated" if item.ref in self.stored else "added"] += 1
        self.tally.counts["deleted"] = len(going)

    def store(self, workers: int) -> None:
        """Load what changed and put it in batches, in the order of the source."""
        total, done, batch = len(self.changed), 0, list[Entry]()
        for ref, result in _loaded(self.changed, self.prepare.entry, min(workers, 1 + total // WORTH_A_READER)):
            if isinstance(result, Failure):
                self.tally.fail(result)
                done += 1
            else:
                batch.append(result)
            if sum(len(entry.chunks) for entry in batch) >= BATCH:
                done += self._put(batch)
                batch = []
            self.tell(done, total, ref)  # what is stored, not what is loaded: embedding is nearly all of the time
        self.tell(done + self._put(batch), total, "")

    def _put(self, batch: Sequence[Entry]) -> int:
        if not batch:
            return 0
        self.knowledge.put(batch)
        for entry in batch:
            self.tally.counts["updated" if entry.document.ref in self.stored else "added"] += 1
            self.tally.chunks += len(entry.chunks)
            self.tally.masked.update(entry.document.masked)
            self.tally.warnings.update(f"{entry.document.ref}: {warning}" for warning in entry.document.warnings)
        return len(batch)

    def remove(self, going: list[str]) -> None:
        """Remove what vanished and keep the list of failures for the screens."""
        name, collection = self.source.name, self.source.collection
        if going:
            self.tally.counts["deleted"] = self.knowledge.remove(document_id(name, collection, ref) for ref in going)
        failures = [(one.path, one.error, one.hint, one.fingerprint) for one in self.tally.failures]
        self.knowledge.record_failures(name, collection, failures)

    def _say(self, key: str, **values: object) -> str:
        return say(key, self.prepare.language, **values)


def _may_hold(failure: Failure, ref: str, stored: dict[str, str]) -> bool:
    """Whether `ref` may come from what could not be read: the item itself, or the folder that it lies in."""
    if failure.hides:
        return True
    if failure.covers:
        return ref.startswith(failure.covers)
    if failure.path in stored:
        return failure.path == ref
    folder = failure.path.rpartition("/")[0]
    return not folder or ref.startswith((f"{folder}/", f"{PurePath(folder).name}/"))


def _loaded(
    items: deque[Item], load: Callable[[Item], Entry | Failure], workers: int
) -> Iterator[tuple[str, Entry | Failure]]:
    """Each item's result, in order. A few are loaded ahead and all are let go when done: memory stays flat."""
    ahead: deque[tuple[str, Future[Entry | Failure]]] = deque()
    pool = ThreadPoolExecutor(workers)
    try:
        while items or ahead:
            while items and len(ahead) < 4 * workers:
                item = items.popleft()
                ahead.append((item.ref, pool.submit(copy_context().run, load, item)))
            ref, future = ahead.popleft()
            yield ref, future.result()
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
