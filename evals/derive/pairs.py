"""The title or first sentence of a page asks; the page in the other language answers, and its own does not count.

Reads a folder of manuals with pairs.csv (en_path, ja_path, really_translated) through the readers of the ingestion.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from banso.core.errors import ConfigError, ItemError
from banso.knowledge.documents import Document
from banso.knowledge.sentences import sentences
from evals.cases import Case
from evals.derive.split import half_of
from evals.run import Progress

Holders = dict[tuple[str, str], list["Page"]]
"""Pages by (language, text) of what they say."""
LEAST = {"ja": 12, "en": 30}
"""Characters of a sentence that says what its page is about."""
VARIANTS = 2
"""Pages of one language that may have the same title or sentence, such as those of two editions; what more of them
share (a heading such as Overview, a banner) asks for none of them."""
OTHER: dict[str, Literal["ja", "en"]] = {"ja": "en", "en": "ja"}


@dataclass(frozen=True)
class Page:
    """A page, its counterpart, and what can be asked about it."""

    ref: str
    other: str
    language: Literal["ja", "en"]
    title: str
    sentences: tuple[str, ...]


def pair_cases(folder: Path, progress: Progress) -> list[Case]:
    """Cases of both directions, in the order of pairs.csv. Raises ConfigError when that cannot be read."""
    pages = {page.ref: page for page in _pages(folder, progress)}
    shared = {kind: _holders(pages.values(), kind) for kind in ("title", "sentence")}
    cases: dict[str, Case] = {}
    for page in pages.values():
        for kind, holders in shared.items():
            question = next((text for text in _texts(page, kind) if len(holders[page.language, text]) <= VARIANTS), "")
            if question:
                same = _variants(page, pages, shared)
                case = _case(folder.resolve().name, kind, question, same)
                cases.setdefault(case.id, case)
    return list(cases.values())


def _case(name: str, kind: str, question: str, same: Sequence[Page]) -> Case:
    first = same[0]
    return Case(
        id=f"{name}-{kind}-{first.ref}", question=question, language=first.language,
        gold={page.other: 1.0 for page in same}, exclude=tuple(page.ref for page in same), answerable=True,
        tags=("pairs", name, kind, f"{first.language}-{OTHER[first.language]}", half_of(_key(first))),
    )  # fmt: skip


def _key(page: Page) -> str:
    """The same for both directions, so that a page is in one half."""
    return min(page.ref, page.other)


def _variants(page: Page, pages: Mapping[str, Page], shared: Mapping[str, Holders]) -> list[Page]:
    """The page and those that say the same in either language: editions of it."""
    found = {page.ref}
    for one, own in ((page, True), (pages[page.other], False)):
        for kind, holders in shared.items():
            for text in _texts(one, kind):
                if len(same := holders[one.language, text]) <= VARIANTS:
                    found |= {each.ref if own else each.other for each in same}
    return [pages[ref] for ref in sorted(found)]


def _holders(pages: Iterable[Page], kind: str) -> Holders:
    holders: Holders = {}
    for page in pages:
        for text in _texts(page, kind):
            holders.setdefault((page.language, text), []).append(page)
    return holders


def _texts(page: Page, kind: str) -> tuple[str, ...]:
    return (page.title,) if kind == "title" else page.sentences


def _pages(folder: Path, progress: Progress) -> Iterator[Page]:
    """Those of each pair that can both be read."""
    from ingest.sources.base import Item
    from ingest.sources.manuals import open_manuals

    pairs = dict(_paths(folder))
    wanted = {*pairs, *pairs.values()}
    documents: dict[str, Document] = {}
    for item in open_manuals(folder, exclude=("pairs.csv",)).items():
        if isinstance(item, Item) and item.ref in wanted:
            progress(len(documents), len(wanted), item.ref)
            try:
                documents[item.ref] = item.load()
            except ItemError:
                continue  # what cannot be read is not in an index either
    for en, ja in pairs.items():
        if en in documents and ja in documents:
            yield _page(documents[en], ja, "en")
            yield _page(documents[ja], en, "ja")


def _page(document: Document, other: str, language: Literal["ja", "en"]) -> Page:
    said = [document.text[span.start : span.end] for span in document.spans if span.kind == "text" and not span.hidden]
    first = [text[start:end] for text in said for start, end in sentences(text) if end - start >= LEAST[language]]
    return Page(document.ref, other, language, document.title, tuple(first[:3]))


def _paths(folder: Path) -> Iterator[tuple[str, str]]:
    """(English ref, Japanese ref) of the pages that are truly translated."""
    path = folder / "pairs.csv"
    try:
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                if row["really_translated"] == "True":
                    yield _ref(row["en_path"]), _ref(row["ja_path"])
    except (OSError, KeyError) as error:
        raise ConfigError(f"{path}: {error!r}", "a folder of manuals with pairs.csv: en_path, ja_path") from error


def _ref(path: str) -> str:
    """Paths of the table begin with the folder's name."""
    return path.partition("/")[2]
