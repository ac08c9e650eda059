"""What a comparison of systems says: the shape of its JSON."""

from __future__ import annotations

from pydantic import Field

from evals.record import Frozen
from evals.statistics import Figure


class SystemResult(Frozen):
    """One system. `absent`: why nothing was measured; every figure is then empty. `note`: what a reader should know.

    Both are in English; in Japanese in the fields that end so, where there is more than what the system itself said.
    """

    name: str
    note: str = ""
    note_ja: str = ""
    absent: str = ""
    absent_ja: str = ""
    versions: dict[str, str] = Field(default_factory=dict)
    documents: int = 0
    """Documents taken in."""
    unread: dict[str, str] = Field(default_factory=dict)
    """Files that it could not take in, by ref, with the reason."""
    ingest_seconds: float = 0.0
    """From the folder to a searchable index; the embedder was loaded before."""
    ingest_cpu_seconds: float = 0.0
    """Processor time of the same, on all cores together."""
    documents_per_second: float = 0.0
    peak_bytes: int = 0
    """Most resident memory of its processes together, embedder included; shared pages count in each."""
    index_bytes: int = 0
    """Of all files that it keeps, straight after ingestion."""
    p50_seconds: float = 0.0
    p95_seconds: float = 0.0
    metrics: dict[str, Figure] = Field(default_factory=dict)
    against_ours: dict[str, Figure] = Field(default_factory=dict)
    """Means of the differences question by question, theirs less ours; an interval without zero is significant."""
    metrics_common: dict[str, Figure] = Field(default_factory=dict)
    """As `metrics`, over the questions whose documents every system could read."""
    against_ours_common: dict[str, Figure] = Field(default_factory=dict)
    scores: dict[str, dict[str, float]] = Field(default_factory=dict)
    """By question and metric."""

    def about(self, language: str) -> str:
        """Why it was not measured, or else the note, in this language."""
        japanese = (self.absent_ja, self.note_ja) if language == "ja" else ("", "")
        return (japanese[0] or self.absent) if self.absent else (japanese[1] or self.note)


class PeersReport(Frozen):
    """All systems on one corpus. `common`: questions whose gold documents every system could read."""

    corpus: str
    at: str
    documents: int
    questions: int
    left_out: int
    common: int
    systems: tuple[SystemResult, ...]
    cores: int = 0
    load: float = 0.0
    """Processes that wanted a core, on average over the minute before: above `cores`, times say little."""
    format: str = "banso-peers-1"
