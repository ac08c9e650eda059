"""What the review commands share: who acts, and the ledger of the environment's settings."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from agents.texts import helped
from banso.core.database import open_database
from banso.core.settings import Settings, load_settings
from banso.core.users import User
from banso.gate.gate import LazyGate
from banso.review.ledger import Ledger, open_ledger

Id = Annotated[str, typer.Argument(help=helped("draft_id"))]
As = Annotated[str, typer.Option("--as", help=helped("acting_as"))]
Reason = Annotated[str, typer.Option("--reason", help=helped("reason"))]
Json = Annotated[bool, typer.Option("--json", help=helped("json"))]


@contextmanager
def open_review() -> Iterator[tuple[Ledger, Settings]]:
    """The ledger and the settings, closed at the end."""
    settings = load_settings()
    database = open_database(settings, "app")
    gate = LazyGate(settings, database)
    try:
        yield open_ledger(settings, database, check=gate), settings
    finally:
        gate.close()
        database.close()


def person(name: str) -> User:
    """Who acts. The role here claims nothing: the ledger reads it from the table of users, and refuses strangers."""
    return User(name=name, role="csm")
