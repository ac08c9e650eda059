"""What one run did, for a person and for scripts."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from pydantic import BaseModel, ConfigDict

from ingest.sources.base import Failure


class Counts(BaseModel):
    """Documents (or, for a CRM, rows) by what became of them."""

    model_config = ConfigDict(frozen=True)

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    deleted: int = 0
    failed: int = 0


class FailedItem(BaseModel):
    """An item that did not go in, why, and what to do."""

    model_config = ConfigDict(frozen=True)

    path: str
    error: str
    hint: str = ""


class Report(BaseModel):
    """The result of one run. The first five fields are the shape that scripts rely on; their order is kept."""

    model_config = ConfigDict(frozen=True)

    source: str
    documents: Counts = Counts()
    chunks: int = 0
    seconds: float = 0.0
    failures: tuple[FailedItem, ...] = ()
    masked: dict[str, int] = {}
    warnings: dict[str, int] = {}
    collection: str = ""
    dry_run: bool = False

    @property
    def complete(self) -> bool:
        """Whether everything that was offered went in."""
        return self.documents.failed == 0

    def as_json(self) -> dict[str, object]:
        """The object that `--json` prints: source, documents, chunks, seconds, failures, then the extras."""
        return self.model_dump(mode="json")


@dataclass
class Tally:
    """Counts while a run goes on; `report` freezes them."""

    source: str
    collection: str = ""
    dry_run: bool = False
    counts: Counter[str] = field(default_factory=Counter)
    chunks: int = 0
    failures: list[Failure] = field(default_factory=list)
    masked: Counter[str] = field(default_factory=Counter)
    warnings: Counter[str] = field(default_factory=Counter)

    def fail(self, failure: Failure) -> None:
        """Note an item that did not go in."""
        self.failures.append(failure)

    def report(self, seconds: float) -> Report:
        """The frozen result. `failed` is the number of failures noted."""
        failed = tuple(FailedItem(path=f.path, error=f.error, hint=f.hint) for f in self.failures)
        return Report(
            source=self.source,
            documents=Counts(**{**self.counts, "failed": len(failed)}),
            chunks=self.chunks,
            seconds=round(seconds, 2),
            failures=failed,
            masked=dict(self.masked),
            warnings=dict(self.warnings.most_common()),
            collection=self.collection,
            dry_run=self.dry_run,
        )
