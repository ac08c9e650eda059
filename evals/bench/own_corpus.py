"""Files of one's own as a corpus: folders of manuals as they are, tickets and Slack as one Markdown file a document, so
that every system reads the same."""

from __future__ import annotations

import shutil
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from banso.core.errors import ConfigError, ItemError
from banso.knowledge.documents import Document
from evals.cases import Case
from evals.peers.corpora import Corpus, Question
from evals.peers.protocol import files
from evals.texts import told
from ingest.sources.base import Item
from ingest.sources.slack import open_slack
from ingest.sources.tickets import open_tickets

Write = Callable[[Path], None]
"""Puts a document at this path. Raises ItemError where it cannot be read."""
KINDS = ("manuals", "tickets", "slack")


@dataclass(frozen=True)
class Part:
    """One `KIND=PATH`."""

    kind: str
    path: Path


def parts_of(given: Sequence[str]) -> list[Part]:
    """The parts that are asked for; none where a corpus is named in another way. Raises ConfigError."""
    if not any("=" in one for one in given):
        return []
    parts = [Part(kind, Path(path)) for kind, _, path in (one.partition("=") for one in given)]
    for one, part in zip(given, parts, strict=True):
        if part.kind not in KINDS or not part.path.exists():
            raise ConfigError(told("bench.no_corpus", given=one), told("bench.corpus_kinds", names=", ".join(KINDS)))
    return parts


@contextmanager
def own_corpus(parts: Sequence[Part], cases: Sequence[Case], limit: int | None = None) -> Iterator[Corpus]:
    """At most `limit` documents of each part: first those that answer a case, the others spread evenly. Cases that none
    of them answers, or whose ref two parts have, are left out. Raises ConfigError where no case is left."""
    wanted = {ref for case in cases for ref in case.gold}
    with TemporaryDirectory(prefix="banso-corpus-") as folder:
        placed: dict[str, list[str]] = defaultdict(list)
        names = []
        for number, part in enumerate(parts, 1):
            label = f"{number}-{part.path.resolve().stem}"
            with _documents(part) as documents:
                chosen = _chosen(documents, wanted, limit)
                written = _written(chosen, Path(folder, label), named=part.kind == "manuals")
            for ref, file in written.items():
                placed[ref].append(f"{label}/{file}")
            names.append(f"{part.path.resolve().stem} ({len(written)}/{len(documents)})")
        questions = tuple(filter(None, (_question(case, placed) for case in cases)))
        if not questions:
            raise ConfigError(told("bench.no_question"), told("bench.no_question_hint"))
        count = sum(map(len, placed.values()))
        yield Corpus(", ".join(names), Path(folder), count, questions, len(cases) - len(questions))


def _question(case: Case, placed: Mapping[str, Sequence[str]]) -> Question | None:
    gold = {placed[ref][0]: gain for ref, gain in case.gold.items() if len(placed.get(ref, ())) == 1}
    exclude = frozenset(file for ref in case.exclude for file in placed.get(ref, ()))
    return Question(case.id, case.question, gold, exclude) if case.answerable and gold else None


def _chosen(documents: Mapping[str, Write], wanted: Collection[str], limit: int | None) -> dict[str, Write]:
    if limit is None or limit >= len(documents):
        return dict(documents)
    first = [ref for ref in documents if ref in wanted][:limit]
    rest = [ref for ref in documents if ref not in wanted]
    room = limit - len(first)
    kept = {*first, *(rest[number * len(rest) // room] for number in range(room))}
    return {ref: write for ref, write in documents.items() if ref in kept}


def _written(documents: Mapping[str, Write], folder: Path, *, named: bool) -> dict[str, str]:
    """Ref -> file below the folder, of those that can be read. `named`: pages that point at one another keep their
    names; else a file's name says nothing."""
    done: dict[str, str] = {}
    for number, (ref, write) in enumerate(documents.items(), 1):
        file = ref if named else f"{number:06}.md"
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        try:
            write(folder / file)
        except ItemError:
            continue
        done[ref] = file
    return done


@contextmanager
def _documents(part: Part) -> Iterator[dict[str, Write]]:
    """Every document of a part by its ref."""
    if part.kind == "manuals":
        yield {ref: _copying(path) for ref, path in files(part.path)}
        return
    with ExitStack() as stack:
        source = open_tickets(part.path) if part.kind == "tickets" else open_slack(part.path)
        stack.callback(source.close)
        yield {item.ref: _writing(item) for item in source.items() if isinstance(item, Item)}


def _copying(source: Path) -> Write:
    def write(target: Path) -> None:
        shutil.copyfile(source, target)

    return write


def _writing(item: Item) -> Write:
    def write(target: Path) -> None:
        target.write_text(_markdown(item.load()), encoding="utf-8")

    return write


def _markdown(document: Document) -> str:
    """The text under its title, which a ticket's text begins with anyway."""
    return f"# {document.title}\n\n{document.text.removeprefix(document.title).lstrip()}\n"
