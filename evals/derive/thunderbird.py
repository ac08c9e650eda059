"""A ticket asks; older solved tickets answer: those that were linked, and those whose accepted answer links the same.

Reads the folder of the Thunderbird tickets (tickets.json). A question is the subject and the beginning of the text. Its
articles are those that people who help linked in it: in its accepted answer (tag `accepted`), or anywhere (`linked`, a
weaker label). A link that many accepted answers share says little about a problem and is not used. What was solved
later by the same article is left out, neither right nor wrong; so is a case whose articles are in both halves.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from banso.core.errors import ConfigError
from banso.core.language import language_of
from evals.cases import Case
from evals.derive.split import common_half

BEGINNING = 400
"""Characters of a ticket's text that are asked."""
SHARED = 15
"""Solved tickets that may share a link."""
_LINK = re.compile(r"https?://[^\s)>\]\"'<]+")
_ARTICLE = re.compile(r"support\.mozilla\.org/.*?kb/([\w-]+)", re.I)
_TICKET = re.compile(r"support\.mozilla\.org/.*?(questions/\d+)", re.I)


@dataclass(frozen=True)
class Ticket:
    """`accepted`: links of its accepted answer; `linked`: of everything that somebody else than the asker wrote."""

    id: str
    created: str
    question: str
    language: str
    solved: bool
    accepted: frozenset[str]
    linked: frozenset[str]

    @property
    def address(self) -> str:
        """The link to the ticket itself: TB-1401063 is questions/1401063."""
        return f"questions/{self.id.partition('-')[2]}"


def thunderbird_cases(folder: Path) -> list[Case]:
    """The cases, oldest first. Raises ConfigError when the folder holds no such tickets."""
    tickets = sorted(map(_ticket, _rows(folder / "tickets.json")), key=lambda ticket: (ticket.created, ticket.id))
    counts = Counter(link for ticket in tickets for link in ticket.accepted)
    known = {link for link, count in counts.items() if count <= SHARED}
    by_link: dict[str, set[str]] = {}
    for ticket in tickets:
        for link in (*ticket.accepted & known, *([ticket.address] if ticket.solved else [])):
            by_link.setdefault(link, set()).add(ticket.id)
    return list(_cases(tickets, by_link))


def _cases(tickets: Sequence[Ticket], by_link: Mapping[str, Set[str]]) -> Iterator[Case]:
    place = {ticket.id: number for number, ticket in enumerate(tickets)}
    for ticket in tickets:
        tag, links = ("accepted", ticket.accepted) if ticket.accepted & by_link.keys() else ("linked", ticket.linked)
        answering = {one for link in links for one in by_link.get(link, ())} - {ticket.id}
        gold = sorted(ref for ref in answering if place[ref] < place[ticket.id])
        used = [link for link in links if by_link.get(link, set()) & set(gold)]
        half = common_half(used)
        if gold and half:
            language = language_of(ticket.question)
            yield Case(
                id=f"thunderbird-{ticket.id}", question=ticket.question, language="ja" if language == "ja" else "en",
                gold=dict.fromkeys(gold, 1.0), exclude=(ticket.id, *sorted(answering - set(gold))), answerable=True,
                tags=("thunderbird", tag, f"language-{ticket.language}", half),
            )  # fmt: skip


def _rows(path: Path) -> list[dict[str, Any]]:
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))
        assert isinstance(rows, list)
    except (OSError, json.JSONDecodeError, AssertionError) as error:
        raise ConfigError(f"{path}: no list of tickets", "give the folder that holds tickets.json") from error
    return rows


def _ticket(row: Mapping[str, Any]) -> Ticket:
    try:
        helping = [one for one in row["comments"] if one["role"] != "requester" or one["is_solution"]]
        return Ticket(
            id=row["ticket_id"], created=row["created"],
            question=f"{row['subject']}\n{row['description'][:BEGINNING]}".strip(),
            language=row["language"], solved=any(one["is_solution"] for one in row["comments"]),
            accepted=_links(one["body"] for one in helping if one["is_solution"]),
            linked=_links(one["body"] for one in helping),
        )  # fmt: skip
    except (KeyError, TypeError) as error:
        raise ConfigError(f"tickets.json: a ticket of another shape: {error!r}") from error


def _links(texts: Iterator[str]) -> frozenset[str]:
    return frozenset(filter(None, (_link(url) for text in texts for url in _LINK.findall(text))))


def _link(url: str) -> str:
    """A help article or ticket by its name, whatever the language of the address; another page by its address; nothing
    for the home page of a site, which is no answer."""
    if article := _ARTICLE.search(url):
        return article[1].casefold()
    if ticket := _TICKET.search(url):
        return ticket[1]
    parts = urlsplit(url.rstrip(".,;:"))
    path = parts.path.strip("/")
    return f"{parts.netloc}/{path}?{parts.query}".rstrip("?").casefold() if path else ""
