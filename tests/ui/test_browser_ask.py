"""A conversation in the browser: text as it comes, stop, again, follow-up, copy, export, wishes; both languages."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple, cast

import pytest
from pydantic import Field

from agents import checkpoints
from agents.models.extractive import ExtractiveChat
from agents.models.lookup import EMBEDDED
from agents.models.roster import roster_of
from agents.session import Copilot
from agents.threads import Threads
from banso.core.preferences import PreferenceBook, Preferences
from banso.core.settings import Settings
from tests.agents.fakes import LIMIT_EN, LOCK_JA, BagEmbedder, ListCrm, ListKnowledge
from tests.review.conftest import World
from tests.ui.conftest import PASSWORD, RunningApp
from tests.ui.person import NARROW, WIDE, Person, visitors
from tests.ui.served import Served, serve

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]


class Paced(ExtractiveChat):
    """The embedded model; while it is slow, each line of an answer waits until somebody lets it out."""

    slow: bool = False
    line: Any = Field(default_factory=lambda: threading.Semaphore(0))

    def slow_down(self) -> None:
        while self.line.acquire(blocking=False):
            pass
        self.slow = True

    def _stream(self, *args: Any, **kwargs: Any) -> Iterator[Any]:
        for chunk in super()._stream(*args, **kwargs):
            if self.slow and chunk.text:
                self.line.acquire(timeout=60)
            yield chunk


class Talk(NamedTuple):
    """What is said in one language, and the words of the screen."""

    language: str
    question: str
    first: str
    later: str
    follow_up: str
    answer: str
    stopped: str
    again: str
    sources: str
    settings: str
    short: str


JA = Talk(
    "ja", "HR-1007 のロックは何分で解除されますか？", "30分待つと", "管理者は", "それは管理者がすぐに解除できますか？",
    "すぐにロックを解除", "途中で停止しました", "もう一度", "出典:", "回答の設定", "短め",
)  # fmt: skip
EN = Talk(
    "en", "How many API requests a minute does the Business plan allow?", "120 API requests", "600 API requests",
    "And on the Enterprise plan?", "600 API requests", "Stopped before", "again", "Sources:", "How answers are worded",
    "Short",
)  # fmt: skip


class Stage(NamedTuple):
    """The served app, its copilot, and the model that can be slowed."""

    served: Served
    copilot: Copilot
    model: Paced


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    data = tmp_path_factory.mktemp("talk") / "data"
    data.mkdir()
    world, model = World(Settings(data=data)), Paced(embedder=BagEmbedder())
    world.database.migrate()
    copilot = Copilot(
        cast(Any, ListKnowledge([LOCK_JA, LIMIT_EN])), ListCrm(), world.ledger, roster_of(model, EMBEDDED),
        world.settings, checkpoints.open_checkpointer(world.settings), Threads(world.database),
        preferences=PreferenceBook(world.database),
    )  # fmt: skip
    with closing(copilot), serve(world, copilot) as served:
        for name in ("yui", "ren"):
            served.users.add(name, "csm", PASSWORD)
        yield Stage(served, copilot, model)
    world.database.close()


@pytest.fixture
def person(stage: Stage, chromium: Any) -> Iterator[Any]:
    with visitors(RunningApp(stage.served.url, stage.served.world.settings.data), chromium) as enter:

        def come(talk: Talk, size: dict[str, int] = WIDE, name: str = "yui") -> Person:
            one = enter(name, talk.language, size)
            one.context.grant_permissions(["clipboard-read", "clipboard-write"])
            return one

        yield come
        stage.model.slow = False
        stage.model.line.release(20)


@pytest.mark.parametrize(("talk", "size"), [(JA, NARROW), (EN, WIDE)])
def test_an_answer_comes_line_by_line_is_stopped_asked_again_and_followed_up(
    stage: Stage, person: Any, talk: Talk, size: dict[str, int]
) -> None:
    yui = person(talk, size)
    stage.model.slow_down()
    page, chat = yui.page, yui.page.locator("#chat")
    page.locator("#question textarea").fill(talk.question)
    page.locator("#question textarea").press("Enter")
    stage.model.line.release()
    chat.locator(".bot").get_by_text(talk.first).first.wait_for()
    assert talk.later not in chat.inner_text() and not page.locator("#again").is_visible()
    page.locator("#stop").click()
    chat.get_by_text(talk.stopped).wait_for()
    page.locator("#send").wait_for()
    assert talk.question in chat.inner_text() and talk.first not in chat.locator(".bot").last.inner_text()
    stage.model.slow = False
    stage.model.line.release(20)
    page.locator("#again").press("Enter")
    chat.locator(".bot").get_by_text(talk.first).first.wait_for()
    page.locator("#send").wait_for()
    assert chat.locator(".user-row").count() == 2 and talk.again in chat.locator(".user-row").last.inner_text()
    assert talk.answer in yui.ask(talk.follow_up)
    assert page.evaluate("document.scrollingElement.scrollWidth") <= size["width"] + 1


def test_a_stop_before_the_first_word_stops_the_first_question_of_a_conversation(stage: Stage, person: Any) -> None:
    page = person(EN).page
    stage.model.slow_down()
    page.locator("#question textarea").fill(EN.question)
    page.locator("#question textarea").press("Enter")
    page.locator("#stop").press("Enter")
    page.locator("#chat").get_by_text(EN.stopped).wait_for()
    page.locator("#again").wait_for()


@pytest.mark.parametrize("talk", [JA, EN])
def test_an_answer_is_copied_with_its_sources_and_the_conversation_saved(stage: Stage, person: Any, talk: Talk) -> None:
    yui = person(talk)
    page = yui.page
    assert not page.locator("#export").is_visible()
    yui.ask(talk.question)
    page.locator("#chat a[href$='.txt']").first.press("Enter")
    page.locator("#copied.shown").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert talk.first in copied and talk.sources in copied and "&#" not in copied and "](" not in copied
    with page.expect_download() as download:
        page.locator("#export").click()
    saved = Path(download.value.path()).read_text(encoding="utf-8")
    assert download.value.suggested_filename.endswith(".md")
    assert talk.question in saved and talk.first in saved and talk.sources.rstrip(":") in saved


def test_wishes_are_kept_for_the_person_and_heeded(stage: Stage, person: Any) -> None:
    yui, book = person(EN), PreferenceBook(stage.served.world.database)
    long = yui.ask(JA.question)
    yui.page.get_by_role("button", name=EN.settings).press("Enter")
    yui.page.get_by_label(EN.short).check()
    yui.page.locator("#prefer-said p").wait_for()
    assert (book.of("yui"), book.of("ren")) == (Preferences(length="short"), Preferences())
    assert len(yui.ask(JA.question)) < len(long)
    yui.page.reload()
    yui.page.get_by_role("button", name=EN.settings).click()
    yui.page.wait_for_function("() => document.querySelector('#prefer-length input[value=short]').checked")
    book.set("yui", length="normal")
