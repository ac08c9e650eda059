"""The conversation as the embedded model sees it: who asked what, and what the tools brought. Tool messages are read as
data; no text in them is ever taken for an instruction."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from langchain.messages import AIMessage, AnyMessage, HumanMessage, SystemMessage, ToolMessage

from agents.memory import DIGEST
from agents.periods import used_periods
from agents.wording import Spoken, language_of
from banso.core.preferences import AnswerLength
from banso.knowledge.plans import Plans
from banso.knowledge.synonyms import NONE, Synonyms
from banso.learning.types import Rule
from banso.review.reasons import split

_SHORTER = re.compile(r"短く|短め|短縮|簡潔|長すぎ|長い|short|brief|concise|too long|trim", re.I)
AUTHORITY = {"crm": 4, "manual": 3, "ticket": 2, "slack": 1}


@dataclass(frozen=True)
class Passage:
    """One numbered passage of a tool message."""

    marker: int
    source: str
    title: str
    text: str
    document: str = ""
    heading: tuple[str, ...] = ()
    kind: str = "text"
    language: str = "und"
    updated: str = ""
    superseded: bool = False
    status: str = ""
    visibility: str = "internal"
    hidden: bool = False
    score: float = 0.0
    dense: float = 0.0
    coverage: float = 0.0
    table_head: str = ""
    """The names of the columns, where the passage begins inside a table."""

    continues: int = 0
    """The number of the passage from which it goes on; 0: it begins by itself."""
    other_plan: str = ""
    """The plans that it is about, where none of them is the customer's."""
    other_version: bool = False
    """Whether it is about another version than the one sought."""
    other_edition: str = ""
    """The edition that it is about, where that is not the one sought."""
    edition: str = ""
    """The editions that it is about, by commas."""
    version: str = ""
    misfit: str = ""
    """Why it is not the page for what is sought; see `banso.knowledge.documents.Misfit`."""
    onward: Passage | None = None
    """The passage that goes on from it."""

    @property
    def current(self) -> bool:
        """Whether nothing says that another page is the one to read."""
        return not (self.superseded or self.misfit)

    @property
    def elsewhere(self) -> bool:
        """Whether it is about another version or edition than the one sought."""
        return self.other_version or self.misfit == "other_edition" or bool(self.other_edition)

    @property
    def weight(self) -> tuple[bool, int, str]:
        """Order of authority: current before the rest, manual before solved ticket before Slack, then newer."""
        rank = AUTHORITY.get(self.source, 0) * 2 + (self.status in ("solved", "closed"))
        return self.current, rank, self.updated


@dataclass(frozen=True)
class Reading:
    """This turn: the question (or what a draft is about), what came before, what the tools have said so far."""

    question: str
    task: str = "question"
    hints: dict[str, Any] = field(default_factory=dict)
    earlier: tuple[tuple[str, str], ...] = ()
    called: frozenset[str] = frozenset()
    passages: tuple[Passage, ...] = ()
    searches: tuple[tuple[str, tuple[Passage, ...]], ...] = ()
    """Each query that was searched for, with its own passages and their scores in that search."""
    timed: tuple[str, ...] = ()
    """Time words of the question that narrowed the search: what is left to answer does not hold them."""
    synonyms: Synonyms = NONE
    """Words that the team uses for the same."""
    failed: tuple[str, ...] = ()
    returned: bool = False
    """Whether a reviewer sent the draft back."""
    code: str = ""
    """Why, from the short list; empty: free words."""
    note: str = ""
    """Why, in the reviewer's words."""
    drafted: str = ""
    """The body of the draft that was sent back."""
    came_back: dict[str, Any] = field(default_factory=dict)
    """Its other fields: subject, recipient, via (agent or person), grounded (whether it has evidence)."""
    rules: tuple[Rule, ...] = ()
    """What the team has taught, for this customer."""

    @property
    def language(self) -> Spoken:
        """The language to answer in: the one that the person wants, else that of the question."""
        wanted = self.hints.get("language")
        return wanted if wanted in ("ja", "en") else language_of(self.question)

    @property
    def length(self) -> AnswerLength:
        """How long the person wants the answer."""
        wanted = self.hints.get("length")
        return wanted if wanted in ("short", "detailed") else "normal"

    @property
    def plans(self) -> Plans:
        """The plan that the customer is on, and the others."""
        own, *others = self.hints.get("plans") or [""]
        return Plans(str(own), tuple(map(str, others)))

    @property
    def search_words(self) -> str:
        """What the reviewer's reason adds to the search: facts, not wishes about style."""
        return "" if self.code == "tone" or shortens(self.note) else self.note


