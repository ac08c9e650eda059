"""Fixtures shared by every test: a data folder of its own, a migrated database, a clock that stands still."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import hypothesis
import pytest
from argon2 import PasswordHasher

from banso.core import users
from banso.core.database import Database, open_database
from banso.core.settings import Settings
from banso.knowledge.e5.embedder import E5Small

MEMORY, ROOM = Path("/dev/shm"), 4 << 30
if os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM:
    # Each commit of a thousand small databases waits for its disk; a process that is killed loses no more in memory.
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))

hypothesis.settings.register_profile("banso", deadline=None)  # a busy machine is no failure
hypothesis.settings.load_profile("banso")

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"
"""Real data that stands beside a developer's checkout; absent on most machines."""


@pytest.fixture(scope="session", autouse=True)
def cheap_hashes() -> Iterator[None]:
    """Passwords are hashed a thousand times in this suite, and each hash is made to be slow. Tests of the cost
    ask for `real_hashes`; the app that browsers see runs in a process of its own, with them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(users, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        patch.setattr(users, "_NOBODY", users._NOBODY.replace(users._COST, "m=8,t=1,p=1"))
        yield


@pytest.fixture
def real_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords are hashed as in the product."""
    monkeypatch.setattr(users, "_hasher", PasswordHasher())
    monkeypatch.setattr(users, "_NOBODY", users._NOBODY.replace("m=8,t=1,p=1", users._COST))


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


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with a long test first: whoever starts the longest file last is waited for by everybody.

    A browser test that fails is tried once more."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.flaky(reruns=1))
    items.sort(key=lambda item: 0 if item.get_closest_marker("browser") else 1 if item.path in slow else 2)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> object:
    """Files side by side, tests of a file in order; all that drive Chromium by one worker, which starts one app for
    them."""
    from xdist.scheduler import LoadFileScheduling

    scheduler = LoadFileScheduling(config, log)
    scheduler._split_scope = _unit
    return scheduler


def _unit(nodeid: str) -> str:
    file = nodeid.split("::", 1)[0]
    return "browser" if "/test_browser" in file else file
