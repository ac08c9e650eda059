"""What the company itself has made known: the addresses and hosts that its public manuals name."""

from __future__ import annotations

import re
from typing import Protocol

from banso.gate.sources import FOUND
from banso.knowledge.documents import Hit, Scope
from banso.knowledge.orders import is_order
from banso.knowledge.sentences import sentences


class Searching(Protocol):
    """The part of the knowledge base that is needed."""

    def search(self, query: str, scope: Scope, k: int = 10) -> list[Hit]:
        """The best chunks that the scope may see."""
        ...


def published(library: Searching, contact: str) -> bool:
    """Whether a public page gives this address, its domain or this number. What a sentence says that gives orders to a
    machine was not published by the company."""
    wanted = contact.rpartition("@")[2].casefold()
    whole = re.compile(rf"(?<![a-z0-9-]){re.escape(wanted)}(?![a-z0-9-]|\.[a-z0-9])")
    hits = library.search(wanted, Scope(sources=("manual",), public_only=True), FOUND)
    return any(_given(hit.text, whole) for hit in hits)


def _given(text: str, whole: re.Pattern[str]) -> bool:
    if not whole.search(text.casefold()):
        return False
    said = [text[start:end] for start, end in sentences(text)]
    return any(whole.search(sentence.casefold()) for sentence in said if not is_order(sentence))
