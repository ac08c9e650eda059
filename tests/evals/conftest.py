"""A filled index for the runner's tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from agents.session import Copilot
from banso.core.database import open_database
from banso.core.settings import Settings
from banso.core.users import Users
from evals.asking import ASKER
from tests.evals.bench import Bench, fill


@pytest.fixture
def filled(settings: Settings) -> Settings:
    fill(settings)
    return settings


@pytest.fixture
def copilot(filled: Settings) -> Iterator[Copilot]:
    database = open_database(filled)
    Users(database).add(ASKER.name, ASKER.role, "long enough 1")
    database.close()
    copilot = Bench().open(filled)
    yield copilot
    copilot.close()
