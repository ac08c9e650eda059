"""A copilot over two customers and four documents, with any chat model."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from agents import checkpoints
from agents.models.extractive import ExtractiveChat
from agents.models.roster import roster_of
from agents.session import Copilot
from agents.threads import Threads
from banso.core.database import Database
from banso.core.settings import Settings
from banso.core.users import User, Users
from banso.review.ledger import Ledger
from tests.agents.fakes import DOCUMENTS, NOW, BagEmbedder, ListCrm, ListKnowledge
from tests.review.passing import Passing

Make = Callable[..., Copilot]


@pytest.fixture
def csm(database: Database) -> User:
    return Users(database).add("sato", "csm", "long enough 1")


@pytest.fixture
def reviewer(database: Database) -> User:
    return Users(database).add("mori", "reviewer", "long enough 2")


@pytest.fixture
def ledger(database: Database) -> Ledger:
    return Ledger(database, clock=lambda: NOW, check=Passing())


@pytest.fixture
def make(settings: Settings, database: Database, ledger: Ledger) -> Iterator[Make]:
    opened: list[Copilot] = []

    def build(
        model: Any = None, documents: Any = DOCUMENTS, spare: Any = None, knowledge: Any = None, **more: Any
    ) -> Copilot:
        chosen = model or ExtractiveChat(embedder=BagEmbedder())
        models = (
            chosen
            if hasattr(chosen, "speakers")
            else roster_of(chosen, getattr(chosen, "name_shown", "test/chat") if model else settings.model, spare)
        )
        copilot = Copilot(
            knowledge or ListKnowledge(documents), ListCrm(), ledger, models, settings,
            checkpoints.open_checkpointer(settings), Threads(database, lambda: NOW), clock=lambda: NOW, **more,
        )  # fmt: skip
        opened.append(copilot)
        return copilot

    yield build
    for copilot in opened:
        copilot.close()
