"""What no chat model outside gets to read: passwords, keys and tokens, and numbers of cards, bank accounts and people.

The one door is `masked`: it stands where messages leave for a model that is not embedded, and looks at all of them, the
question, the evidence, account data, earlier turns and the model's own calls. A mask says what stood there, so that an
answer still reads. The index, the embedded model, search and quotes shown to people keep the text as it is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, TypeVar

from langchain_core.messages import AIMessage, BaseMessage, ToolMessage

from agents.wording import Spoken, say
from banso.gate.personal import personal
from banso.gate.secrets import secrets
from banso.review.flags import flags

Ranges = list[tuple[int, int, str]]
M = TypeVar("M", bound=BaseMessage)
NUMBERS = ("card", "bank", "my_number")
"""Of personal data: addresses and phone numbers of a customer's contacts stay, since mails are written to them, and
ingestion has masked those of everybody else."""
KEPT = ("document",)
"""Fields of a passage that hold an id, which looks as random as a key."""
REMEMBERED = 2048
"""Texts whose masked form is kept: the same passages go with each round of a turn."""
_BLOCK = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.{0,9000}?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)", re.S)
_JAPANESE = re.compile(r"[ぁ-んァ-ヺ一-龥]")


def masked(messages: Sequence[M]) -> list[M]:
    """The messages as a model outside may read them; those without anything to mask are the same objects."""
    return [_message(message) for message in messages]


def mask_text(text: str) -> str:
    """The text with a mask for each secret and each number of a person, and without characters that nobody sees, in
    which a text can be hidden from people and not from models."""
    # JSON that somebody wrote may hold a secret as a key, as a number, or under a name that is kept: as text, too.
    return _mask(_masked_json(text)) if text.lstrip()[:1] in ("{", "[") else _mask(text)


def _message(message: M) -> M:
    update: dict[str, Any] = {}
    ours = isinstance(message, ToolMessage) and isinstance(message.content, str)
    content = _masked_json(str(message.content)) if ours else _value(message.content)
    if content != message.content:
        update["content"] = content
    if isinstance(message, AIMessage) and message.tool_calls:
        calls = [{**call, "args": _value(call["args"])} for call in message.tool_calls]
        update |= {"tool_calls": calls} if calls != message.tool_calls else {}
    return message.model_copy(update=update) if update else message


def _masked_json(text: str) -> str:
    """Value by value: escapes would hide where one ends."""
    try:
        value = json.loads(text)
        clean = _value(value)
    except (ValueError, RecursionError):  # a text can be nested as deeply as its author likes
        return _mask(text)
    return text if clean == value else json.dumps(clean, ensure_ascii=False)


def _value(value: Any, key: str = "") -> Any:
    if isinstance(value, str):
        return value if key in KEPT else mask_text(value)
    if isinstance(value, dict):
        return {name: _value(inner, str(name)) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_value(inner, key) for inner in value]
    return value


@lru_cache(REMEMBERED)
def _mask(text: str) -> str:
    language: Spoken = "ja" if _JAPANESE.search(text) else "en"
    parts, position = [], 0
    for start, end, kind in _found(text):
        parts += [text[position:start], say(language, f"mask_{kind}")]
        position = end
    return _seen("".join((*parts, text[position:])))


def _found(text: str) -> Ranges:
    """What to mask, in order, without overlaps: of two the one that begins first, and as far as both reach."""
    found: Ranges = [(*match.span(), "secret") for match in _BLOCK.finditer(text)]
    found += [(start, end, "secret") for start, end in secrets(text)]
    found += [one for one in personal(text, ()) if one[2] in NUMBERS]
    merged: Ranges = []
    for start, end, kind in sorted(found):
        if merged and start < merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1]), merged[-1][2]
        else:
            merged.append((start, end, kind))
    return merged


def _seen(text: str) -> str:
    odd = {flag.position for flag in flags(text) if flag.kind in ("tag", "invisible", "bidi")}
    return "".join(one for place, one in enumerate(text) if place not in odd) if odd else text
