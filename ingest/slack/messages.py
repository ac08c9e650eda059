"""One channel's messages: edits and deletions applied, machines and notices left out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from ingest.slack.text import message_text
from ingest.slack.workspace import Workspace, as_list, display_name

_SPOKEN = frozenset(
    ("", "thread_broadcast", "reply_broadcast", "file_share", "file_comment", "file_mention", "me_message")
)
"""Subtypes in which a person speaks. All others are bots, joins, topics, pins, reminders, canvases, calls…"""
_TS = re.compile(r"\d{1,12}(\.\d{1,6})?")


@dataclass(frozen=True)
class Message:
    """What one person said. `thread` is the root's ts, empty outside threads."""

    ts: str
    speaker: str
    text: str
    thread: str = ""
    permalink: str = ""
    edited: str = ""

    @property
    def at(self) -> datetime:
        """When it was said, in UTC."""
        return moment(self.ts)


def moment(ts: str) -> datetime:
    """A Slack timestamp (`seconds.sequence`) as a point in time, UTC."""
    return datetime.fromtimestamp(float(ts), UTC)


def read_messages(raw: Iterable[dict[str, Any]], workspace: Workspace) -> list[Message]:
    """The messages that people wrote and did not delete, newest version of each, in order of time."""
    latest: dict[str, dict[str, Any]] = {}
    deleted: set[str] = set()
    roots: dict[str, str] = {}
    for entry in _events(raw, deleted):
        ts = str(entry.get("ts", ""))
        if not _TS.fullmatch(ts):
            continue
        roots.update((str(reply.get("ts")), ts) for reply in as_list(entry.get("replies")) if isinstance(reply, dict))
        if ts not in latest or _edit(entry) >= _edit(latest[ts]):
            latest[ts] = entry
    kept = sorted((ts for ts in latest if ts not in deleted and _by_person(latest[ts], workspace)), key=float)
    messages = (_message(latest[ts], roots, workspace) for ts in kept)
    return [message for message in messages if message.text]


def _events(raw: Iterable[dict[str, Any]], deleted: set[str]) -> Iterator[dict[str, Any]]:
    """Messages, with change events replaced by the changed message; deletions are noted in `deleted`."""
    for entry in raw:
        subtype = entry.get("subtype")
        if subtype in ("message_deleted", "tombstone"):
            deleted.add(str(entry.get("deleted_ts") or entry.get("ts", "")))
        elif subtype == "message_changed" and isinstance(entry.get("message"), dict):
            changed = dict(entry["message"])
            changed.setdefault("edited", {"ts": entry.get("ts", "")})
            yield from _events([changed], deleted)
        if subtype not in ("message_changed", "message_deleted"):
            yield entry


def _edit(entry: dict[str, Any]) -> float:
    edited = entry.get("edited")
    ts = str(edited.get("ts", "")) if isinstance(edited, dict) else ""
    return float(ts) if _TS.fullmatch(ts) else 0.0


def _by_person(entry: dict[str, Any], workspace: Workspace) -> bool:
    if str(entry.get("subtype") or "") not in _SPOKEN or entry.get("type", "message") != "message":
        return False
    if str(entry.get("user")) in workspace.bots:
        return False
    # An upload by a person carries the id of Slack's own upload bot; any other bot_id means that a machine spoke.
    uploaded = entry.get("upload") or entry.get("files") or entry.get("file")
    return not entry.get("bot_id") or bool(uploaded and entry.get("user"))


def _message(entry: dict[str, Any], roots: dict[str, str], workspace: Workspace) -> Message:
    ts = str(entry["ts"])
    thread = str(entry.get("thread_ts") or entry.get("parent_ts") or roots.get(ts) or "")
    if not thread and entry.get("replies"):
        thread = ts
    edited = _edit(entry)
    return Message(
        ts=ts,
        speaker=_speaker(entry, workspace),
        text=message_text(entry, workspace),
        thread=thread if _TS.fullmatch(thread) else "",
        permalink=str(entry.get("permalink") or ""),
        edited=str(edited) if edited else "",
    )


def _speaker(entry: dict[str, Any], workspace: Workspace) -> str:
    comment = entry.get("comment")
    user = str(entry.get("user") or (comment.get("user") if isinstance(comment, dict) else "") or "")
    if user in workspace.people:
        return workspace.people[user]
    profile = entry.get("user_profile")
    named = display_name(profile) if isinstance(profile, dict) else ""
    return named or str(entry.get("username") or "") or user or "?"
