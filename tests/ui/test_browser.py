"""The screens, driven as people drive them: both languages, wide and narrow."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest

from tests.ui.conftest import RunningApp
from tests.ui.person import NARROW, Person, approve, choose, draft_by, say, visitors

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
QUESTION = "HR-1012 が出るお客様には、何をご案内すればよいですか？"


@pytest.fixture
def person(running_app: RunningApp, chromium: Any) -> Iterator[Any]:
    with visitors(running_app, chromium) as come:
        yield come


def test_a_wrong_password_says_so(running_app: RunningApp, chromium: Any) -> None:
    page = chromium.new_page()
    page.goto(running_app.url + "/login?lang=en")
    page.locator("#name").fill("yui")
    page.locator("#password").fill("wrong password")
    page.locator("button").click()
    assert "wrong" in page.get_by_role("alert").inner_text()
    page.get_by_role("link", name="日本語").click()
    assert page.get_by_role("heading", name="サインイン").is_visible()
    page.close()


def test_an_answer_carries_a_citation_that_opens_its_source(person: Any) -> None:
    yui = person("yui")
    answer = yui.ask(QUESTION)
    assert "出典" in answer and "[1]" in answer
    with yui.context.expect_page() as opened:
        yui.page.locator("#chat .bot a", has_text="[1]").first.click()
    source = opened.value
    source.wait_for_load_state()
    marked = source.locator("mark").all_inner_texts()
    assert marked and "".join(marked).strip()
    assert "HR-1012" in source.locator("main").inner_text()


def test_what_nothing_answers_is_refused(person: Any) -> None:
    answer = person("yui", "en").ask("What is the error code HR-7001 about?")
    assert "Nearest sources" in answer


def test_the_language_switches(person: Any) -> None:
    yui = person("yui")
    yui.page.get_by_role("link", name="English").click()
    yui.page.get_by_role("tab", name="Review").wait_for()
    yui.page.locator("#who").get_by_text("yui (CSM)").wait_for()
    assert not yui.page.get_by_text("レビュー").count()


def test_thumbs_down_asks_why(person: Any) -> None:
    yui = person("yui", "en")
    yui.ask("What is the API limit on the Business plan?")
    yui.page.get_by_label("Dislike", exact=False).first.click()
    yui.page.get_by_label("It is out of date").check()
    yui.page.get_by_role("button", name="Send", exact=True).last.click()
    yui.page.get_by_text("your feedback is recorded").first.wait_for()


def test_earlier_conversations_come_back(person: Any) -> None:
    yui = person("yui", "en")
    yui.ask("When are backups taken?")
    yui.page.reload()
    yui.page.get_by_role("button", name="Earlier conversations").click()
    yui.page.get_by_label("When are backups taken?").first.check()
    yui.page.locator("#chat .bot").first.wait_for()
    assert "Sources" in yui.page.locator("#chat").inner_text()


def test_a_table_of_a_source_is_a_table_with_the_cited_row_marked(person: Any) -> None:
    yui = person("yui")
    yui.ask("HR-3009 の原因と対処は？")
    link = yui.page.locator("#chat .bot a", has_text="エラーコード一覧").first
    with yui.context.expect_page() as opened:
        link.click()
    row = opened.value.locator("tr", has_text="HR-3009")
    row.wait_for()
    assert row.locator("mark").count()
    assert "|" not in row.inner_text()


def test_a_review_tab_with_nothing_chosen_says_what_to_do(person: Any) -> None:
    ren = person("ren")
    ren.tab("レビュー")
    ren.page.get_by_text("一覧から下書きを選ぶと").wait_for()


def test_from_question_to_sent_mail(person: Any, running_app: RunningApp) -> None:
    draft = draft_by(person("yui"), "HR-1012 の対処方法をご案内する")
    ren = person("ren")
    choose(ren, draft)
    stored = json.loads(running_app.run("-m", "agents", "show", draft, "--json").stdout)
    assert ren.page.locator("#review-head").get_by_text(stored["subject"]).is_visible()
    assert stored["body"].splitlines()[0] in ren.page.locator("#review-text").inner_text()
    ren.page.locator("#approve").click()
    assert ren.page.locator("#confirm-hash").inner_text() == stored["hash"]
    assert ren.page.locator("#confirm-recipient").inner_text() == stored["recipient"]
    ren.page.locator("#confirm-back").click()
    approve(ren)
    ren.page.locator("#review-said").get_by_text("承認しました").wait_for()
    mail = wait_for_mail(running_app, draft, ren)
    assert mail["subject"] == stored["subject"]
    assert mail.get_content().replace("\r\n", "\n").rstrip("\n") == stored["body"].rstrip("\n")
    ren.page.locator("#review-view").get_by_label("すべて").check()
    ren.page.locator(f"#review-queue input[value='{draft}']").check()
    ren.page.locator("#part-history summary").click()
    ren.page.locator("#part-history").get_by_text("送信済み").wait_for()


def wait_for_mail(app: RunningApp, draft: str, person: Person) -> Any:
    for _ in range(100):
        for path in sorted(app.data.glob("outbox/*.eml")):
            if draft in path.read_text(encoding="utf-8") or draft in path.name:
                return message_from_bytes(path.read_bytes(), policy=policy.default)
        person.page.wait_for_timeout(300)
    pytest.fail(f"{draft} was not sent: {sorted(Path(app.data).glob('outbox/*'))}")


def test_whoever_edits_cannot_approve_and_another_reviewer_can(person: Any) -> None:
    draft = draft_by(person("yui"), "HR-1007 の解除方法をご案内する")
    ren = person("ren")
    choose(ren, draft)
    ren.page.locator("#edit").click()
    body = ren.page.locator("#review-body textarea")
    body.fill(body.input_value() + "\n追記です。")
    assert not ren.page.locator("#approve").is_visible()
    ren.page.locator("#save").click()
    ren.page.locator("#review-said").get_by_text("版 2 として保存しました").wait_for()
    ren.page.locator("#review-note").get_by_text("別のレビュー担当が承認します").wait_for()
    assert not ren.page.locator("#approve").is_visible()
    ren.page.locator("#release").click()
    ren.page.locator("#claim").wait_for()
    mio = person("mio")
    choose(mio, draft)
    assert "追記です。" in mio.page.locator("#review-text").inner_text()
    approve(mio)
    mio.page.locator("#review-said").get_by_text("承認しました").wait_for()


def test_sending_back_needs_a_reason_and_brings_a_new_version(person: Any) -> None:
    draft = draft_by(person("yui"), "HR-5001 の対処方法をご案内する")
    ren = person("ren")
    choose(ren, draft)
    say(ren, "#return")
    ren.page.locator("#review-said").get_by_text("理由を選ぶか").wait_for()
    ren.page.locator("#reason-back").click()
    say(ren, "#return", "監査ログの保存期間", "情報の不足")
    ren.page.locator("#review-said").get_by_text("差し戻しました").wait_for()
    history = ren.page.locator("#part-history")
    ren.page.locator("#review-head").get_by_text("版 2").first.wait_for()
    history.locator("summary").click()
    history.get_by_text("情報の不足: 監査ログの保存期間").wait_for()
    ren.page.locator("#review-compare").get_by_label("前の版からの変更").check()
    ren.page.locator(".rv-diff").get_by_text("版 1 から版 2 への変更").wait_for()
    assert ren.page.locator("#review-diff ins").count() > 0


def test_a_rejected_draft_is_not_sent(person: Any, running_app: RunningApp) -> None:
    draft = draft_by(person("yui"), "HR-2003 の対処方法をご案内する")
    ren = person("ren")
    choose(ren, draft)
    say(ren, "#reject", "今回は不要です")
    ren.page.locator("#review-said").get_by_text("却下しました").wait_for()
    ren.page.wait_for_timeout(2500)
    assert not any(draft in path.name for path in running_app.data.glob("outbox/*.eml"))


def test_a_csm_sees_no_verdict_buttons(person: Any) -> None:
    yui = person("yui")
    draft = draft_by(yui, "HR-3002 の対処方法をご案内する")
    choose(yui, draft)
    assert yui.page.get_by_text("レビュー担当だけです").is_visible()
    for button in ("#approve", "#return", "#reject"):
        assert not yui.page.locator(button).is_visible()


def test_an_admin_adds_and_removes_a_manual(person: Any, tmp_path: Path) -> None:
    page = tmp_path / "zebra.md"
    page.write_text("# Zebra mode\n\nZebra mode is switched on in Admin > Zebra.\n", encoding="utf-8")
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(b"%PDF-1.4 nothing")
    admin = person("admin", "en")
    admin.tab("Knowledge")
    admin.page.locator("#knowledge-admin input[type=file]").set_input_files([page, broken])
    admin.page.locator("#upload").click()
    admin.page.locator("#upload-said").get_by_text("1 added").wait_for(timeout=90_000)
    assert "broken.pdf" in admin.page.locator("#upload-said").inner_text()
    admin.tab("Ask")
    assert "Zebra" in admin.ask("How do I switch on zebra mode?")
    admin.tab("Knowledge")
    admin.page.get_by_label("Find a document").fill("zebra")
    admin.page.get_by_label("Find a document").press("Enter")
    admin.page.get_by_role("button", name="Remove a document").click()
    admin.page.locator("#remove").click()
    admin.page.locator("#removed").get_by_text("Please choose a document").wait_for()
    admin.page.get_by_label("Document to remove").click()
    admin.page.get_by_role("option", name=re.compile("Zebra")).click()
    admin.page.locator("#remove").click()
    admin.page.locator("#removed").get_by_text("is removed").wait_for()


def test_a_csm_cannot_change_the_index(person: Any) -> None:
    yui = person("yui", "en")
    yui.tab("Knowledge")
    yui.page.get_by_text("Only admins add and remove sources.").wait_for()
    assert not yui.page.locator("#upload").is_visible()


@pytest.mark.parametrize(
    ("language", "names", "says"),
    [
        ("ja", ("ナレッジ", "検索を試す", "質問・検索する言葉"), ("語の一致 1 位", "入力してください")),
        ("en", ("Knowledge", "Try a search", "Question or words"), ("by words: place 1", "Please type a question")),
    ],
)
def test_a_search_is_tried_by_keyboard_on_a_phone_and_leads_to_its_source(
    person: Any, language: str, names: tuple[str, str, str], says: tuple[str, str]
) -> None:
    yui = person("yui", language, NARROW)
    yui.tab(names[0])
    yui.page.get_by_role("button", name=names[1]).click()
    box = yui.page.get_by_label(names[2])
    box.press("Enter")
    yui.page.locator("#trial-hits").get_by_text(says[1]).wait_for()
    box.fill("HR-1012")
    box.press("Enter")
    yui.page.locator("#trial-hits").get_by_text(says[0]).first.wait_for()
    assert yui.page.evaluate("document.scrollingElement.scrollWidth") <= NARROW["width"] + 1
    with yui.context.expect_page() as opened:
        yui.page.locator("#trial-hits a").first.click()
    opened.value.locator("mark").first.wait_for()


@pytest.mark.parametrize("language", ["ja", "en"])
def test_nothing_is_wider_than_a_phone(person: Any, language: str) -> None:
    ren = person("ren", language, NARROW)
    for number in range(3):
        ren.page.get_by_role("tab").nth(number).click()
        ren.page.wait_for_timeout(500)
        wide = ren.page.evaluate("document.scrollingElement.scrollWidth")
        assert wide <= NARROW["width"] + 1


def test_on_a_phone_no_heading_of_a_table_breaks_inside_a_word(person: Any) -> None:
    yui = person("yui", "ja", NARROW)
    yui.tab("ナレッジ")
    heading = yui.page.locator('[role="columnheader"] span').get_by_text("チケット", exact=True).first
    heading.wait_for(state="attached")
    assert heading.evaluate("e => { const r = document.createRange(); r.selectNodeContents(e); return r.getClientRects().length }") == 1  # fmt: skip  # noqa: E501


@pytest.mark.parametrize("language", ["ja", "en"])
def test_on_a_phone_the_ask_screen_opens_at_its_top_with_the_question_box_in_reach(person: Any, language: str) -> None:
    page = person("yui", language, NARROW).page
    page.locator("#chat .example, #chat .examples button").first.wait_for()
    box = page.locator("#question textarea").bounding_box()
    assert page.evaluate("[scrollY, document.activeElement.tagName]") == [0, "BODY"]
    assert box["y"] + box["height"] <= NARROW["height"]


def test_text_on_the_page_cannot_fetch_or_link(person: Any) -> None:
    yui = person("yui")
    yui.ask("![x](https://evil.example/a.png) <img src=https://evil.example/b.png> https://evil.example/c とは？")
    assert yui.page.locator("#chat a[href*='evil']").count() == 0
    assert yui.page.locator("#chat img[src*='evil']").count() == 0
