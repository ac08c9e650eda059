"""`python -m ingest synonyms`: proposes groups of equal words found in the index, and writes what is accepted."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from banso.core.console import safe
from banso.core.errors import ConfigError
from banso.core.texts import Shown
from banso.knowledge.index import Knowledge
from banso.knowledge.synonyms import Synonyms, fold
from ingest.mining import Page, Proposal
from ingest.texts import say, told

EVERY = 1_000_000_000


def pages(knowledge: Knowledge) -> Iterator[Page]:
    """Every stored document but those of private channels, whose words not everyone may read."""
    for one in knowledge.documents(limit=EVERY, private=False):
        text = knowledge.document(one.id).text
        yield Page(one.id, one.source, one.collection, one.ref, one.language, one.title, text)


def fresh(proposals: Sequence[Proposal], known: Synonyms) -> list[Proposal]:
    """Those of which no word stands in the file yet: a group that is to grow is a person's to edit."""
    there = {fold(word) for group in known.groups for word in group}
    return [one for one in proposals if not there & {fold(word) for word in one.words}]


def accepted(proposals: Sequence[Proposal], numbers: str) -> list[Proposal]:
    """The proposals of these numbers (`1,3,7-9`); all where none is named. Raises ConfigError for other numbers."""
    if not numbers.strip():
        return list(proposals)
    chosen: list[Proposal] = []
    for part in numbers.split(","):
        first, _, last = part.strip().partition("-")
        if not first.isdecimal() or (last and not last.isdecimal()):
            raise ConfigError(told("synonyms_number", part=part.strip(), count=len(proposals)), "--only 1,3,7-9")
        if not 1 <= int(first) <= int(last or first) <= len(proposals):
            raise ConfigError(told("synonyms_number", part=part.strip(), count=len(proposals)), "--only 1,3,7-9")
        chosen += proposals[int(first) - 1 : int(last or first)]
    return list(dict.fromkeys(chosen))


def append(path: Path, proposals: Sequence[Proposal]) -> None:
    """Add groups at the end of the file; what people wrote there stays as it is."""
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    lines = [f"- {json.dumps(list(one.words), ensure_ascii=False)}  # {one.kind}, {one.documents}" for one in proposals]
    joint = "" if not before or before.endswith("\n") else "\n"
    path.write_text(before + joint + "\n".join(lines) + "\n", encoding="utf-8")


def print_proposals(proposals: Sequence[Proposal], language: Shown, console: Console | None = None) -> None:
    """A numbered table with words, kind, documents and an example."""
    console = console or Console()
    if not proposals:
        console.print(say("synonyms_none", language), soft_wrap=True)
        return
    table = Table()
    for key in ("synonyms_words", "synonyms_kind", "documents", "synonyms_example"):
        table.add_column(say(key, language), overflow="fold")
    for number, one in enumerate(proposals, start=1):
        words = Text(safe(f"{number}. {' = '.join(one.words)}"))
        table.add_row(words, say(f"synonym.{one.kind}", language), f"{one.documents:,}", Text(safe(one.example[:80])))
    console.print(table)
