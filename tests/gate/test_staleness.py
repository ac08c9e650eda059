"""Sentences that were true once, against sources that say so."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from banso.gate.staleness import outdated
from banso.knowledge.documents import Hit

OLD, NEW = datetime(2025, 6, 1, tzinfo=UTC), datetime(2026, 6, 1, tzinfo=UTC)


def page(ref: str, text: str, updated: datetime | None = NEW, superseded_by: str = "") -> Hit:
    return Hit(
        chunk_id=ref, document_id=ref, source="manual", collection="c", ref=ref, title="", text=text, start=0,
        end=len(text), score=1.0, visibility="public", updated_at=updated, superseded_by=superseded_by,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("The API limit on Business is 60 requests a minute.", "API limit on Business raised from 60 to 120."),
        ("APIの上限はビジネスで1分あたり60回です。", "ビジネスのAPIの上限を60→120回/分に切り替えました。"),
        ("設定は「管理 > セキュリティ > SSO」にあります。", "「管理 > セキュリティ > SSO」は廃止されました。"),
        ("Open Admin > Security > SSO.", "The old *Security > SSO* page is gone."),
    ],
)  # fmt: skip
def test_a_source_that_names_it_as_former(claim: str, source: str) -> None:
    newer = page("new", source)
    assert outdated(claim, [], [newer]) == newer
    assert outdated(claim, [], [page("new", source, superseded_by="newest")]) is None


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("The API limit on Business is 120 requests a minute.", "API limit on Business raised from 60 to 120."),
        ("The session ends after 60 minutes.", "API limit on Business raised from 60 to 120 requests a minute."),
        ("Until version 3.1 the API limit on Business was 60.", "API limit on Business raised from 60 to 120."),
        ("設定は「管理 > 認証」にあります。", "「管理 > セキュリティ > SSO」は廃止され、「管理 > 認証」に移りました。"),
    ],
)  # fmt: skip
def test_what_holds_now_or_is_about_something_else(claim: str, source: str) -> None:
    assert outdated(claim, [], [page("new", source)]) is None


def test_a_newer_page_that_counts_otherwise_and_an_older_one_that_does_not_matter() -> None:
    old = page("old", "登録できる証明書は1枚です。", OLD)
    new = page("new", "証明書は2枚まで登録できます。")
    assert outdated("登録できる証明書は1枚です。", [old], [old, new]) == new
    assert outdated("証明書は2枚まで登録できます。", [new], [old, new]) is None
    undated = page("old", old.text, None)
    assert outdated("登録できる証明書は1枚です。", [undated], [undated, new]) is None


def test_a_later_copy_of_the_page_without_the_sentence() -> None:
    fields = (
        "氏名",
        "所属部署",
        "役職名称",
        "電話番号",
        "住所地域",
        "表示言語",
        "雇用区分",
        "入社時期",
        "承認権限",
        "通知方法",
    )
    rest = "".join(f"{n}つ目の項目には利用者の{field}を入れます。" for n, field in enumerate(fields))
    old = page("copy", f"{rest}検証エラーは画面に表示されます。", OLD)
    new = page("now", f"{rest}問題のある行は一覧で書き出せます。")
    assert outdated("検証エラーは画面に表示されます。", [old], [old, new]) == new
    assert outdated("1つ目の項目には利用者の所属部署を入れます。", [old, new], [old, new]) is None
