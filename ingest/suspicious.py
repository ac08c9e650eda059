"""`python -m ingest suspicious`: what is hidden in the index, or gives orders to a machine, on the terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from banso.core.console import safe
from banso.core.texts import Shown
from banso.knowledge.suspicious import Finding
from ingest.texts import say


def print_findings(found: Sequence[Finding], language: Shown, console: Console | None = None) -> None:
    """How many there are of each kind, then each: kind, document, place, words."""
    console = console or Console()
    if not found:
        console.print(say("suspicious.none", language))
        return
    counts = Counter(one.kind for one in found)
    documents = len({one.document_id for one in found})
    kinds = ", ".join(f"{say(f'suspicious.{kind}', language)} {count:,}" for kind, count in counts.items())
    console.print(say("suspicious.found", language, documents=f"{documents:,}", kinds=kinds), markup=False)
    for one in found:
        kind = say(f"suspicious.{one.kind}", language) + (f" ({one.order})" if one.order else "")
        line = f"{one.source} {one.ref} [{one.start}:{one.end}] {kind}: {one.words}"
        console.print(Text(safe(" ".join(line.split()))), soft_wrap=True)
