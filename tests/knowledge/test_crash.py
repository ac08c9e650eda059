"""Whatever moment a writer dies at, the next start finishes what it left behind."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from banso.core.settings import Settings
from banso.knowledge.documents import Scope
from banso.knowledge.index import Knowledge, open_knowledge
from tests.knowledge.builders import HashEmbedder, entry

_VICTIM = """
import os, signal, sys
from pathlib import Path
from banso.core.settings import Settings
from banso.knowledge.index import open_knowledge
from banso.knowledge.vectors import ChromaVectors
from tests.knowledge.builders import HashEmbedder, entry

class Deadly:
    "Chroma that kills its process at one call, before or after doing it."
    def __init__(self, inner, call, when):
        self.inner, self.call, self.when = inner, call, when
    def __getattr__(self, name):
        method = getattr(self.inner, name)
        def called(*arguments, **named):
            if name == self.call and self.when == "before":
                os.kill(os.getpid(), signal.SIGKILL)
            result = method(*arguments, **named)
            if name == self.call and self.when == "after":
                os.kill(os.getpid(), signal.SIGKILL)
            return result
        return called

data, act, call, when = Path(sys.argv[1]), *sys.argv[2:]
settings = Settings(data=data)
probe = open_knowledge(settings, HashEmbedder())
chroma = Deadly(probe._vectors, call, when)
knowledge = open_knowledge(settings, HashEmbedder(), vectors=chroma)
if act == "put":
    knowledge.put([entry("a.md", "bravo", fingerprint="2"), entry("new.md", "charlie")])
else:
    knowledge.remove([entry("a.md", "").document.id])
"""


def vectors_of(knowledge: Knowledge) -> dict[str, float]:
    return {hit.text: hit.dense for hit in knowledge.search("alpha bravo charlie delta", Scope())}


@pytest.mark.parametrize(
    ("act", "call", "when"),
    [
        ("put", "upsert", "before"), ("put", "upsert", "after"), ("put", "delete", "after"),
        ("remove", "delete", "before"), ("remove", "delete", "after"),
    ],
)  # fmt: skip
def test_kill_9_in_the_middle_is_repaired(settings: Settings, act: str, call: str, when: str) -> None:
    knowledge = open_knowledge(settings, HashEmbedder())
    knowledge.put([entry("a.md", "alpha", "delta")])
    knowledge.close()
    root = Path(__file__).resolve().parents[2]
    died = subprocess.run(
        [sys.executable, "-c", _VICTIM, str(settings.data), act, call, when], cwd=root, timeout=120, check=False
    )
    assert died.returncode == -signal.SIGKILL
    knowledge = open_knowledge(settings, HashEmbedder())
    expected = {"bravo", "charlie"} if act == "put" else set()
    found = vectors_of(knowledge)
    assert set(found) == expected
    assert all(dense > 0 for dense in found.values())
    assert knowledge.stats().pending == 0
    assert knowledge.repair() == 0
    knowledge.close()


class Refusing:
    """A vector store that is out of order until told otherwise."""

    def __init__(self) -> None:
        self.kept: dict[str, object] = {}
        self.broken = False

    def upsert(self, chunks: object, vectors: object) -> None:
        if self.broken:
            raise OSError("disk full")
        self.kept.update({chunk.id: None for chunk in chunks})  # type: ignore[attr-defined]

    def delete(self, ids: list[str]) -> None:
        for one in ids:
            self.kept.pop(one, None)

    def stored(self, ids: list[str]) -> dict[str, object]:
        return {}

    def count(self) -> int:
        return len(self.kept)

    def reset(self) -> None:
        self.kept.clear()

    def reopen(self) -> None: ...

    def close(self) -> None: ...


def test_a_failing_store_leaves_words_searchable_and_is_caught_up(settings: Settings) -> None:
    store = Refusing()
    knowledge = open_knowledge(settings, HashEmbedder(), vectors=store)  # type: ignore[arg-type]
    knowledge.put([entry("a.md", "alpha")])
    store.broken = True
    with pytest.raises(OSError, match="disk full"):
        knowledge.put([entry("a.md", "bravo")])
    hit = knowledge.search("bravo", Scope())[0]
    assert (hit.text, hit.dense) == ("bravo", 0.0)
    store.broken = False
    assert knowledge.repair() == 1
    assert knowledge.search("bravo", Scope())[0].dense > 0
    knowledge.close()


class Failing(HashEmbedder):
    def passages(self, texts: object) -> object:  # type: ignore[override]
        raise RuntimeError("out of memory")


def test_a_failing_embedder_changes_nothing(settings: Settings) -> None:
    knowledge = open_knowledge(settings, HashEmbedder())
    knowledge.put([entry("a.md", "alpha")])
    knowledge.close()
    knowledge = open_knowledge(settings, Failing())  # type: ignore[arg-type]
    with pytest.raises(RuntimeError):
        knowledge.put([entry("a.md", "bravo", fingerprint="2")])
    assert knowledge.fingerprints("manual", "docs") == {"a.md": "1"}
    knowledge.close()
