"""What the terminal shows below an answer."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from agents.answers import Answer, UsedFact
from agents.cli.beside import beside_lines
from banso.core.texts import speaking
from banso.knowledge.ages import SourceAges
from banso.knowledge.beside import Beside, Colleague, Solved

OLD, NEW = datetime(2023, 4, 1, tzinfo=UTC), datetime(2024, 11, 1, tzinfo=UTC)
ASKED = Colleague(name="kuroiwa", how="slack", times=2, last=NEW, document_id="d", ref="cs/1", title="t")
WHOLE = Answer(
    thread="th", text="…", grounded="cited", ages=SourceAges(oldest=OLD, newest=NEW, months=43, limit=24, stale=True),
    facts=(UsedFact(kind="plan", value="Business", on=date(2024, 4, 1)), UsedFact(kind="record", value="席数：120")),
    beside=Beside(
        solved=(Solved(document_id="d", ref="TK-1", title="PDF", solution="500行で\n分割。", start=0, end=9),),
        answered=(ASKED,),
    ),
)  # fmt: skip


@pytest.mark.parametrize(
    ("language", "lines"),
    [
        (
            "ja",
            [
                "出典の日付: 2023-04 – 2024-11",
                "出典はすべて 24 か月以上前のものです。いまも正しいか確認してください",
                "参照した顧客情報: プラン Business（2024-04-01 から） / 席数：120",
                "  解決済み TK-1 PDF: 500行で 分割。",
                "  聞ける人 kuroiwa（2 件、最近 2024-11-01）",
            ],
        ),
        (
            "en",
            [
                "Source dates: 2023-04 – 2024-11",
                "every source is 24 months old or more; check that it still holds",
                "Customer facts used: plan Business (since 2024-04-01) / 席数：120",
                "  solved TK-1 PDF: 500行で 分割。",
                "  to ask kuroiwa (2, last 2024-11-01)",
            ],
        ),
    ],
)
def test_everything_beside_an_answer_is_a_line(language: str, lines: list[str]) -> None:
    with speaking(language):
        assert list(beside_lines(WHOLE)) == lines


def test_an_answer_with_nothing_beside_it_has_no_lines() -> None:
    assert list(beside_lines(Answer(thread="th", text="こんにちは", grounded="chat"))) == []


def test_people_of_the_nearest_sources_are_named_for_a_refusal_alone() -> None:
    near = Beside(ask=(ASKED,))
    refused = Answer(thread="th", text="…", grounded="refused", beside=near, unanswered=("HR-7001？",))
    assert len(list(beside_lines(refused))) == 1
    assert list(beside_lines(refused.model_copy(update={"unanswered": ()}))) == []
