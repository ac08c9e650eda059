"""A draft that cites: the cited page as it was, replaced, changed, and gone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from banso.gate.wording import explain
from banso.knowledge.documents import Citation, Document
from tests.gate.conftest import Desk, Pages

SAID = "バックアップは毎日午前3時に取得し、35日間保存します。"


@pytest.fixture(autouse=True)
def empty() -> Iterator[None]:
    yield
    Pages.stored.clear()


def page(text: str, superseded_by: str = "", visibility: str = "public") -> Document:
    made = Document.model_validate(
        {
            "source": "manual", "collection": "c", "ref": "backup.md", "title": "backup.md", "text": text,
            "language": "ja", "visibility": visibility, "superseded_by": superseded_by,
        }
    )  # fmt: skip
    Pages.stored[made.id] = made
    return made


def cited(document: Document, quote: str = SAID, marker: int = 1) -> Citation:
    return Citation(
        marker=marker, chunk_id=f"{document.id}:0", document_id=document.id, source="manual", ref=document.ref,
        title=document.title, quote=quote, start=0, end=len(quote), language="ja", visibility=document.visibility,
    )  # fmt: skip


def test_a_cited_page_carries_its_sentence_and_is_named_by_its_marker(desk: Desk) -> None:
    found = desk(SAID, evidence=(cited(page(SAID), marker=2),))
    (mark,) = [mark for mark in found.marks if mark.kind == "supported"]
    assert mark.source is not None and (mark.source.marker, mark.source.ref) == (2, "backup.md")
    assert desk(SAID).warnings == ("unsupported",)  # without the evidence nothing carries it


def test_a_replaced_page_is_stale_and_its_successor_is_named(desk: Desk) -> None:
    found = desk(SAID, evidence=(cited(page(SAID, superseded_by="backup-2026.md")),))
    assert found.warnings == ("stale",)
    (mark,) = [mark for mark in found.marks if mark.kind == "stale"]
    assert "backup-2026.md" in explain(mark, "ja") and "backup-2026.md" in explain(mark, "en")


def test_a_page_that_no_longer_says_it_is_stale(desk: Desk) -> None:
    changed = page("バックアップは毎日午前5時に取得し、60日間保存します。")
    (mark,) = [mark for mark in desk(SAID, evidence=(cited(changed),)).marks if mark.kind == "stale"]
    assert mark.why == "stale_changed"


def test_a_page_that_is_gone_is_stale(desk: Desk) -> None:
    citation = cited(page(SAID))
    Pages.stored.clear()
    (mark,) = [mark for mark in desk(SAID, evidence=(citation,)).marks if mark.kind == "stale"]
    assert mark.why == "stale_gone"


def test_a_second_citation_that_still_holds_is_enough(desk: Desk) -> None:
    old = cited(page(SAID, superseded_by="backup-2026.md"))
    other = page(SAID).model_copy(update={"ref": "backup-2026.md"})
    Pages.stored = {**Pages.stored, other.id: other}
    Pages.stored[old.document_id] = page(SAID, superseded_by="backup-2026.md")
    assert desk(SAID, evidence=(old, cited(other, marker=2))).warnings == ()


def test_evidence_that_only_the_team_may_read_makes_the_sentence_internal(desk: Desk) -> None:
    assert desk(SAID, evidence=(cited(page(SAID, visibility="internal")),)).warnings == ("internal",)


def test_each_sentence_is_embedded_once_and_an_edit_embeds_the_new_one_alone(desk: Desk) -> None:
    asked: list[tuple[str, ...]] = Pages.embedder.asked  # type: ignore[attr-defined]
    asked.clear()
    desk(f"{SAID}\n監査ログは1年間保存します。\n{SAID}")
    desk(f"{SAID}\n監査ログは2年間保存します。")
    assert asked == [(SAID, "監査ログは1年間保存します。"), ("監査ログは2年間保存します。",)]


def test_a_sentence_is_marked_as_it_would_be_alone(desk: Desk) -> None:
    said = [
        "アカウントは10回続けて失敗するとロックされ、30分後に解除されます。",
        "承認は顔認証だけで完了する仕組みになっています。",
        "英語の電話窓口は2027年の春に試験的に始めると決まりました。",
        "Business tenants may send 120 requests a minute.",
        "ビジネスでは1分に120回までリクエストを送れます。",
        "別のお客様では、夜間バッチで証明書の失効確認が止まり、認証基盤を再起動して復旧しました。",
        "パスワードは spring2026 です。",
        "修正版は12月10日までにリリースいたします。",
    ] * 3
    whole = desk("\n".join(said))
    alone = [mark for one in said for mark in desk(one).marks if mark.where == "body"]
    assert [(m.kind, m.why) for m in whole.marks if m.where == "body"] == [(m.kind, m.why) for m in alone]
