"""The text of one ticket: subject, conversation by speaker, resolution, with spans and offsets."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from banso.core.language import language_of as by_letters
from banso.knowledge.documents import Language, Span
from ingest.parse.html import NOT_READ, hidden_classes, take_hidden, tree_of
from ingest.values import normal

Role = Literal["customer", "agent", "internal", ""]
_TAG = re.compile(
    r"</?(?:p|br|div|span|a|b|i|u|em|strong|ul|ol|li|table|tbody|tr|td|th|h[1-6]|img|blockquote|pre|code|font|hr|html|body)"
    r"(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
_ANY_TAG = re.compile(r"<[^<>]*>")
_BLOCKS = ("p", "div", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "table")
_KANA = re.compile(r"[\u3041-\u30ff]")
_WORDS = {
    "ja": {"customer": "お客様", "agent": "サポート", "internal": "社内メモ", "resolution": "解決方法"},
    "en": {"customer": "customer", "agent": "support", "internal": "internal note", "resolution": "Resolution"},
}


@dataclass(frozen=True)
class Message:
    """One turn of the conversation. `solution`: the export marks it as the accepted answer."""

    author: str
    role: Role
    body: str
    at: datetime | None = None
    internal: bool = False
    solution: bool = False


@dataclass
class TicketText:
    """The text with its spans; `resolution` is where in it the solution stands."""

    text: str = ""
    spans: list[Span] = field(default_factory=list)
    resolution: tuple[int, int] | None = None


def write(subject: str, messages: Iterable[Message], resolution: str, language: Language) -> TicketText:
    """Subject as heading, each message under its speaker, then the resolution unless a message says the same."""
    words, out = _WORDS["ja" if language == "ja" else "en"], TicketText()
    _add(out, subject, Span(kind="heading", start=0, end=0, level=1))
    for message in (m for m in messages if m.body):
        speaker = _speaker(message, words)
        place = _add(out, message.body, Span(kind="message", start=0, end=0, speaker=speaker), head=f"{speaker}:\n")
        if message.solution or (resolution and _same(message.body, resolution)):
            out.resolution = place
    if resolution and out.resolution is None:
        _add(out, words["resolution"], Span(kind="heading", start=0, end=0, level=2))
        out.resolution = _add(out, resolution, Span(kind="text", start=0, end=0))
    return out


def readable(body: str) -> tuple[str, bool]:
    """A body as plain text, and whether text that a reader would not have seen was left out. Plain text stays."""
    body = body.replace("\r\n", "\n").replace("\r", "\n")
    if not _TAG.search(body):
        return html.unescape(body).strip() if "&" in body and ";" in body else body.strip(), False
    text, dropped = _page(body)
    if not text:  # nested so deeply that the parser gave up: the words alone
        text = html.unescape(_ANY_TAG.sub(" ", body))
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip(), dropped


def _page(body: str) -> tuple[str, bool]:
    """The words of an HTML body, a line a block, without those that a reader would not have seen."""
    root = tree_of(body)
    if root is None:
        return "", False
    hidden = take_hidden(root, hidden_classes(root), keep_comments=False)
    for element in list(root.iter(*NOT_READ)):
        element.drop_tree()
    for element in root.iter("br", "ul", "ol", *_BLOCKS):
        _stand_apart(element)
    return str(root.text_content()).strip(), bool(hidden)


def _stand_apart(element: Any) -> None:
    """A new line after the element (a list has those of its items), and before a block that follows text."""
    if element.tag not in ("ul", "ol"):
        element.tail = "\n" + (element.tail or "")
    before, parent = element.getprevious(), element.getparent()
    if element.tag == "br":
        return
    if before is not None and (before.tail or "").strip():
        before.tail += "\n"
    elif before is None and parent is not None and (parent.text or "").strip():
        parent.text += "\n"


def language_of(given: str, text: str) -> Language:
    """The given language (`ja`, `ja-JP`, `Japanese`, `日本語`…), else that of the text."""
    word = normal(given).replace("_", "-").split("-")[0]
    if word in ("ja", "jpn", "japanese", "日本語"):
        return "ja"
    found = by_letters(text)
    if not word or (found == "ja" and _KANA.search(text)):
        return found  # also against the given one: forum locales are often left at English
    return "en" if word in ("en", "eng", "english", "英語") else "und"


def _add(out: TicketText, body: str, span: Span, head: str = "") -> tuple[int, int]:
    if not body:
        return (len(out.text), len(out.text))
    out.text += ("\n\n" if out.text else "") + head
    start = len(out.text)
    out.text += body
    out.spans.append(span.model_copy(update={"start": start, "end": len(out.text)}))
    return (start, len(out.text))


def _speaker(message: Message, words: dict[str, str]) -> str:
    role = "internal" if message.internal else message.role
    marks = words.get(role, "")
    if not message.author:
        return marks or words["customer"]
    return f"{message.author} ({marks})" if marks else message.author


def _same(one: str, other: str) -> bool:
    return normal(one) == normal(other)
