"""The names of the columns for hits that begin further down a table, read from the whole document."""

from __future__ import annotations

from banso.core.errors import ConfigError, NotFound
from banso.knowledge.documents import Hit
from banso.knowledge.registry import Registry
from banso.knowledge.tables import begins_inside, head_above

KEPT = 1_000_000
"""Characters of documents that stay open. Hits of one table follow one another, in one question and in the next."""


class Heads:
    """Opens a document once for all hits inside its tables, as long as nothing is written to the index."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._opened: tuple[str, dict[str, str]] = "", {}

    def given(self, hit: Hit) -> Hit:
        """The hit with the head of the table that it begins in, if it does. One whose document is gone or damaged
        stays as it is."""
        if not begins_inside(hit.text):
            return hit
        try:
            text = self._text_of(hit.document_id)
        except (NotFound, ConfigError):
            return hit
        return hit.model_copy(update={"table_head": head_above(text, hit.start)})

    def _text_of(self, document_id: str) -> str:
        generation = self._registry.meta("generation", "0")
        of, texts = self._opened
        texts = texts if of == generation else {}
        if document_id not in texts:
            text = self._registry.text(document_id)
            fits = sum(map(len, texts.values())) + len(text) <= KEPT
            texts = {**(texts if fits else {}), document_id: text}
            self._opened = generation, texts
        return texts[document_id]
