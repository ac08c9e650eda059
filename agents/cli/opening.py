"""What the question commands share: who asks, opening the copilot, reading a batch."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from agents.texts import told
from banso.core.console import say
from banso.core.database import open_database
from banso.core.errors import BansoError, ConfigError, ItemError
from banso.core.settings import Settings, load_settings
from banso.core.users import User, Users

if TYPE_CHECKING:
    from agents.session import Copilot
    from banso.knowledge.index import Knowledge

OPERATOR = User(name="operator", role="csm")
"""Whoever has this shell has the data folder: without --as they ask with the rights of a csm. Drafts need a name."""


@contextmanager
def copilot() -> Iterator[Copilot]:
    """The copilot of the environment's settings, closed at the end."""
    from agents.session import open_copilot

    opened = open_copilot(load_settings())
    try:
        yield opened
    finally:
        opened.close()


def tell_if_empty(knowledge: Knowledge, settings: Settings) -> None:
    """Say on standard error that nothing has been taken in: a misspelt folder answers like a wrong question."""
    from agents.wording import say as phrase

    if not knowledge.collections():
        say(phrase(settings.language, "nothing_taken_in", folder=settings.data.resolve()))


@contextmanager
def users() -> Iterator[Users]:
    """The table of users."""
    database = open_database(load_settings())
    try:
        yield Users(database)
    finally:
        database.close()


def person(name: str) -> User:
    """The user of this name; the local operator when there is no name. Raises NotFound."""
    if not name:
        return OPERATOR
    with users() as table:
        return table.get(name)


def batch(path: Path, key: str) -> Iterator[tuple[str, str] | ItemError]:
    """`(id, text)` of each line `{"id", key}`; a line that cannot be read comes as an error naming file and line."""
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(told("batch.unreadable", path=path, why=error), told("batch.form")) from error
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield _row(line, told("batch.line", path=path, line=number), key)


def _row(line: str, where: str, key: str) -> tuple[str, str] | ItemError:
    try:
        value = json.loads(line)
    except ValueError as error:
        return ItemError(told("batch.bad_json", place=where, why=error))
    if not isinstance(value, dict) or "id" not in value or not str(value.get(key, "")).strip():
        return ItemError(told("batch.fields", place=where, key=key))
    return str(value["id"]), str(value[key])


def failure(item: str, error: BansoError) -> dict[str, str]:
    """How an item of a batch that failed is printed."""
    return {"id": item, "error": error.message, "hint": error.hint}
