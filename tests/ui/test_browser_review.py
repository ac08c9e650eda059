"""The Review tab as reviewers work it: queue, keyboard, diff, comments, bulk, revoking, expiry, two people at once."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from typing import Any

import pytest

from tests.ui.conftest import RunningApp
from tests.ui.filing import GREETING, TEMPLATE, file, ledger_of, reviewer
from tests.ui.person import NARROW, Person, approve, say

CHOSEN = "id => document.querySelector('#review-queue input:checked')?.value === id"
SHOWN = "id => (document.querySelector('#review-seen textarea, #review-seen input')?.value || '').startsWith(id)"
LISTED = "ids => [...document.querySelectorAll('#review-queue input')].map(radio => radio.value).join() === ids"
pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


@pytest.fixture
def ren(running_app: RunningApp, chromium: Any) -> Iterator[Person]:
    """A window of one test: a page that stands still is left behind with it."""
    one = Person(running_app, chromium, "ren", "ja", {"width": 1280, "height": 900})
    one.tab("レビュー")
    yield one
    one.close()


@pytest.fixture
def apart() -> str:
    """A word that no other draft has, so that a second try of a test does not list what the first has filed."""
    return f"no{secrets.randbelow(10**9)}"


def look_for(person: Person, words: str, view: str = "レビュー待ち") -> None:
    """List what has these words."""
    person.page.bring_to_front()  # a window behind another may not be drawn
    escape(person)
    person.page.locator("#review-view").get_by_label(view, exact=True).check()
    box = person.page.locator("#review-search textarea, #review-search input")
    box.fill(words)
    box.press("Enter")


def open_draft(person: Person, draft: str) -> None:
    person.page.locator(f"#review-queue input[value='{draft}']").check()
    person.page.wait_for_function(SHOWN, arg=draft)


def listed(person: Person, *drafts: str) -> None:
    """Wait until exactly these are listed, in this order."""
    person.page.wait_for_function(LISTED, arg=",".join(drafts))


def escape(person: Person) -> None:
    person.page.evaluate("document.activeElement && document.activeElement.blur()")
    person.page.keyboard.press("Escape")


def said(person: Person, words: str) -> None:
    person.page.locator("#review-said").get_by_text(words).first.wait_for()


def test_the_queue_is_searched_and_ordered_with_its_reasons(ren: Person, running_app: RunningApp, apart: str) -> None:
    late = file(running_app, f"検索対象{apart} 遅れ", hours_ago=30)
    fresh = file(running_app, f"検索対象{apart} 至急のご連絡")
    look_for(ren, f"{apart} 検索対象")
    listed(ren, late.draft, fresh.draft)
    ren.page.locator("#review-count").get_by_text("2 件").wait_for()
    labels = ren.page.locator("#review-queue label").all_inner_texts()
    assert "超過" in labels[0] and "30時間待ち" in labels[0]
    assert "緊急（至急）" in labels[1]
    look_for(ren, apart, "期限超過")
    listed(ren, late.draft)
    look_for(ren, "どこにもない言葉")
    ren.page.get_by_text("条件に合う下書きはありません").wait_for()


def test_the_keyboard_moves_opens_and_never_fires_while_typing(
    ren: Person, running_app: RunningApp, apart: str
) -> None:
    drafts = [file(running_app, f"キーボード操作{apart} {n}", hours_ago=3 - n).draft for n in range(2)]
    look_for(ren, apart)
    listed(ren, *drafts)
    escape(ren)
    for key, draft in (("j", drafts[0]), ("j", drafts[1]), ("k", drafts[0])):
        ren.page.keyboard.press(key)
        ren.page.wait_for_function(SHOWN, arg=draft)
        assert ren.page.evaluate(CHOSEN, draft)
    ren.page.locator("#approve").wait_for()
    ren.page.keyboard.press("a")
    ren.page.locator("#confirm-hash").wait_for()
    ren.page.keyboard.press("Escape")
    ren.page.locator("#approve").wait_for()
    ren.page.keyboard.press("r")
    ren.page.locator("#review-reason textarea, #review-reason input").wait_for()
    ren.page.locator("#review-reason textarea, #review-reason input").press_sequentially("aejk?")
    assert not ren.page.locator("#confirm-hash").is_visible()
    escape(ren)
    ren.page.locator("#approve").wait_for()
    ren.page.keyboard.press("/")
    box = ren.page.locator("#review-search textarea, #review-search input")
    ren.page.keyboard.type("a")
    assert box.input_value().endswith("a")
    escape(ren)
    ren.page.keyboard.press("?")
    assert ren.page.locator("#review-help").get_by_text("承認（確認画面が開きます）").is_visible()
    ren.page.keyboard.press("?")
    with ledger_of(running_app) as ledger:
        assert {ledger.state(draft) for draft in drafts} == {"waiting"}


def test_an_edit_is_shown_word_by_word_and_text_stays_text(ren: Person, running_app: RunningApp) -> None:
    made = file(running_app, "差分の確認", GREETING.format("有村様") + "料金は確認します。<b>太字</b>\n")
    with ledger_of(running_app) as ledger:
        body = made.body.replace("確認します", "確認しました")
        ledger.edit(made.draft, 1, editor=reviewer("mio"), subject="差分の確認", body=body)
    look_for(ren, "差分の確認")
    open_draft(ren, made.draft)
    assert "<b>太字</b>" in ren.page.locator("#review-text").inner_text()
    ren.page.locator("#review-compare").get_by_label("前の版からの変更").check()
    ren.page.locator("#review-diff").wait_for()
    assert ren.page.locator("#review-diff ins").all_inner_texts() == ["しました"]
    assert ren.page.locator("#review-diff del").all_inner_texts() == ["します"]
    assert ren.page.locator("#review-letter b, #review-letter img").count() == 0


def test_an_edit_is_checked_mended_and_saved(ren: Person, running_app: RunningApp) -> None:
    made = file(running_app, "編集の確認", GREETING.format("有村様"))
    look_for(ren, "編集の確認")
    open_draft(ren, made.draft)
    ren.page.locator("#edit").click()
    body = ren.page.locator("#review-body textarea")
    body.fill(made.body + "\nお支払は１２月１５日です。\n")
    ren.page.locator("#mend").click()
    ren.page.locator("#review-findings").get_by_text("文章チェック").wait_for()
    ren.page.locator("#edit-code input").click()
    ren.page.get_by_role("option", name="情報の不足").click()
    ren.page.locator("#edit-words textarea, #edit-words input").fill("お支払日を追記")
    ren.page.locator("#save").click()
    said(ren, "版 2 として保存しました")
    ren.page.locator("#review-text").get_by_text("お支払").wait_for()
    with ledger_of(running_app) as ledger:
        assert ledger.events(made.draft)[-1].reason == "missing_info: お支払日を追記"


def test_comments_are_for_the_team(ren: Person, running_app: RunningApp) -> None:
    made = file(running_app, "コメントの確認")
    look_for(ren, "コメントの確認")
    open_draft(ren, made.draft)
    ren.page.locator("#comment-text textarea, #comment-text input").fill("料金は改定後ですか？ <i>x</i>")
    ren.page.locator("#comment-add").click()
    ren.page.locator("#review-comments").get_by_text("料金は改定後ですか？ <i>x</i>").wait_for()
    with ledger_of(running_app) as ledger:
        assert ledger.latest(made.draft).body == made.body


def test_bulk_approval_names_the_one_that_changed(ren: Person, running_app: RunningApp, apart: str) -> None:
    drafts = [
        file(running_app, f"まとめて確認 {apart}", TEMPLATE.format(f"{name}様"), to=f"{name}@aoba-mfg.example")
        for name in ("abe", "baba", "chiba")
    ]
    look_for(ren, apart)
    listed(ren, *(draft.draft for draft in drafts))
    ren.page.locator("#bulk-open").click()
    ren.page.locator("#bulk-group input").click()
    ren.page.get_by_role("option", name=apart).click()
    ren.page.locator("#bulk-chosen").get_by_text("baba@aoba-mfg.example").wait_for()
    assert "お気軽にお知らせください" in ren.page.locator("#bulk-common").inner_text()
    for tick in ren.page.locator("#bulk-chosen input").all():
        tick.check()
    with ledger_of(running_app) as ledger:
        ledger.edit(drafts[1].draft, 1, editor=reviewer("mio"), subject="まとめて確認", body="別の文面")
    for tick in ren.page.locator("#bulk-ticks input").all():
        tick.check()
    ren.page.locator("#bulk-approve").click()
    outcome = ren.page.locator("#bulk-said .rv-outcomes")
    outcome.wait_for()
    assert "baba@aoba-mfg.example" in outcome.inner_text()
    with ledger_of(running_app) as ledger:
        assert ledger.state(drafts[1].draft) == "waiting"
        decided = [ledger.decisions(d.draft)[-1] for d in (drafts[0], drafts[2])]
    assert [(d.decision, d.hash) for d in decided] == [("approve", drafts[0].hash), ("approve", drafts[2].hash)]
    ren.page.locator("#bulk-close").click()


def test_sending_is_stopped_for_all_and_an_approval_taken_back(ren: Person, running_app: RunningApp, chromium: Any) -> None:  # fmt: skip  # noqa: E501
    made = file(running_app, "取り消しの確認")
    admin = Person(running_app, chromium, "admin", "ja", {"width": 1280, "height": 900})
    admin.tab("レビュー")
    admin.page.locator("#pause").click(timeout=60_000)
    try:
        said(admin, "一時停止しました")
        look_for(ren, "取り消しの確認")
        open_draft(ren, made.draft)
        ren.page.locator("#paused").wait_for()
        assert not ren.page.locator("#pause, #resume").first.is_visible()
        approve(ren)
        ren.page.locator("#revoke").wait_for()
        say(ren, "#revoke", "宛先を確認します")
        said(ren, "承認を取り消しました")
    finally:
        admin.page.locator("#resume").click()
        said(admin, "再開しました")
        admin.close()
    with ledger_of(running_app) as ledger:
        assert ledger.state(made.draft) == "cancelled"


def test_an_old_draft_says_so_and_cannot_be_approved(ren: Person, running_app: RunningApp) -> None:
    made = file(running_app, "期限の確認", hours_ago=73)
    look_for(ren, "期限の確認", "すべて")
    open_draft(ren, made.draft)
    ren.page.locator("#expiry").get_by_text("72時間を過ぎました").wait_for()
    assert not ren.page.locator("#approve").is_visible()
    assert ren.page.locator("#edit").is_visible()


def test_two_people_on_one_draft_see_each_other_and_take_over(ren: Person, running_app: RunningApp, chromium: Any) -> None:  # fmt: skip  # noqa: E501
    made = file(running_app, "二人で開く")
    look_for(ren, "二人で開く")
    open_draft(ren, made.draft)
    ren.page.locator("#claim").click()
    said(ren, "対応中にしました")
    mio = Person(running_app, chromium, "mio", "ja", NARROW)
    mio.tab("レビュー")
    look_for(mio, "二人で開く")
    open_draft(mio, made.draft)
    mio.page.locator("#present").get_by_text("renさんも開いています").wait_for()
    ren.page.locator("#present").get_by_text("mioさんも開いています").wait_for(timeout=45_000)
    assert not mio.page.locator("#approve").is_visible()
    assert mio.page.evaluate("document.scrollingElement.scrollWidth") <= NARROW["width"] + 1
    mio.page.locator("#take-over").click()
    said(mio, "引き継ぎました")
    mio.page.locator("#approve").wait_for()
    ren.page.bring_to_front()
    ren.page.locator("#approve").click()
    ren.page.locator("#confirm-hash").wait_for()
    assert ren.page.locator("#confirm-approve").is_disabled()
    mio.close()
