"""Where conversations are kept: SQLite, project types named, old snapshots dropped."""

from __future__ import annotations

import os
import sqlite3
from typing import Any

from banso.core.errors import ConfigError
from banso.core.settings import Settings

os.environ.setdefault("LANGGRAPH_STRICT_MSGPACK", "true")  # read once, when langgraph is imported below

from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer
from langgraph.checkpoint.sqlite import SqliteSaver

from agents.answers import Answer, Choice, QuestionBack, Translation, Turn, UsedFact
from agents.usage import Usage
from banso.knowledge.ages import SourceAges
from banso.knowledge.beside import Beside, Colleague, Solved
from banso.knowledge.documents import Citation, Hit, Variant

KEPT = 4
"""Snapshots kept a thread. The newest holds everything; the others only help to understand an accident."""


def serializer() -> JsonPlusSerializer:
    """Reads back the project's own frozen types and nothing else that is not plain data."""
    kinds = (
        Answer,
        Turn,
        Citation,
        Hit,
        Variant,
        UsedFact,
        QuestionBack,
        Choice,
        Translation,
        Usage,
        SourceAges,
        Beside,
        Solved,
        Colleague,
    )
    types = [(kind.__module__, kind.__name__) for kind in kinds]
    return JsonPlusSerializer(allowed_msgpack_modules=types)


def open_checkpointer(settings: Settings) -> SqliteSaver:
    """Conversations in `conversations.db` of the data folder. Raises ConfigError when it cannot be opened."""
    path = settings.data / "conversations.db"
    try:
        settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        connection = sqlite3.connect(path, check_same_thread=False, timeout=15)
        connection.execute("PRAGMA journal_mode=WAL")
        saver = SqliteSaver(connection, serde=serializer())
        saver.setup()
    except (sqlite3.Error, OSError) as error:
        raise ConfigError(f"cannot open {path}: {error}", "check BANSO_DATA and its permissions") from error
    return saver


def prune(checkpointer: Any, thread: str, keep: int = KEPT) -> None:
    """Drop all but the newest snapshots of a thread: forty turns of full snapshots grow to tens of megabytes."""
    if not isinstance(checkpointer, SqliteSaver):
        return
    old = "thread_id = :thread AND checkpoint_id NOT IN (SELECT checkpoint_id FROM checkpoints"
    newest = "WHERE thread_id = :thread ORDER BY checkpoint_id DESC LIMIT :keep)"
    with checkpointer.cursor() as cursor:
        for table in ("writes", "checkpoints"):  # writes first: what is kept is decided by the checkpoints
            cursor.execute(f"DELETE FROM {table} WHERE {old} {newest}", {"thread": thread, "keep": keep})
