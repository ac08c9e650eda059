"""What stands beside an answer, and below it: in both languages, with everything inert."""

from __future__ import annotations

from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any, cast

import pytest

from agents.answers import Answer, UsedFact
from banso.core.database import Database
from banso.core.settings import Settings
from banso.core.users import User, Users
from banso.gaps.book import GapBook
from banso.knowledge.ages import SourceAges
from banso.knowledge.beside import Beside, Colleague, Solved
from banso.knowledge.documents import Citation
from banso.ui.answer_view import answer_markdown
from banso.ui.aside.panel import AsideHandlers
from banso.ui.aside.view import beside_html, people_choices
from banso.ui.services import Services
from banso.ui.texts import text_of
from tests.agents.fakes import BagEmbedder, ListCrm

OLD, NEW = datetime(2023, 4, 1, tzinfo=UTC), datetime(2024, 11, 20, tzinfo=UTC)
AGES = SourceAges(oldest=OLD, newest=NEW, months=31, limit=24, stale=False)
SOLVED = Solved(
    document_id="d1", ref="TK-1", title="<b>PDF</b>", solution="[click](https://evil.example) 500行で分割。", start=2,
    end=9, at=NEW,
)  # fmt: skip
THREAD = Colleague(name="kuroiwa", how="slack", times=2, last=NEW, document_id="d2", ref="cs/1.2", title="#cs 行数")
OWNER = Colleague(name="志村 愛子", how="owner", times=1, document_id="d3", ref="a.md", title="料金")
NEAREST = Citation(
    marker=1, chunk_id="d3:0", document_id="d3", source="manual", ref="a.md", title="料金", quote="q", start=0, end=1
)
REFUSED = Answer(
    thread="th_1", text="…", grounded="refused", nearest=(NEAREST,), unanswered=("SAP と連携できますか",),
    beside=Beside(ask=(THREAD, OWNER)),
)  # fmt: skip


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("ja", "参照した顧客情報：プラン Business（2024年4月1日から）、未対応チケット「TK-9 PDF」（2024年11月2日）"),
        ("en", "Customer facts used: Business plan (since 1 Apr 2024); open ticket “TK-9 PDF” (2 Nov 2024)"),
    ],
)
def test_the_facts_of_the_customer_are_named_with_their_dates(language: Any, said: str) -> None:
    facts = (
        UsedFact(kind="plan", value="Business", on=date(2024, 4, 1)),
        UsedFact(kind="open_ticket", value="TK-9 PDF", on=date(2024, 11, 2)),
    )
    assert said in shown(Answer(thread="t", text="…", grounded="cited", facts=facts), language)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("ja", "出典の日付：2023年4月〜2024年11月（最も古いものは2 年 7 か月前）"),
        ("en", "Sources from Apr 2023 to Nov 2024 (the oldest 2 years 7 months ago)"),
    ],
)
def test_an_answer_says_how_old_its_sources_are(language: Any, said: str) -> None:
    assert said in shown(Answer(thread="t", text="…", grounded="cited", ages=AGES), language)


@pytest.mark.parametrize(("language", "said"), [("ja", "24 か月以上前"), ("en", "24 months old or more")])
def test_only_sources_that_are_all_old_bring_a_warning(language: Any, said: str) -> None:
    stale = AGES.model_copy(update={"stale": True})
    assert said in shown(Answer(thread="t", text="…", grounded="cited", ages=stale), language)
    assert said not in shown(Answer(thread="t", text="…", grounded="cited", ages=AGES), language)


def shown(answer: Answer, language: Any) -> str:
    import html

    return html.unescape(answer_markdown(answer, text_of(language), "Asia/Tokyo"))


def test_tickets_and_people_link_to_their_sources_and_nothing_of_theirs_acts() -> None:
    page = beside_html(Beside(solved=(SOLVED,), answered=(THREAD,)), text_of("ja"), "Asia/Tokyo")
    assert 'href="/source/d1?start&#61;2' in page and 'href="/source/d2"' in page
    assert "<b>" not in page and "https://evil" not in page and "](" not in page
    assert beside_html(Beside(), text_of("ja"), "Asia/Tokyo") == ""


