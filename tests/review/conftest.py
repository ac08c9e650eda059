"""A world for the review tests: a migrated database with people in it, on SQLite and, where one runs, on PostgreSQL."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from banso.core.database import Database
from banso.core.settings import SenderSettings, Settings
from banso.core.users import User
from banso.review.channels.base import Channel
from banso.review.drafts import DraftVersion
from banso.review.ledger import Ledger, open_ledger
from banso.review.sender import SendReport, send_pass
from banso.review.store import Store
from tests.review.passing import Passing
from tests.review.postgres import Postgres

PEOPLE = {"aoki": "csm", "baba": "csm", "sato": "reviewer", "mori": "reviewer", "root": "admin"}
START = datetime(2026, 4, 1, 9, 0, tzinfo=UTC)


class World:
    """One data folder, its database and a clock that moves when told."""

    def __init__(self, settings: Settings) -> None:
        self.settings, self.now, self.gate = settings, START, Passing()
        self.database = Database(settings.database)
        self.store = Store(self.database, self.clock, settings.data / "audit.head")
        self.ledger = self.open()

    def clock(self) -> datetime:
        return self.now

    def open(self) -> Ledger:
        return open_ledger(self.settings, self.database, self.clock, check=self.gate)

    def later(self, **span: float) -> None:
        self.now += timedelta(**span)

    def user(self, name: str) -> User:
        return User(name=name, role=PEOPLE[name])  # type: ignore[arg-type]

    def file(self, author: str = "aoki", account: str = "A-1", body: str = "ご確認ください。\n") -> DraftVersion:
        return self.ledger.file(account, "yamada@example.co.jp", "ご返信", body, (), author)

    def approved(self, author: str = "aoki") -> DraftVersion:
        made = self.file(author)
        self.ledger.approve(made.draft, 1, made.hash, reviewer=self.user("sato"))
        return made

    def sql(self, statement: str, **values: object) -> int:
        return self.store.write(lambda t: t.run(statement, **values).rowcount)

    def scalar(self, statement: str, **values: object) -> object:
        with self.database.read() as db:
            return db.execute(sa.text(statement), values).scalar()

    def drop_guard(self, name: str) -> None:
        postgres = self.database.engine.dialect.name == "postgresql"
        self.sql(f"DROP FUNCTION banso_{name}() CASCADE" if postgres else f"DROP TRIGGER {name}")

    def send(self, channel: Channel | None = None, sender: SenderSettings | None = None) -> SendReport:
        return send_pass(self.settings, sender=sender or SenderSettings(), channel=channel, clock=self.clock)

    def mails(self) -> list[Path]:
        return sorted((self.settings.data / "outbox").glob("*.eml"))


def populate(url: str) -> None:
    database = Database(url)
    database.migrate()
    row = "INSERT INTO users (name, role, password_hash, created_at) VALUES (:name, :role, 'x', '2026-01-01')"
    with database.write() as db:
        db.execute(sa.text(row), [{"name": name, "role": role} for name, role in PEOPLE.items()])
    database.close()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("review") / "template.db"
    populate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Postgres | str]:
    try:
        server = Postgres(populate)
    except (sa.exc.OperationalError, ModuleNotFoundError) as error:
        yield f"no PostgreSQL to test on (set BANSO_TEST_POSTGRES): {str(error).splitlines()[0]}"
        return
    yield server
    server.close()


@pytest.fixture
def sqlite_world(tmp_path: Path, sqlite_template: Path) -> Iterator[World]:
    data = tmp_path / "data"
    data.mkdir()
    shutil.copy(sqlite_template, data / "banso.db")
    world = World(Settings(data=data))
    yield world
    world.database.close()


@pytest.fixture
def postgres_world(tmp_path: Path, postgres_server: Postgres | str) -> Iterator[World]:
    if isinstance(postgres_server, str):
        pytest.skip(postgres_server)
    name = postgres_server.lend()
    (tmp_path / "data").mkdir()
    world = World(Settings(data=tmp_path / "data", database_url=postgres_server.url(name)))
    yield world
    world.database.close()
    postgres_server.give_back(name)


@pytest.fixture(params=["sqlite", "postgres"])
def world(request: pytest.FixtureRequest) -> World:
    made: World = request.getfixturevalue(f"{request.param}_world")
    return made
