"""Knowledge gaps are counted by question; who decides is read from the table of users."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from banso.core.database import Database
from banso.core.errors import NotApproved, NotFound
from banso.core.users import User, Users
from banso.gaps.book import GapBook
from banso.gaps.likeness import marks, normal
from tests.agents.fakes import BagEmbedder

START = datetime(2026, 4, 1, 9, tzinfo=UTC)
SAP = "SAP と連携できますか？"


@pytest.fixture
def people(database: Database) -> dict[str, User]:
    users = Users(database)
    roles = {"yui": "csm", "kei": "csm", "ren": "reviewer", "root": "admin"}
    return {name: users.add(name, role, "long enough 1") for name, role in roles.items()}


@pytest.fixture
def book(database: Database, people: dict[str, User]) -> GapBook:
    def ticks() -> Iterator[datetime]:
        now = START
        while True:
            yield now
            now += timedelta(minutes=1)

    clock = ticks()
    return GapBook(database, BagEmbedder(), lambda: next(clock))


def report(book: GapBook, question: str = SAP, user: str = "yui", thread: str = "th_1", turn: int = 0) -> int:
    return book.report(question, user=user, thread=thread, turn=turn, account="AC-1").number


def test_the_same_question_is_counted_on_the_same_gap(book: GapBook, people: dict[str, User]) -> None:
    first = report(book)
    assert report(book, "ＳＡＰと連携できますか", "kei", "th_2") == first
    (gap,) = book.gaps(people["ren"])
    assert (gap.times, gap.question, gap.askings[0].question) == (2, SAP, "ＳＡＰと連携できますか")
    assert [(one.asked_by, one.account) for one in gap.askings] == [("kei", "AC-1"), ("yui", "AC-1")]


def test_two_clicks_on_one_answer_count_once(book: GapBook, people: dict[str, User]) -> None:
    assert report(book) == report(book) and book.gaps(people["ren"])[0].times == 1


def test_nearly_the_same_words_are_the_same_question(book: GapBook) -> None:
    asked = "お客様から、SAP と自動で連携して仕訳を取り込む方法があるかどうかを尋ねられています{}"
    assert report(book, asked.format("。教えてください"), thread="th_2") == report(
        book, asked.format("、教えてください")
    )
    assert report(book, asked.format("。"), thread="th_3") == 1


@pytest.mark.parametrize("other", ["HR-3030 の原因を教えてください", "領収書を英語で発行できますか"])
def test_another_code_or_matter_is_another_gap(book: GapBook, other: str) -> None:
    assert report(book, "HR-2020 の原因を教えてください") != report(book, other, thread="th_2")


def test_a_known_gap_is_counted_when_it_is_asked_again_and_nothing_else_is_written(
    book: GapBook, people: dict[str, User]
) -> None:
    asked = {"user": "kei", "thread": "th_9", "turn": 2}
    assert book.noticed(SAP, **asked) is None and book.gaps(people["ren"]) == []  # type: ignore[arg-type]
    report(book)
    noticed = book.noticed(SAP, **asked)  # type: ignore[arg-type]
    assert noticed is not None and noticed.times == 2


def test_open_and_often_asked_gaps_come_first(book: GapBook, people: dict[str, User]) -> None:
    once, often, done = report(book, "A 社の休日は？"), report(book, SAP), report(book, "別のことを知りたい")
    report(book, SAP, thread="th_2")
    book.close(done, user="root", reason="docs/other.md")
    assert [gap.number for gap in book.gaps(people["root"])] == [often, once, done]


def test_a_closed_gap_that_is_asked_again_says_so_and_can_be_reopened(book: GapBook) -> None:
    number = report(book)
    closed = book.close(number, user="ren", reason="書きました: docs/sap.md")
    assert closed.decision is not None and closed.since_closed == 0
    assert (closed.standing, closed.decision.by, closed.decision.words) == ("closed", "ren", "書きました: docs/sap.md")
    report(book, thread="th_2")
    again = book.find(SAP)
    assert again is not None and (again.standing, again.since_closed, again.times) == ("closed", 1, 2)
    assert book.reopen(number, user="root").standing == "open"


@pytest.mark.parametrize("name", ["yui", "kei"])
def test_a_csm_closes_nothing_whatever_role_they_claim(book: GapBook, name: str, people: dict[str, User]) -> None:
    number = report(book)
    with pytest.raises(NotApproved):
        book.close(number, user=name, reason="x")
    with pytest.raises(NotApproved):
        book.reopen(number, user=name)
    assert book.gaps(people["ren"])[0].standing == "open"
    liar = User(name=name, role="admin")
    assert all(one.asked_by == name for gap in book.gaps(liar) for one in gap.askings)


def test_a_stranger_is_refused(book: GapBook) -> None:
    number = report(book)
    with pytest.raises(NotFound):
        book.close(number, user="nobody", reason="x")


def test_a_closing_needs_a_reason_and_a_gap(book: GapBook) -> None:
    number = report(book)
    with pytest.raises(NotApproved):
        book.close(number, user="ren", reason="  ")
    with pytest.raises(NotFound):
        book.close(number + 1, user="ren", reason="x")


def test_a_csm_sees_their_own_questions_alone(book: GapBook, people: dict[str, User]) -> None:
    report(book)
    report(book, SAP, "kei", "th_2")
    report(book, "領収書を英語で発行できますか", "kei", "th_3")
    (mine,) = book.gaps(people["yui"])
    assert [one.asked_by for one in mine.askings] == ["yui"] and len(book.gaps(people["root"])) == 2


@pytest.mark.parametrize("question", ["", "  ", "？！"])
def test_a_question_without_words_is_no_gap(book: GapBook, question: str) -> None:
    with pytest.raises(NotFound):
        report(book, question)


def ask(book: GapBook, user: str = "yui") -> int:
    asked = {"whom": "kuroiwa", "note": "黒岩さん、ご存じですか。", "thread": "th_1", "turn": 0}
    return book.ask_colleague(SAP, user=user, **asked).number  # type: ignore[arg-type]


def test_a_question_to_a_colleague_is_open_until_somebody_says_otherwise(
    book: GapBook, people: dict[str, User]
) -> None:
    number = ask(book)
    (kept,) = book.questions(people["yui"])
    assert (kept.standing, kept.whom, kept.note) == ("open", "kuroiwa", "黒岩さん、ご存じですか。")
    answered = book.settle_question(number, "answered", user="yui", words="できません")
    assert answered.decision is not None and (answered.standing, answered.decision.words) == ("answered", "できません")
    assert book.settle_question(number, "open", user="ren").standing == "open"
    assert book.settle_question(number, "closed", user="root").standing == "closed"


def test_another_csm_neither_sees_nor_settles_it(book: GapBook, people: dict[str, User]) -> None:
    number = ask(book)
    assert book.questions(people["kei"]) == [] and len(book.questions(people["ren"])) == 1
    with pytest.raises(NotApproved):
        book.settle_question(number, "closed", user="kei")


def test_an_empty_note_is_not_kept(book: GapBook) -> None:
    with pytest.raises(NotFound):
        book.ask_colleague(SAP, whom="x", note=" ", user="yui", thread="th_1", turn=0)


def test_likeness_forgets_width_and_punctuation_and_keeps_codes_names_and_numbers() -> None:
    assert normal("ＳＡＰ　と、連携　できますか？") == normal("sapと連携できますか")
    assert marks("HR-2020 は 3 件？") == marks("３ 件の ＨＲ－２０２０") != marks("HR-3030 は 3 件？")