def test_each_person_is_offered_with_why() -> None:
    offered = people_choices(Beside(ask=(THREAD, OWNER)), text_of("ja"), "Asia/Tokyo")
    assert offered == [
        ("kuroiwa（Slack 2 件、2024年11月20日）", "kuroiwa"),
        ("志村 愛子（資料「料金」の担当）", "志村 愛子"),
    ]


class OneConversation:
    """The conversation th_1 of yui, about AC-1."""

    def history(self, thread: str, *, user: User) -> list[Any]:
        return [SimpleNamespace(question="SAP と連携できますか", answer=REFUSED)] if user.name == "yui" else []

    def threads(self, user: User, *, limit: int = 50) -> list[Any]:
        return [SimpleNamespace(id="th_1", account="AC-1")] if user.name == "yui" else []


@pytest.fixture
def do(settings: Settings, database: Database) -> AsideHandlers:
    users = Users(database)
    for name, role in (("yui", "csm"), ("kei", "csm"), ("ren", "reviewer")):
        users.add(name, role, "long enough 1")
    services = SimpleNamespace(
        settings=settings, users=users, user=users.get, copilot=OneConversation(), crm=ListCrm(),
        gaps=GapBook(database, BagEmbedder()),
    )  # fmt: skip
    return AsideHandlers(cast(Services, services), text_of("ja"))


def who(name: str) -> Any:
    return SimpleNamespace(username=name)


def test_a_refusal_opens_the_panel_with_a_note_to_the_first_person(do: AsideHandlers) -> None:
    column, box, asked, report, stands, whom, note, said, _ = do.show("th_1", who("yui"))
    assert (column["visible"], box["visible"], report["visible"]) == (True, True, True)
    assert (asked, stands, said, whom["value"]) == ("SAP と連携できますか", "", "", "kuroiwa")
    assert note.startswith("kuroiwa さん") and "株式会社青葉製作所" in note
    assert "http://127.0.0.1:7860/source/d3?start=0&end=1#cited" in note


def test_one_click_reports_the_gap_with_the_conversation_s_customer(do: AsideHandlers) -> None:
    button, said = do.report("th_1", who("yui"))
    assert button["visible"] is False and "1 回" in said
    assert do.services.gaps is not None
    (gap,) = do.services.gaps.gaps(do.services.user("ren"))
    assert (gap.question, gap.askings[0].account, gap.askings[0].thread) == ("SAP と連携できますか", "AC-1", "th_1")
    _, _, _, report, stands, *_ = do.show("th_1", who("yui"))
    assert report["visible"] is False and "登録済み" in stands


@pytest.mark.parametrize("thread", ["th_1", "", "th_none"])
def test_nobody_reports_from_another_person_s_conversation(do: AsideHandlers, thread: str) -> None:
    assert do.report(thread, who("kei"))[1] == "" and do.keep(thread, "kuroiwa", "x", who("kei")) == ""
    assert do.services.gaps is not None
    assert do.services.gaps.gaps(do.services.user("ren")) == [] == do.services.gaps.questions(do.services.user("ren"))
    assert do.show(thread, who("kei"))[0]["visible"] is False


def test_a_note_is_kept_as_it_was_written(do: AsideHandlers) -> None:
    assert do.choose("th_1", "志村 愛子", who("yui")).startswith("志村 愛子 さん")
    said = do.keep("th_1", "志村 愛子", "書き換えた依頼文", who("yui"))
    assert "Q&#45;1" in said
    assert do.services.gaps is not None
    (kept,) = do.services.gaps.questions(do.services.user("yui"))
    assert (kept.whom, kept.note, kept.account, kept.standing) == ("志村 愛子", "書き換えた依頼文", "AC-1", "open")
    assert "Q&#45;" not in do.keep("th_1", "志村 愛子", "  ", who("yui"))
