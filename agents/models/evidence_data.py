"""How a model that reads prompts sees what the tools brought: data between marks that nobody can guess, each passage
labelled with its number, its source, how far it can be trusted and how old it is.

The embedded model reads the tools' JSON itself; figures that only it needs are left out here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from langchain_core.messages import BaseMessage, ToolMessage

from agents.models.control_words import without_turns

TRUST = {"manual": "official", "crm": "record", "ticket": "written-by-customers", "slack": "internal-talk"}
"""What a source is worth when two disagree. Unknown sources are worth the least."""
LEAST = "unknown"
_NAMED = re.compile("passage", re.IGNORECASE)
_BREAK = re.compile(r"([\r\v\f\x85\u2028\u2029])")
"""What a model may read as the end of a line."""
_MARK = re.compile(r"[<＜](?=\s{0,9}[/／]?\s{0,9}data\s{0,9}[-‐-―−－])", re.I)
"""What could be taken for the end of the data: a small model does not compare the words of two marks."""

Fit = Callable[[Sequence[str]], Sequence[str]]
"""Chooses which passages of one result the model has room for."""


def as_data(messages: Sequence[BaseMessage], fence: str, fit: Fit = list) -> list[BaseMessage]:
    """The messages for a model that reads prompts: without the embedded model's hints, tool results between marks.

    `fence`: an unguessable word of this turn; text that holds it by chance or by guess has it taken out.
    """
    return [_fenced(message, fence, fit) for message in messages]


def _fenced(message: BaseMessage, fence: str, fit: Fit) -> BaseMessage:
    if not isinstance(message, ToolMessage):
        said = without_turns(message.content) if isinstance(message.content, str) else message.content
        return message.model_copy(update={"content": said, "additional_kwargs": {}})
    content = str(message.content)
    told = None if message.status == "error" else _read(content)
    shown = _unmarked(fence, "\n".join(fit(_passages(told) if told is not None else [content])))
    return message.model_copy(update={"content": f"<data-{fence}>\n{shown}\n</data-{fence}>", "additional_kwargs": {}})


def _read(content: str) -> Mapping[str, Any] | None:
    try:
        value = json.loads(content)
    except ValueError:
        return None
    return value if isinstance(value, dict) and isinstance(value.get("passages"), list) else None


def _unmarked(fence: str, text: str) -> str:
    """The text without the word, nor what taking it out would put together, and without marks of another word."""
    while fence in text:
        text = text.replace(fence, "")
    return _MARK.sub("(", without_turns(text))


def _passages(told: Mapping[str, Any]) -> list[str]:
    periods = [f"searched within: {one.get('words', '')}" for one in told.get("periods", [])]
    shown = [_passage(one) for one in told["passages"] if not one.get("hidden")]
    return [*periods, *shown] if shown else [*periods, "no passage found"]


def _passage(one: Mapping[str, Any]) -> str:
    label = {
        "passage": one["marker"],
        "source": one["source"],
        "trust": TRUST.get(str(one["source"]), LEAST),
        "title": " > ".join([str(one["title"]), *map(str, one["heading"])]),
        "updated": one["updated"] or "unknown",
        "language": one["language"],
        "status": one["status"],
        "superseded": one["superseded"] or "",
        "continues": one["continues"] or "",
        "other_plan": one.get("other_plan", ""),
        "version": one.get("version", ""),
        "other_version": one.get("other_version", ""),
        "newer_version_exists": one.get("misfit") == "older_version" or "",
        "other_edition": one.get("other_edition", ""),
    }
    head = json.dumps({key: value for key, value in label.items() if value not in ("", None)}, ensure_ascii=False)
    table = f"{one['table_head']}\n" if one.get("table_head") else ""
    text = "\n".join(map(_unlabelled, f"{table}{one['text']}".split("\n")))
    return f"{head}\n{text}"


def _unlabelled(line: str) -> str:
    """A line without the bracket that could make it the label of a passage: of a ticket that calls what follows
    official."""
    ends = [found.start() for found in _NAMED.finditer(line)]
    if not ends:
        return line
    before = "".join(_unbraced(piece) for piece in _BREAK.split(line[: ends[-1]]))
    return before + line[ends[-1] :]


def _unbraced(piece: str) -> str:
    return piece.replace("{", "(", 1) if piece.lstrip().startswith("{") else piece
