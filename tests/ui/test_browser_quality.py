"""The Quality tab and the full report behind it, driven as people drive them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from evals import history
from tests.evals.kept_runs import HOSTILE, case, failing, run
from tests.ui.conftest import RunningApp
from tests.ui.person import NARROW, WIDE, Person, visitors
from tests.ui.test_browser_learning import open_tab

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
CASES = (
    case(0), failing(1, question="HR-1012 の対処は？"), failing(2, "unsupported", question="Where is the audit log?"),
    failing(3, "unsupported", text=HOSTILE, question=HOSTILE),
)  # fmt: skip


@pytest.fixture(scope="module")
def measured(running_app: RunningApp) -> RunningApp:
    for day in (18, 19):
        history.save(run(*CASES, day=day), running_app.data)
    history.save(run(suite="manuals_test", held_out=True), running_app.data)
    return running_app


@pytest.fixture
def person(measured: RunningApp, chromium: Any) -> Iterator[Any]:
    with visitors(measured, chromium) as enter:

        def come(name: str, language: str, size: dict[str, int]) -> Person:
            one = enter(name, language, size)
            open_tab(one.page, "品質" if language == "ja" else "Quality")
            one.page.locator("#quality-overview table").wait_for()
            return one

        yield come


def choose(one: Person, label: str, option: str) -> None:
    one.page.get_by_label(label, exact=True).click()
    one.page.get_by_role("option", name=option).click()


def test_a_reviewer_reads_the_verdict_finds_a_case_and_opens_the_report(person: Any) -> None:
    ren = person("ren", "ja", WIDE)
    choose(ren, "スイート", "smoke")
    body, listed = ren.page.locator("#quality-body"), ren.page.locator("#quality-list")
    listed.get_by_text("4 件中 4 件").wait_for()
    body.get_by_text("4 件の基準のうち 1 件を満たしていません。").wait_for()
    pictures = body.locator("img").all()
    assert len(pictures) > 5
    assert all(one.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0 for one in pictures)
    choose(ren, "結果", "裏付けのない文 (2)")
    listed.get_by_text("4 件中 2 件").wait_for()
    words = ren.page.locator("#quality-words textarea, #quality-words input")
    words.fill("audit")
    words.press("Enter")
    listed.get_by_text("4 件中 1 件").wait_for()
    listed.locator("summary").click()
    assert "証明書は 2 枚まで" in listed.inner_text() and "裏付けあり" in listed.inner_text()
    with ren.context.expect_page() as opened:
        body.get_by_role("link", name="詳細レポートを開く").click()
    report = opened.value
    refused: list[str] = []
    report.on("console", lambda message: refused.append(message.text))
    report.reload()
    report.get_by_role("heading", name="smoke").wait_for()
    report.locator("a[href^='#case-']").first.click()
    assert report.locator("details[open] .in").first.is_visible()
    assert refused == [], "the page policy found something to refuse"


@pytest.mark.parametrize(("language", "held"), [("ja", "このスイートは評価専用です"), ("en", "This suite is held out")])
def test_a_phone_shows_it_without_scrolling_sideways(person: Any, language: str, held: str) -> None:
    admin = person("admin", language, NARROW)
    suite = "スイート" if language == "ja" else "Suite"
    choose(admin, suite, "manuals_test")
    admin.page.get_by_text(held).first.wait_for()
    choose(admin, suite, "smoke")
    admin.page.locator(".qu-case").first.wait_for()
    assert admin.page.evaluate("document.documentElement.scrollWidth <= 390")
    assert admin.page.evaluate("document.querySelectorAll('#quality-list script, #quality-list svg').length") == 0
    admin.page.goto(f"{admin.app.url}/quality/report?run=20261119T093000Z-smoke&lang={language}")
    admin.page.locator(".verdict").wait_for()
    assert admin.page.evaluate("document.documentElement.scrollWidth <= 390")


def test_a_csm_reads_the_figures_and_no_case(person: Any) -> None:
    yui = person("yui", "en", WIDE)
    choose(yui, "Suite", "smoke")
    yui.page.get_by_text("1 of 4 bounds missed.").wait_for()
    yui.page.get_by_text("only reviewers and administrators see them").wait_for()
    assert not yui.page.locator("#quality-cases").is_visible()
    assert "HR-1012 の対処は" not in yui.page.content()
