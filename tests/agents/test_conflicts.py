"""Sources that disagree: which one is used, and whether the other is named; and where there is nothing to name."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from banso.core.users import User
from banso.knowledge.documents import Document
from tests.agents.conftest import Make
from tests.agents.fakes import manual


def on(day: str) -> datetime:
    return datetime.fromisoformat(day).replace(tzinfo=UTC)


def page(ref: str, day: str, text: str, language: str = "ja", **more: object) -> Document:
    return manual(ref, more.pop("title", "資料" if language == "ja" else "Page"), text, language, updated_at=on(day), **more)  # type: ignore[arg-type]  # fmt: skip  # noqa: E501


def slack(ref: str, day: str, text: str, language: str = "ja") -> Document:
    return page(ref, day, text, language).model_copy(update={"source": "slack", "visibility": "internal"})


def ticket(ref: str, day: str, text: str, language: str = "ja") -> Document:
    changed = {"source": "ticket", "visibility": "internal", "status": "solved"}
    return page(ref, day, text, language).model_copy(update=changed)


CONFLICTS = {
    "a later announcement of a change beats a manual that was not brought up to date": (
        "ビジネスプランの API の上限は 1 分あたり何回ですか？",
        [
            slack("s", "2026-06-15", "ビジネスの API 上限を 60→120 回/分に切り替えました。"),
            page("faq", "2025-11-20", "ビジネスの API は 1 分あたり 60 回、エンタープライズは 600 回までです。"),
            ticket("t", "2026-05-13", "ビジネスプランの API の上限は 1 分 60 回ですので、間隔を空けてください。"),
        ],
        "120", "60 回", "2025-11-20", "2026-06-15",
    ),
    "the newer of two manuals": (
        "How many days are backups kept?",
        [
            page("old", "2025-02-01", "Backups are kept for 14 days.", "en"),
            page("new", "2026-03-01", "Backups are kept for 35 days.", "en"),
        ],
        "35 days", "14 days", "2025-02-01", "2026-03-01",
    ),
    "a manual beats a slightly newer word in Slack": (
        "添付ファイルの上限サイズは何 MB ですか？",
        [
            page("m", "2026-03-01", "添付ファイルの上限サイズは 50 MB です。"),
            slack("s", "2026-04-01", "添付ファイルの上限サイズは 20 MB だったはず。"),
        ],
        "50 MB", "20 MB", "2026-04-01", "2026-03-01",
    ),
    "a page that was replaced loses whatever its date": (
        "How much does the Business plan cost per user?",
        [
            page("old", "2026-05-01", "The Business plan costs 8 USD per user a month.", "en", superseded_by="new"),
            page("new", "2026-04-01", "The Business plan costs 9 USD per user a month.", "en"),
        ],
        "9 USD", "8 USD", "2026-05-01", "2026-04-01",
    ),
    "the other language": (
        "Business の API calls は 1 分あたり何回までですか？",
        [
            page("ja", "2025-11-20", "Business の API calls は 1 分あたり 60 回までです。"),
            page("en", "2026-06-15", "Business API calls: 120 a minute.", "en", title="API"),
        ],
        "120", "60 回", "2025-11-20", "2026-06-15",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CONFLICTS)
def test_the_right_value_leads_and_the_other_is_named_with_both_dates(make: Make, csm: User, name: str) -> None:
    question, documents, right, wrong, theirs, mine = CONFLICTS[name]
    lines = make(documents=documents).ask(question, user=csm).text.splitlines()
    said = [line for line in lines if wrong in line]
    assert right in lines[0] and len(said) == 1, lines
    assert theirs in said[0] and mine in said[0] and ("異なります" in said[0] or "differs" in said[0])
    assert lines.index(said[0]) == len(lines) - 1


NO_CONFLICT = {
    "two plans": (
        "ビジネスプランの API の上限は 1 分あたり何回ですか？",
        [
            page("a", "2026-03-01", "ビジネスプランの API の上限は 1 分あたり 120 回です。"),
            page("b", "2026-04-01", "エンタープライズプランの API の上限は 1 分あたり 600 回です。"),
        ],
        "120 回", "600",
    ),
    "two endpoints": (
        "How many requests a minute does the search endpoint allow?",
        [
            page("a", "2026-03-01", "The search endpoint allows 30 requests a minute.", "en"),
            page("b", "2026-04-01", "The export endpoint allows 10 requests a minute.", "en"),
        ],
        "30 requests", "10 requests",
    ),
    "two measures of one limit": (
        "API の呼び出しは 1 分あたり何回までですか？",
        [
            page("a", "2026-03-01", "API の呼び出しは 1 分あたり 120 回までです。"),
            page("b", "2026-04-01", "API の呼び出しは 1 秒あたり 20 回までです。"),
        ],
        "120 回", "異なります",
    ),
    "one amount in two units": (
        "How long is the audit log kept?",
        [
            page("a", "2026-03-01", "The audit log is kept for 12 months.", "en"),
            page("b", "2026-04-01", "The audit log is kept for 1 year.", "en"),
        ],
        "1", "differs",
    ),
    "what was said to be so before": (
        "ビジネスプランの API の上限は 1 分あたり何回ですか？",
        [
            page("a", "2026-03-01", "ビジネスプランの API の上限は 1 分あたり 120 回です（3.1 までは 60 回）。"),
            ticket("b", "2026-05-01", "ビジネスプランの API の上限は 1 分あたり 120 回です。"),
        ],
        "120 回", "異なります",
    ),
    "different things under one title": (
        "証明書の有効期間は何年ですか？",
        [
            page("a", "2026-03-01", "証明書の有効期間は 3 年です。", title="有効期間"),
            page("b", "2026-04-01", "API トークンの有効期間は 1 年です。", title="有効期間"),
        ],
        "3 年", "1 年",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", NO_CONFLICT)
def test_no_conflict_is_invented(make: Make, csm: User, name: str) -> None:
    question, documents, right, never = NO_CONFLICT[name]
    text = make(documents=documents).ask(question, user=csm).text
    assert right in text and never not in text, text
    assert "異なります" not in text and "differs" not in text