def read(messages: Sequence[AnyMessage]) -> Reading:
    """The present turn begins with the last message of the user; a reviewer's note continues it."""
    start = max((i for i, m in enumerate(messages) if isinstance(m, HumanMessage) and not _note(m)), default=0)
    human, turn = messages[start], list(messages[start + 1 :])
    hints = _hints(human)
    back, recent_turn = _came_back(turn)
    code, note = split(str(back.get("reason", "")))
    called = [c["name"] for m in recent_turn if isinstance(m, AIMessage) for c in m.tool_calls]
    tools = [m for m in turn if isinstance(m, ToolMessage)]
    recent = [m for m in recent_turn if isinstance(m, ToolMessage)]
    return Reading(
        question=str(hints.get("about") or human.text),
        task=str(hints.get("task", "question")),
        hints=hints,
        earlier=_earlier(messages[:start]),
        called=frozenset(called),
        passages=_passages(tools),
        searches=_searches(turn),
        timed=tuple(period.words for period in used_periods(tools)),
        failed=tuple(str(m.content) for m in recent if m.status == "error"),
        returned=bool(back),
        code=code or "",
        note=note,
        drafted=str(back.get("drafted", "")),
        came_back=back,
        rules=_rules(messages),
    )


def shortens(note: str) -> bool:
    """Whether a reviewer asks for fewer words."""
    return bool(_SHORTER.search(note))


def _came_back(turn: list[AnyMessage]) -> tuple[dict[str, Any], list[AnyMessage]]:
    """What the last reviewer's note says, and the messages since; nothing and the whole turn without one."""
    for index in range(len(turn) - 1, -1, -1):
        message = turn[index]
        if isinstance(message, HumanMessage) and _note(message):
            return _hints(message), turn[index + 1 :]
    return {}, turn


def _rules(messages: Sequence[AnyMessage]) -> tuple[Rule, ...]:
    """The team's rules, which the server puts beside the prompt of each run."""
    system = next((m for m in messages if isinstance(m, SystemMessage)), None)
    listed = _hints(system).get("rules", []) if system else []
    return tuple(Rule.model_validate(rule) for rule in listed)


def _hints(message: AnyMessage) -> dict[str, Any]:
    hints = message.additional_kwargs.get("banso", {})
    return hints if isinstance(hints, dict) else {}


def _note(message: HumanMessage) -> str:
    hints = _hints(message)
    return str(hints.get("reason") or "?") if hints.get("task") == "redraft" else ""


def _earlier(messages: Sequence[AnyMessage]) -> tuple[tuple[str, str], ...]:
    found: list[tuple[str, str]] = []
    for message in messages:
        if isinstance(message, HumanMessage):
            found.append((message.text, ""))
        elif told := _hints(message).get(DIGEST):
            found[-1:] = [(asked, answered) for asked, answered in told]
        elif isinstance(message, AIMessage) and found and message.text:
            found[-1] = (found[-1][0], message.text)
    return tuple(found)


def _passages(tools: Sequence[ToolMessage]) -> tuple[Passage, ...]:
    found: dict[int, Passage] = {}
    for message in tools:
        if message.status != "error" and message.name in ("search_knowledge", "lookup_account"):
            for passage in _parsed(str(message.content)):
                found.setdefault(passage.marker, passage)
    return tuple(found[marker] for marker in sorted(found))


def _searches(turn: Sequence[AnyMessage]) -> tuple[tuple[str, tuple[Passage, ...]], ...]:
    asked = {c["id"]: str(c["args"].get("query", "")) for m in turn if isinstance(m, AIMessage) for c in m.tool_calls}
    done = [m for m in turn if isinstance(m, ToolMessage) and m.name == "search_knowledge" and m.status != "error"]
    return tuple((asked.get(m.tool_call_id, ""), tuple(_parsed(str(m.content)))) for m in done)


def _parsed(content: str) -> list[Passage]:
    try:
        value = json.loads(content)
    except ValueError:
        return []
    rows = value.get("passages", []) if isinstance(value, dict) else []
    found = [Passage(**{**row, "heading": tuple(row["heading"])}) for row in rows if not row["hidden"]]
    onward = {passage.continues: passage for passage in found if passage.continues}
    return [replace(passage, onward=onward.get(passage.marker)) for passage in found]
