"""Why a draft comes first, in both languages, and when it is due."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from banso.core.errors import ConfigError
from banso.review.priority import LEVELS, Priority, priority, service_levels

NOW = datetime(2026, 4, 1, 9, 0, tzinfo=UTC)


def judged(words: str = "", *, segment: str = "small", hours: float = 0, due_in: float = 24) -> Priority:
    return priority(
        words, segment=segment, plan="Business", filed_at=NOW - timedelta(hours=hours),
        due=NOW + timedelta(hours=due_in), now=NOW,
    )  # fmt: skip


def kinds(found: Priority) -> list[str]:
    return [reason.kind for reason in found.reasons]


@pytest.mark.parametrize(
    ("words", "kind", "said"),
    [
        ("至急ご対応ください。", "urgent", "至急"),
        ("今日中に支払申請を出す必要があります。", "urgent", "今日中"),
        ("ＡＳＡＰでお願いします。", "urgent", "asap"),
        ("Our production is down and we cannot log in.", "urgent", "cannot log in"),
        ("何度も同じ説明をしており、困っています。", "upset", "何度も"),
        ("I’m really frustrated; we are still waiting.", "upset", "still waiting"),
        ("このままでは解約も検討します。", "upset", "解約"),
    ],
)
def test_words_are_named_as_the_reason(words: str, kind: str, said: str) -> None:
    found = next(reason for reason in judged(words).reasons if reason.kind == kind)
    assert said in found.detail


@pytest.mark.parametrize("words", ["", "設定方法を教えてください。", "How do I download it?"])
def test_an_ordinary_question_has_no_loud_reason(words: str) -> None:
    assert kinds(judged(words)) == []


def test_a_word_inside_another_is_not_that_word() -> None:
    assert kinds(judged("The countdown of the manageress was todayish.")) == []


def test_late_comes_before_loud_and_loud_before_large() -> None:
    late, loud = judged(due_in=-1, hours=25), judged("至急お願いします。")
    large, plain = judged(segment="Enterprise"), judged()
    assert late.points > loud.points > large.points > plain.points == 0
    assert kinds(late)[0] == "overdue"


def test_the_last_quarter_of_the_time_is_near_the_end() -> None:
    assert "due_soon" in kinds(judged(hours=19, due_in=5))
    assert "due_soon" not in kinds(judged(hours=10, due_in=14))
    assert [r.detail for r in judged(hours=19, due_in=5).reasons if r.kind == "waiting"] == ["19"]


def test_due_times_go_by_segment(tmp_path: Path) -> None:
    levels = service_levels(tmp_path)
    assert levels.due(NOW, "Enterprise") == NOW + timedelta(hours=4)
    assert levels.due(NOW, "unheard of") == levels.due(NOW, "") == NOW + timedelta(hours=24)


def test_a_file_of_ones_own_takes_the_place(tmp_path: Path) -> None:
    (tmp_path / LEVELS).write_text("otherwise: 48\nsegments: {プレミアム: 2}\n", encoding="utf-8")
    levels = service_levels(tmp_path)
    assert levels.due(NOW, "プレミアム") == NOW + timedelta(hours=2)
    assert levels.due(NOW, "enterprise") == NOW + timedelta(hours=48)


@pytest.mark.parametrize("text", ["", "otherwise: soon", "segments: {a: 1}", "otherwise: 0", "- 1", "otherwise: [\n"])
def test_a_wrong_file_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / LEVELS).write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=LEVELS):
        service_levels(tmp_path)
