"""A copilot over a small real index without the real embedder: it comes in through the door of the ablations."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from agents import checkpoints
from agents.models.extractive import ExtractiveChat
from agents.models.roster import roster_of
from agents.session import Copilot
from agents.threads import Threads
from banso.core.database import open_database
from banso.core.settings import Settings
from banso.knowledge.documents import Chunk
from banso.knowledge.index import Entry, open_knowledge
from banso.review.ledger import open_ledger
from evals.suites import Suite
from tests.agents.fakes import DOCUMENTS, BagEmbedder, ListCrm
from tests.review.passing import Passing


class NearBag(BagEmbedder):
    """Texts that share nothing are as near as in e5, so that the index and not the embedder decides."""

    name, near = "near bag", 2.0

    def passages(self, texts: Sequence[str]) -> Any:
        rows = super().passages(texts)
        rows[:, 256] *= self.near
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)

    queries = passages


ASKED = {"id": "lock", "question": "HR-1007 のロックはどうすれば解除できますか？", "language": "ja", "answerable": True}
CASES: tuple[dict[str, Any], ...] = (
    {**ASKED, "gold": ["lock.md"], "must_say": ["30分"], "tools": ["search_knowledge"]},
    {"id": "none", "question": "HR-9999 とは何ですか？", "language": "ja", "answerable": False},
)


@dataclass
class Bench:
    """The bench as an ablation: `open` is called by the runner with the settings of its own folder."""

    model: Any = None
    gate: Passing = field(default_factory=Passing)
    name: str = "bag of words"

    def open(self, settings: Settings) -> Copilot:
        database, embedder = open_database(settings), NearBag()
        return Copilot(
            open_knowledge(settings, embedder), ListCrm(), open_ledger(settings, database, check=self.gate),
            roster_of(self.model or ExtractiveChat(embedder=embedder), settings.model), settings,
            checkpoints.open_checkpointer(settings), Threads(database), release=database.close,
        )  # fmt: skip


def fill(settings: Settings) -> None:
    """The index: each document is one chunk."""
    whole = [
        Entry(one, (Chunk(document_id=one.id, ordinal=0, text=one.text, start=0, end=len(one.text)),), "1")
        for one in DOCUMENTS
    ]
    with closing(open_knowledge(settings, NearBag())) as knowledge:
        knowledge.put(whole)


def suite_of(folder: Path, *cases: dict[str, Any], **fields: Any) -> Suite:
    """A suite over the index at hand."""
    path = folder / "cases.jsonl"
    path.write_text("\n".join(json.dumps(case) for case in cases or CASES), encoding="utf-8")
    return Suite(name="bench", cases=path, **fields)


def silent(_done: int, _total: int, _what: str) -> None:
    """Progress that nobody watches."""
