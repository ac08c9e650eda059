"""Which plan a passage is about."""

from __future__ import annotations

from typing import Any

import pytest

from banso.knowledge.documents import Hit
from banso.knowledge.plans import NO_PLANS, SINKS, Plans, sunk

PLANS = Plans("Business", ("Enterprise", "Starter"))


def hit(text: str, **more: Any) -> Hit:
    values = {"title": "料金", "score": 1.0, **more}
    return Hit(
        chunk_id=text, document_id="d", source="manual", collection="c", ref="r", text=text, start=0, end=len(text),
        **values,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("ビジネスプランの上限は 120 回です", {"Business"}),
        ("Available on Business and Enterprise", {"Business", "Enterprise"}),
        ("スターターではご利用いただけません", {"Starter"}),
        ("within 8 business hours", set()),
        ("スタート画面を開きます", set()),
        ("ビジネス文書の書き方", set()),
        ("エンタープライズサポート窓口", set()),
    ],
)
def test_plans_are_heard_in_both_scripts_and_nothing_else_is(text: str, named: set[str]) -> None:
    assert PLANS.named(text) == named


def test_a_japanese_plan_name_is_found_as_it_is() -> None:
    assert Plans("標準", ("法人",)).elsewhere("法人プランだけの機能です") == {"法人"}


def test_a_text_that_names_the_own_plan_is_about_no_other() -> None:
    assert PLANS.elsewhere("Business 120, Enterprise 600") == frozenset()
    assert PLANS.elsewhere("Enterprise 600") == {"Enterprise"}


def test_words_come_before_headings_and_headings_before_the_title() -> None:
    page = hit("上限は 600 回です", heading_path=("上限", "エンタープライズ"), title="Business")
    assert PLANS.of_passage(page) == {"Enterprise"}
    assert PLANS.of_passage(page, "Business は 120 回です") == frozenset()


def test_pages_about_another_plan_alone_come_later() -> None:
    other, own = hit("a", heading_path=("Enterprise",)), hit("b", score=0.9)
    assert [one.chunk_id for one in sunk([other, own], PLANS)] == ["b", "a"]
    assert sunk([other, own], PLANS)[1].score == SINKS
    assert sunk([other, own], NO_PLANS) == [other, own]
