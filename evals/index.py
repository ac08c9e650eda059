"""The index at hand as the corpus of a suite: copied, so that a run leaves nothing in it, and checked."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from banso.core.errors import ConfigError
from banso.knowledge.locking import WriterLock
from evals.cases import Case
from evals.suites import FOLDER, Suite

if TYPE_CHECKING:
    from banso.knowledge.index import Knowledge

NAMED = 5
"""Missing documents that the error names; their number stands before them."""


def copy_index(data: Path, target: Path) -> None:
    """Copy registry, vectors and their cache, nothing else: questions of a run stay out of the real conversations.

    Raises ConfigError when there is no index, Unavailable when an ingestion keeps writing.
    """
    if not (data / "knowledge.db").is_file():
        raise ConfigError(f"{data}: no index here", "set BANSO_DATA to a data folder that holds the suite's sources")
    with WriterLock(data / "knowledge.lock").held():
        for pattern in ("knowledge.db*", "vectors.db*"):
            for path in data.glob(pattern):
                shutil.copy2(path, target)
        if (data / "chroma").is_dir():  # absent where BANSO_CHROMA_URL names a server
            shutil.copytree(data / "chroma", target / "chroma")


def require_gold(suite: Suite, cases: Sequence[Case], knowledge: Knowledge, data: Path) -> None:
    """Raises ConfigError unless the index holds every gold document: the figures would mean nothing without."""
    wanted = dict.fromkeys(ref for case in cases for ref in case.gold)
    missing = [ref for ref in wanted if not _holds(knowledge, ref)]
    if missing:
        raise ConfigError(
            f"{suite.name}: {len(missing)} of {len(wanted)} gold documents are not in the index at {data}: "
            + ", ".join(missing[:NAMED]),
            _hint(suite),
        )


def _hint(suite: Suite) -> str:
    """A suite of ours has a file that names the folders; a file of cases given by name has none."""
    if (FOLDER / f"{suite.name}.yaml").is_file():
        return f"evals/suites/{suite.name}.yaml says which folders to ingest"
    return f"set BANSO_DATA to the data folder that holds the documents which {suite.cases} asks about"


def _holds(knowledge: Knowledge, ref: str) -> bool:
    return any(document.ref == ref for document in knowledge.documents(matching=ref, limit=50))
