"""Finding what a person wants removed, and removing it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path, PurePath

from banso.core.errors import NotFound
from banso.core.texts import Shown
from banso.knowledge.documents import document_id
from banso.knowledge.index import Knowledge
from banso.knowledge.results import CollectionSummary
from ingest.texts import say


@dataclass(frozen=True)
class Target:
    """One document (`collection` empty) or everything of a collection, over all its sources."""

    name: str
    documents: tuple[str, ...]
    collections: tuple[tuple[str, str], ...] = ()

    def question(self, language: Shown) -> str:
        """What to ask before removing it."""
        key = "forget_collection" if self.collections else "forget_document"
        return say(key, language, name=self.name, count=len(self.documents))


def find_target(knowledge: Knowledge, name: str, language: Shown) -> Target:
    """The document of this id, or the collection of this name, path or last folder. Raises NotFound."""
    try:
        return Target(knowledge.document(name).title, (name,))
    except NotFound:
        found = _collections(knowledge.collections(), name)
    if not found:
        raise NotFound(say("unknown", language, name=name), say("unknown_hint", language))
    if len({one.collection for one in found}) > 1:
        names = ", ".join(sorted({one.collection for one in found}))
        raise NotFound(say("ambiguous", language, name=name), say("ambiguous_hint", language, names=names))
    pairs = tuple((one.source, one.collection) for one in found)
    documents = (document_id(*pair, ref) for pair in pairs for ref in knowledge.fingerprints(*pair))
    return Target(found[0].collection, tuple(documents), pairs)


def forget_target(knowledge: Knowledge, target: Target) -> int:
    """Remove it with its list of failures; how many documents were there."""
    removed = knowledge.remove(target.documents)
    for source, collection in target.collections:
        knowledge.record_failures(source, collection, [])
    return removed


def _collections(collections: list[CollectionSummary], name: str) -> list[CollectionSummary]:
    """Those that the name fits best: exactly, as a path from here, or by their last part."""
    path = str(Path(name).resolve())
    exact = [one for one in collections if one.collection in (name, path)]
    return exact or [one for one in collections if PurePath(one.collection).name == name]
