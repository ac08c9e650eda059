"""A Slack export as its reader, in a child process, sees it: one document a thread or stretch of talk."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from banso.core.errors import ItemError
from banso.core.language import language_of
from banso.knowledge.documents import Document, Span, Visibility
from ingest.archive import Tree, open_tree
from ingest.slack.conversations import Conversation, conversations
from ingest.slack.messages import moment, read_messages
from ingest.slack.workspace import Channel, Workspace, read_json, read_workspace
from ingest.sources.base import Failure

READER = "slack-1"
"""Part of every fingerprint: raise it when the text made from the same export changes."""
TITLE = 60
"""Characters of the first message shown in a title."""
_WORD_CUT = re.compile(r"[A-Za-z0-9@＠._+\-０-９－]+$")
"""The last word of a cut title goes whole: half an address or phone number would not be recognised and masked."""
_URL = re.compile(r"https?://\S+")
_LINKED = re.compile(r" ?\(https?://[^()\s]*\)")
"""Behind the words of a link; in a title the words are enough."""


def offers(  # noqa: PLR0913, PLR0917 - the arguments of one job
    path: Path,
    shown: str,
    collection: str,
    timezone: str,
    workspace_url: str,
    batches: Callable[[Iterable[dict[str, Any]]], Iterator[dict[str, Any]]],
) -> Iterator[dict[str, Any]]:
    """First `{"channels"}`, how many there are; then every conversation or failure as a row, in batches.

    Raises ConfigError when the path is no Slack export.
    """
    tree = open_tree(path, shown=shown)
    try:
        workspace = read_workspace(tree, shown)
        yield {"channels": len(workspace.channels)}
        reading = _Reading(tree, workspace, collection, ZoneInfo(timezone), workspace_url.rstrip("/"))
        yield from batches(reading.rows())
    finally:
        tree.close()


def _unread(failure: Failure) -> dict[str, Any]:
    return {
        "path": failure.path,
        "error": failure.error,
        "hint": failure.hint,
        "covers": failure.covers,
        "hides": failure.hides,
    }


class _Reading:
    """Conversations of one export, channel by channel; memory holds one channel at a time."""

    def __init__(self, tree: Tree, workspace: Workspace, collection: str, zone: ZoneInfo, url: str) -> None:
        self._tree, self._workspace, self._zone, self._url = tree, workspace, zone, url
        self._collection = collection

    def rows(self) -> Iterator[dict[str, Any]]:
        """Every conversation once; a list or day file that cannot be read comes as a failure."""
        yield from map(_unread, self._workspace.failures)
        for channel in self._workspace.channels:
            yield from self._channel(channel)

    def _channel(self, channel: Channel) -> Iterator[dict[str, Any]]:
        raw = []
        for day in channel.days:
            try:
                raw += read_json(self._tree, day)
            except ItemError as error:
                yield _unread(Failure(day, error.message, error.hint))
        for conversation in conversations(read_messages(raw, self._workspace)):
            if any(character.isalnum() for message in conversation.messages for character in message.text):
                yield self._row(self._document(channel, conversation))

    def _row(self, document: Document) -> dict[str, Any]:
        said = "\x1f".join((READER, document.title, document.text, document.visibility, document.url))
        digest = hashlib.sha256(said.encode()).hexdigest()
        return {"ref": document.ref, "fingerprint": digest, "document": document.model_dump_json()}

    def _document(self, channel: Channel, conversation: Conversation) -> Document:
        text, spans = _write(conversation)
        messages = conversation.messages
        visibility: Visibility = "private" if channel.private else "internal"
        return Document(
            source="slack",
            collection=self._collection,
            ref=f"{channel.name}/{conversation.start}",
            title=self._title(channel, conversation),
            text=text,
            spans=spans,
            language=language_of("\n".join(message.text for message in messages)),
            visibility=visibility,
            created_at=messages[0].at,
            updated_at=max([messages[-1].at, *(moment(m.edited) for m in messages if m.edited)]),
            url=messages[0].permalink or self._permalink(channel, conversation),
            people=tuple(dict.fromkeys(message.speaker for message in messages)),
        )

    def _title(self, channel: Channel, conversation: Conversation) -> str:
        """`#channel 2026-04-01: first words`."""
        first = conversation.messages[0]
        day = datetime.fromtimestamp(float(first.ts), self._zone).date().isoformat()
        words = " ".join(_URL.sub("", _LINKED.sub("", first.text)).split()) or " ".join(first.text.split())
        shown = words if len(words) <= TITLE else _WORD_CUT.sub("", words[:TITLE]).rstrip() + "…"
        names = ", ".join(self._workspace.person(member) for member in channel.members)
        place = f"DM {names}".strip() if channel.direct else f"#{channel.name}"
        return f"{place} {day}: {shown}"

    def _permalink(self, channel: Channel, conversation: Conversation) -> str:
        if not (self._url and channel.id):
            return ""
        return f"{self._url}/archives/{channel.id}/p{conversation.messages[0].ts.replace('.', '')}"


def _write(conversation: Conversation) -> tuple[str, tuple[Span, ...]]:
    """The text, each message under its speaker's name, and one span a message."""
    parts, spans, position = [], [], 0
    for message in conversation.messages:
        head = f"{message.speaker}:\n"
        start = position + len(head)
        spans.append(Span(kind="message", start=start, end=start + len(message.text), speaker=message.speaker))
        parts.append(f"{head}{message.text}")
        position = start + len(message.text) + 2
    return "\n\n".join(parts), tuple(spans)
