"""A person at a browser window, and what people do on the screens."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from tests.ui.conftest import PASSWORD, RunningApp

WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 390, "height": 844}


class Person:
    """A signed-in person at a browser window; every request that leaves for another host is kept."""

    def __init__(self, app: RunningApp, browser: Any, name: str, language: str, size: dict[str, int]) -> None:
        self.app, self.language = app, language
        self.context = browser.new_context(viewport=size, locale="ja-JP" if language == "ja" else "en-US")
        self.left: list[str] = []
        try:
            self.page = self.context.new_page()
            self.page.set_default_timeout(30_000)
            self.context.on("request", self._note)
            self._sign_in(name)
        except BaseException:
            self.context.close()
            raise

    def _sign_in(self, name: str) -> None:
        self.page.goto(f"{self.app.url}/login?lang={self.language}")
        self.page.locator("#name").fill(name)
        self.page.locator("#password").fill(PASSWORD)
        self.page.locator("button").click()
        self.page.wait_for_url(f"**/{self.language}/")
        self.page.locator("#question textarea").wait_for()

    def _note(self, request: Any) -> None:
        if not request.url.startswith((self.app.url, "data:", "blob:")):
            self.left.append(request.url)

    def tab(self, name: str) -> None:
        self.page.get_by_role("tab", name=name).click()

    def ask(self, question: str) -> str:
        before = self.page.locator("#chat .bot").count()
        self.page.locator("#question textarea").fill(question)
        self.page.locator("#question textarea").press("Enter")
        self.page.wait_for_function(
            "n => document.querySelectorAll('#chat .bot small').length > n", arg=self._finished(before)
        )
        return str(self.page.locator("#chat .bot").last.inner_text())

    def _finished(self, _before: int) -> int:
        return int(self.page.locator("#chat .bot small").count())

    def close(self) -> None:
        self.context.close()
        assert self.left == [], "the page asked another host"


@contextmanager
def visitors(app: RunningApp, browser: Any) -> Iterator[Callable[..., Person]]:
    """Lets people come. All their windows are closed at the end, whatever failed with one of them."""
    with ExitStack() as windows:

        def come(name: str, language: str = "ja", size: dict[str, int] | None = None) -> Person:
            person = Person(app, browser, name, language, size or WIDE)
            windows.callback(person.close)
            return person

        yield come


def draft_by(yui: Person, about: str) -> str:
    yui.page.get_by_label("対象のお客様").click()
    yui.page.get_by_role("option", name=re.compile("AC-0001")).click()
    yui.page.get_by_role("button", name="お客様への返信を下書きする").click()
    yui.page.get_by_label("お伝えする内容").fill(about)
    yui.page.get_by_role("button", name="下書きを作成").click()
    said = yui.page.locator("#draft-said").get_by_text("レビューに回しました")
    said.wait_for()
    found = re.search(r"dr_[0-9a-f]+", said.inner_text())
    assert found
    return found[0]


def choose(reviewer: Person, draft: str) -> None:
    reviewer.tab("レビュー")
    reviewer.page.locator(f"#review-queue input[value='{draft}']").check()
    reviewer.page.locator("#review-text").wait_for()


def approve(reviewer: Person) -> None:
    """Ask for approval, tick every warning, confirm."""
    reviewer.page.locator("#approve").click()
    reviewer.page.locator("#confirm-hash").wait_for()
    confirm = reviewer.page.locator("#confirm-approve")
    for tick in reviewer.page.locator("#confirm-ticks input").all():
        assert confirm.is_disabled()
        tick.check()
    reviewer.page.wait_for_function("!document.querySelector('#confirm-approve').disabled")
    confirm.click()


def say(reviewer: Person, button: str, words: str = "", reason: str = "") -> None:
    """Press a button that asks for a reason, give one and submit."""
    reviewer.page.locator(button).click()
    reviewer.page.locator("#reason-submit").wait_for()
    if reason:
        reviewer.page.locator("#reason-code input").click()
        reviewer.page.get_by_role("option", name=reason).click()
    if words:
        reviewer.page.locator("#review-reason textarea, #review-reason input").fill(words)
    reviewer.page.locator("#reason-submit").click()
