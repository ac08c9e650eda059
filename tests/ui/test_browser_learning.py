"""An administrator accepts what an edit taught, and reads the figures, on a phone."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import TimeoutError as TooLate

from tests.ui.conftest import PASSWORD, RunningApp
from tests.ui.person import WIDE, Person, choose

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


def test_a_lesson_is_accepted_and_figures_are_drawn(running_app: RunningApp, chromium: Any, tmp_path: Path) -> None:
    draft = ("-m", "agents", "draft", "--account", "AC-0001", "--about", "HR-1012 の対処方法", "--as", "yui", "--json")
    made = json.loads(running_app.run(*draft).stdout)
    text = json.loads(running_app.run("-m", "agents", "show", made["id"], "--json").stdout)["body"]
    (tmp_path / "b.txt").write_text(text.replace("今後とも", "引き続き"), encoding="utf-8")
    edit = ("-m", "agents", "edit", made["id"], "--file", str(tmp_path / "b.txt"), "--as", "ren", "--reason", "tone")
    assert running_app.run(*edit).returncode == 0
    context = chromium.new_context(viewport={"width": 390, "height": 844}, locale="ja-JP")
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.goto(f"{running_app.url}/login?lang=ja")
    page.fill("input[name=name]", "admin")
    page.fill("input[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    open_tab(page, "学習")
    page.locator("#lesson-choice input").click()
    page.get_by_role("option").filter(has_text="引き続き").filter(has_text="R-").first.click()
    page.locator("#lesson-accept").click()
    page.get_by_text("：有効").first.wait_for()
    open_tab(page, "集計")
    picture = page.locator("#figures img").first
    picture.wait_for()
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0
    assert page.evaluate("document.documentElement.scrollWidth <= 390")
    context.close()
    listed = json.loads(running_app.run("-m", "agents", "lessons", "list", "--json").stdout)
    assert any(one["standing"] == "accepted" and one["decided_by"] == "admin" for one in listed)
    ruled = json.loads(running_app.run(*draft).stdout)["id"]
    ren = Person(running_app, chromium, "ren", "ja", WIDE)
    choose(ren, ruled)
    ren.page.locator("#rules-box").get_by_text("従っているチームのルール（1 件）").click()
    assert ren.page.locator("#review-rules ins").all_inner_texts() == ["引き続き"]
    ren.page.locator("#rules-open").click()
    ren.page.get_by_role("tab", name="学習", selected=True).wait_for()
    ren.close()
    answer = running_app.client("yui").get("/figures.csv?by=reviewer")
    assert answer.status_code == 403
    assert running_app.client("ren").get("/figures.csv?by=reviewer").text.startswith("\ufeffgroup,n,")


def open_tab(page: Any, name: str) -> None:
    """On a phone a tab may move into the menu after it was seen: tabs are dealt out once the page knows its width."""
    page.wait_for_selector("#brand")
    tab, menu = page.get_by_role("tab", name=name).first, page.locator(".overflow-menu button").first
    for _ in range(5):
        with suppress(TooLate):
            if tab.is_visible():
                tab.click(timeout=5_000)
                return
            menu.click(timeout=5_000)
            page.get_by_text(name, exact=True).last.click(timeout=5_000)
            return
    pytest.fail(f"no tab {name}")
