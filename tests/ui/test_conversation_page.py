"""The addresses of a conversation: its owner gets a file and a text, everybody else learns nothing."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from agents.answers import Answer, Turn
from banso.core.errors import NotFound
from banso.core.settings import Settings
from banso.core.users import User
from tests.agents.fakes import NOW
from tests.review.conftest import World
from tests.ui.conftest import PASSWORD
from tests.ui.served import Copilot, Served, serve
from tests.ui.test_answer_view import ONE

SECRET = "The renewal is on 2027-02-01. [1]"


class OneTalk(Copilot):
    """One conversation, of sato's."""

    def history(self, thread: str, *, user: User) -> list[Any]:
        self.thread(thread, user=user)
        return [Turn(question="When?", answer=Answer(thread="th_1", text=SECRET, grounded="cited", citations=(ONE,)), at=NOW)]  # fmt: skip  # noqa: E501

    def thread(self, thread: str, *, user: User) -> Any:
        if (thread, user.name) != ("th_1", "sato"):
            raise NotFound(thread)
        return SimpleNamespace(id="th_1", title="When?", account="AC-1", created_at=NOW, updated_at=NOW)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    data = tmp_path_factory.mktemp("pages") / "data"
    data.mkdir()
    world = World(Settings(data=data))
    world.database.migrate()
    with serve(world, OneTalk(world)) as app:
        for name, role in (("sato", "csm"), ("mori", "csm"), ("root", "admin")):
            app.users.add(name, role, PASSWORD)
        yield app
    world.database.close()


def test_the_owner_gets_a_file_and_the_text_of_an_answer(served: Served) -> None:
    client = served.client("sato")
    file = client.get("/conversation/th_1/ja.md")
    assert file.headers["content-type"] == "text/markdown; charset=utf-8"
    assert file.headers["content-disposition"] == 'attachment; filename="th_1.md"'
    assert "2027-02-01" in file.text and "お客様：AC-1" in file.text
    text = client.get("/conversation/th_1/0/en.txt")
    assert text.headers["content-type"] == "text/plain; charset=utf-8"
    assert text.text.startswith(SECRET) and "Sources:" in text.text


@pytest.mark.parametrize("name", ["mori", "root", ""])
@pytest.mark.parametrize("path", ["/conversation/th_1/en.md", "/conversation/th_1/0/en.txt"])
def test_nobody_else_reads_it_and_cannot_tell_it_from_one_that_is_not_there(
    served: Served, name: str, path: str
) -> None:
    client = served.client(name)
    answer, missing = client.get(path), client.get(path.replace("th_1", "th_9"))
    assert (answer.status_code, answer.text) == (missing.status_code, missing.text)
    assert answer.status_code in (401, 404) and "2027" not in answer.text


@pytest.mark.parametrize("path", ["/conversation/th_1/1/en.txt", "/conversation/th_1/-1/en.txt"])
def test_an_answer_that_is_not_there_is_not_found(served: Served, path: str) -> None:
    assert served.client("sato").get(path).status_code == 404


def test_a_language_that_no_screen_speaks_is_answered_in_the_persons(served: Served) -> None:
    assert "質問" in served.client("sato").get("/conversation/th_1/xx.md").text
