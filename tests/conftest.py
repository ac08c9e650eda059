"""Fixtures shared by every test: a data folder of its own, a migrated database, a clock that stands still."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import hypothesis
import pytest

from banso.core.database import Database, open_database
from banso.core.settings import Settings
from banso.knowledge.e5.embedder import E5Small

hypothesis.settings.register_profile("banso", deadline=None)  # a busy machine is no failure
hypothesis.settings.load_profile("banso")

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"
"""Real data that stands beside a developer's checkout; absent on most machines."""


@pytest.fixture(autouse=True)
def no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith("BANSO_"):
            monkeypatch.delenv(name)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path / "data")


@pytest.fixture
def database(settings: Settings) -> Iterator[Database]:
    database = open_database(settings)
    yield database
    database.close()


@pytest.fixture(scope="session")
def embedder(tmp_path_factory: pytest.TempPathFactory) -> E5Small:
    """The real embedder, loaded at its first use and then shared by every test."""
    return E5Small(tmp_path_factory.mktemp("embedder"))


@pytest.fixture
def clock() -> Callable[[], datetime]:
    return lambda: datetime(2026, 4, 1, 9, 0, tzinfo=UTC)
