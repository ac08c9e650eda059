"""What stands beside an answer: solved tickets like the question and what solved them, and people to ask.

Everything comes from passages that a search of this turn found, within its scope: no name and no ticket is looked up
anywhere else.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Literal

from pydantic import Field

from banso.core.errors import NotFound
from banso.core.language import language_of
from banso.knowledge.documents import Document, Frozen, Hit, Language
from banso.knowledge.orders import is_order
from banso.knowledge.sentences import sentences
from banso.knowledge.vocabulary import codes_in

MOST = 3
NEAR = 0.91
"""Nearness from which a conversation is like the question. On the example company's smoke and abstention cases it
keeps 72 % of the tickets and threads that answer, and shows something for 27 of 67 questions that nothing answers,
most of which are near misses (0.90: 79 % and 39; 0.92: 63 % and 20)."""
ACROSS, OF_SCORE = 0.04, 0.06
"""What the cosine of text in the other language lacks, and what the place among the hits adds."""
LONGEST_SOLUTION = 240
SETTLED = ("solved", "closed")
_AGENT = re.compile(r"^(?P<name>.+) \((?:サポート|support)\)$")
_NO_NAME = re.compile(r"[\[\]@]|^\W*$|^[UW][A-Z0-9]{6,}$")
"""Masked or empty names, addresses, and ids of Slack users whom the export does not name."""

How = Literal["slack", "ticket", "owner"]
Load = Callable[[str], Document]


class Solved(Frozen):
    """A solved ticket like the question: `document.text[start:end] == solution`, cut after a sentence."""

    document_id: str
    ref: str
    title: str
    solution: str
    start: int
    end: int
    at: datetime | None = None
    language: Language = "und"
    account: str = ""


class Colleague(Frozen):
    """Somebody whom the sources name, for having answered such questions (`slack`, `ticket`) or for a page that is
    theirs (`owner`): how often among what was found, when last, and the nearest of these sources."""

    name: str
    how: How
    times: int = Field(ge=1)
    last: datetime | None = None
    document_id: str
    ref: str
    title: str


class Beside(Frozen):
    """Solved tickets, people who answered such questions before, and whom one can ask: these people and the owners of
    the nearest pages."""

    solved: tuple[Solved, ...] = ()
    answered: tuple[Colleague, ...] = ()
    ask: tuple[Colleague, ...] = ()


def beside(question: str, hits: Sequence[Hit], load: Load, nearest: Sequence[str] = ()) -> Beside:
    """What stands beside the answer to a question. `hits`: best first; `nearest`: ids of the documents that a refusal
    shows, whose people can be asked even where nothing is near enough to be called similar."""
    near = [hit for hit in hits if hit.source in ("ticket", "slack") and alike(question, hit)]
    documents = list(_documents(near, load))
    shown = list(_loaded(nearest, load))
    answered = _counted(documents)
    ask = _counted([*documents, *shown], owners=True)
    return Beside(solved=tuple(_solved(documents))[:MOST], answered=answered[:MOST], ask=ask[: MOST + 2])


def alike(question: str, hit: Hit) -> bool:
    """Whether a passage is near enough to be about the same matter; one about another error code never is."""
    codes = codes_in(question)
    if codes and not codes & codes_in(f"{hit.title}\n{hit.text}"):
        return False
    other = hit.language not in (language_of(question), "und")
    return not hit.hidden and hit.dense + ACROSS * other + OF_SCORE * hit.score >= NEAR


def solution_of(document: Document) -> tuple[int, int] | None:
    """Where in a ticket's text the words stand that solved it: its resolution, else what support said last."""
    if document.resolution:
        return _cut(document.text, *document.resolution)
    said = [span for span in document.spans if span.kind == "message" and _AGENT.match(span.speaker)]
    return _cut(document.text, said[-1].start, said[-1].end) if said else None


def _solved(documents: Iterable[Document]) -> Iterator[Solved]:
    for document in documents:
        place = solution_of(document) if document.source == "ticket" and document.status in SETTLED else None
        if place is None or is_order(words := document.text[slice(*place)]):
            continue
        yield Solved(
            document_id=document.id, ref=document.ref, title=document.title, solution=words, start=place[0],
            end=place[1], at=document.updated_at, language=document.language, account=document.account,
        )  # fmt: skip


def _cut(text: str, start: int, end: int) -> tuple[int, int] | None:
    """The first sentences of a stretch, as many as are short enough together."""
    stop = start
    for first, last in sentences(text[start:end]):
        if stop > start and last > LONGEST_SOLUTION:
            break
        stop = start + min(last, LONGEST_SOLUTION) if first == 0 or stop > start else stop
    return (start, stop) if stop > start else None


def _counted(documents: Sequence[Document], *, owners: bool = False) -> tuple[Colleague, ...]:
    """People by how many of these documents they answered in, then by when last. The nearest document comes first."""
    found: dict[tuple[str, How], Colleague] = {}
    for document in {one.id: one for one in documents}.values():
        for name, how in _people(document, owners=owners):
            one = found.get((name, how))
            at = document.updated_at
            if one is None:
                found[name, how] = Colleague(
                    name=name, how=how, times=1, last=at, document_id=document.id, ref=document.ref,
                    title=document.title,
                )  # fmt: skip
                continue
            last = max((moment for moment in (one.last, at) if moment), default=None)
            found[name, how] = one.model_copy(update={"times": one.times + 1, "last": last})
    order = sorted(found.values(), key=lambda one: (one.how == "owner", -one.times))
    return tuple({one.name: one for one in reversed(order)}[name] for name in dict.fromkeys(o.name for o in order))


def _people(document: Document, *, owners: bool) -> list[tuple[str, How]]:
    """Who answered in a conversation; of a page, with `owners`, whose it is."""
    if document.source == "manual":
        return [(name, "owner") for name in _named(document.people)] if owners else []
    speakers = [span.speaker for span in document.spans if span.kind == "message"]
    if document.source == "slack":
        return [(name, "slack") for name in _named(one for one in speakers if one != speakers[0])]
    agents = (match["name"] for one in speakers if (match := _AGENT.match(one)))
    return [(name, "ticket") for name in _named(agents)]


def _named(names: Iterable[str]) -> list[str]:
    """Each name once; what is no name is left out."""
    return [name for name in dict.fromkeys(names) if not _NO_NAME.search(name)]


def _documents(hits: Iterable[Hit], load: Load) -> Iterator[Document]:
    return _loaded(dict.fromkeys(hit.document_id for hit in hits), load)


def _loaded(ids: Iterable[str], load: Load) -> Iterator[Document]:
    for one in ids:
        try:
            yield load(one)
        except NotFound:
            continue  # erased since it was found
