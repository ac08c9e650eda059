"""The whole web app over real HTTP, in this process: a real ledger below, and people's doubles where the copilot is."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any, cast

import httpx
import sqlalchemy as sa
import uvicorn
from fastapi import FastAPI

from agents.models.desk import ModelDesk
from agents.usage_book import UsageBook
from banso.core.errors import NotFound
from banso.core.feedback import FeedbackBook
from banso.core.preferences import PreferenceBook
from banso.core.users import User, Users
from banso.gaps.book import GapBook
from banso.knowledge.beside import Beside
from banso.knowledge.documents import Document
from banso.learning.book import Lessons
from banso.review.desk import open_desk
from banso.review.figures import figures
from banso.ui.services import Services
from banso.ui.web import build_app
from evals.report.kept import KeptRuns
from tests.agents.fakes import BagEmbedder, ListCrm
from tests.review.conftest import World
from tests.ui.conftest import PASSWORD

Rows = dict[str, set[tuple[tuple[str, Any], ...]]]
DOCUMENT = Document(source="manual", collection="handbook", ref="a.md", title="A page", text="words")


class Copilot:
    """Files what it is asked to, and remembers for whom it did anything."""

    def __init__(self, world: World) -> None:
        self.world, self.asked_by = world, list[str]()

    def stream(self, question: str, *, user: User, account: str = "", thread: str = "") -> Iterator[Any]:
        self.asked_by.append(user.name)
        answer = SimpleNamespace(
            thread="th_1", text=question, grounded="sources", citations=(), nearest=(), notices=(), draft=None,
            seconds=0.1, asks=None, removed=(), unsure=False, usage=(), stopped=False, ages=None, facts=(),
            beside=Beside(), unanswered=(),
        )  # fmt: skip
        yield SimpleNamespace(kind="answer", step=None, detail="", text="", answer=answer, thread="th_1")

    def again(self, thread: str, *, user: User) -> Iterator[Any]:
        yield from self.stream("again", user=user, thread=thread)

    def stop(self, thread: str, *, user: User) -> bool:
        return False

    def draft(self, about: str, *, user: User, account: str, to: str = "") -> Any:
        return self.world.ledger.file(account, to or "a@example.jp", about, about, (), user.name)

    def history(self, thread: str, *, user: User) -> list[Any]:
        return []

    def thread(self, thread: str, *, user: User) -> Any:
        raise NotFound(thread)

    def threads(self, user: User, *, limit: int = 50) -> list[Any]:
        return []


class Library:
    """One document; remembers what was taken out."""

    def __init__(self) -> None:
        self.removed = list[str]()

    def collections(self) -> list[Any]:
        return []

    def documents(self, **_: object) -> list[Any]:
        return [SimpleNamespace(**DOCUMENT.model_dump(), id=DOCUMENT.id)]

    def failures(self) -> list[Any]:
        return []

    def document(self, document_id: str) -> Document:
        if document_id != DOCUMENT.id:
            raise NotFound(document_id)
        return DOCUMENT

    def search(self, *_: object) -> list[Any]:
        return []

    def explain(self, *_: object) -> list[Any]:
        return []

    def remove(self, documents: list[str]) -> None:
        self.removed += documents


class Served:
    """A world with its web app, at an address."""

    def __init__(self, world: World, url: str, copilot: Any = None) -> None:
        self.world, self.url = world, url
        self.copilot, self.library, self.ingested = copilot or Copilot(world), Library(), list[Any]()
        self.lessons = Lessons(world.database, ListCrm(), clock=world.clock)
        self.users = Users(world.database)
        self.gaps = GapBook(world.database, BagEmbedder(), world.clock)
        services = Services(
            settings=world.settings, users=self.users, copilot=cast(Any, self.copilot),
            knowledge=cast(Any, self.library), crm=cast(Any, ListCrm()), ledger=world.ledger,
            desk=open_desk(world.settings, world.database, world.clock), feedback=FeedbackBook(world.database),
            ingest=lambda *given: self.ingested.append(given), lessons=self.lessons, gaps=self.gaps,
            figures=lambda by: figures(world.database, by, world.settings.timezone),
            quality=KeptRuns(world.settings),
            models=ModelDesk(world.settings, UsageBook(world.database, world.settings.timezone, world.clock)),
            preferences=PreferenceBook(world.database, world.clock),
        )  # fmt: skip
        self.app: FastAPI = build_app(services)
        with world.database.read() as db:
            self._tables = sorted(sa.inspect(db).get_table_names())

    def client(self, name: str) -> httpx.Client:
        """Signed in as this person; as nobody without a name."""
        client = httpx.Client(base_url=self.url, timeout=30)
        if name:
            answer = client.post("/login", data={"name": name, "password": PASSWORD})
            assert answer.status_code == 303, answer.text
        return client

    def rows(self) -> Rows:
        """Everything in the database, but for sign-in tries."""
        with self.world.database.read() as db:
            return {
                table: {tuple(row.items()) for row in db.execute(sa.text(f"SELECT * FROM {table}")).mappings()}
                for table in self._tables
                if table != "sign_in_tries"
            }


@contextmanager
def serve(world: World, copilot: Any = None) -> Iterator[Served]:
    """The app of this world, until the end of the block; with this copilot in place of the double."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        served = Served(world, f"http://127.0.0.1:{listening.getsockname()[1]}", copilot)
        server = uvicorn.Server(uvicorn.Config(served.app, log_level="error"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        while not server.started:
            assert thread.is_alive()
            time.sleep(0.02)
        try:
            yield served
        finally:
            server.should_exit = True
            thread.join(20)
