"""Thumbs on answers become test cases: of their customer alone, once, and only when an administrator accepts them."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from agents.threads import Threads
from banso.core.feedback import Asked, FeedbackBook, Thumb
from banso.core.users import User
from banso.learning.book import Lessons
from banso.learning.types import CaseText, Lesson
from banso.review.refusal import Refused
from tests.learning.conftest import ADMIN
from tests.review.conftest import World

ASKED = Asked(
    question="ロックは何分で解除されますか。",
    text="30分で解除されます [1]。「ロック解除」でも解除できます [1]。",
    sources=("lock.md",),
)
REFUSED = Asked(question="HR-1016 とは？", text="見つかりませんでした。", refused=True)


def thumb(world: World, kind: Thumb, asked: Asked | None = ASKED, account: str = "AC-1", reason: str = "") -> str:
    thread = Threads(world.database, world.clock).start(User(name="aoki", role="csm"), account, "q").id
    FeedbackBook(world.database, world.clock).give(thread, 0, "aoki", kind, reason, asked=asked)
    return thread


def only(book: Lessons) -> Lesson:
    (lesson,) = book.lessons()
    return lesson


def test_a_good_answer_proposes_its_facts_and_sources(world: World, book: Lessons) -> None:
    thread = thumb(world, "up")
    assert book.scan() == 1 and book.scan() == 0
    lesson = only(book)
    assert (lesson.label, lesson.standing, lesson.account, lesson.editor) == ("C-1", "candidate", "AC-1", "aoki")
    assert (lesson.draft, lesson.version, lesson.scope) == (thread, 0, "account")
    assert lesson.case == CaseText(
        question=ASKED.question, must_say=("30分", "「ロック解除」"), thumb="up", heard=ASKED.text, sources=("lock.md",)
    )
    book.accept(1, admin=ADMIN, scope="account")
    assert [one.label for one in book.cases()] == ["C-1"]


def test_of_a_bad_answer_a_person_says_what_is_right(world: World, book: Lessons) -> None:
    thumb(world, "down", reason="old: 今は15分です")
    book.scan()
    lesson = only(book)
    assert lesson.case is not None and (lesson.case.must_say, lesson.case.sources) == ((), ())
    assert lesson.reason == "old: 今は15分です"
    with pytest.raises(Refused) as refused:
        book.accept(1, admin=ADMIN, scope="account")
    assert refused.value.rule == "lesson_empty"
    said = lesson.case.model_copy(update={"must_say": ("15分",), "must_not_say": ("30分",)})
    assert book.accept(1, admin=ADMIN, scope="account", case=said).case == said


def test_a_right_refusal_is_a_case_and_a_wrong_one_waits_for_its_answer(world: World, book: Lessons) -> None:
    thumb(world, "up", REFUSED)
    thumb(world, "down", REFUSED)
    book.scan()
    right, wrong = sorted(book.lessons(), key=lambda one: one.case is None or one.case.answerable)
    assert right.case is not None and (right.case.thumb, right.case.answerable) == ("up", False)
    assert wrong.case is not None and (wrong.case.thumb, wrong.case.answerable) == ("down", True)
    assert book.accept(right.number, admin=ADMIN, scope="account").standing == "accepted"
    with pytest.raises(Refused):
        book.accept(wrong.number, admin=ADMIN, scope="account")


def test_the_case_of_a_thumb_never_leaves_its_customer(world: World, book: Lessons) -> None:
    thread = thumb(world, "up")
    book.scan()
    for scope in ("segment", "team"):
        assert book.accept(1, admin=ADMIN, scope=scope).scope == "account"  # type: ignore[arg-type]
    row = "INSERT INTO lesson_decisions VALUES (1, 3, 'accept', 'root', 'team', '{}', '2026-01-01')"
    with pytest.raises(Refused) as refused:
        world.sql(row)
    assert refused.value.rule == "lesson_case_wall"
    new = (
        "INSERT INTO lessons (number, kind, draft, version, account, segment, language, editor, reason, content,"
        " created_at) VALUES (2, :kind, :draft, 0, :account, '', 'ja', :editor, '', '{}', '2026-01-01')"
    )
    for kind, account, editor in (("case", "AC-2", "aoki"), ("case", "AC-1", "baba"), ("rule", "AC-1", "aoki")):
        with pytest.raises(Refused) as refused:
            world.sql(new, kind=kind, draft=thread, account=account, editor=editor)
        assert refused.value.rule == "lesson_account"


def test_only_administrators_accept(world: World, book: Lessons) -> None:
    thumb(world, "up")
    book.scan()
    with pytest.raises(Refused) as refused:
        book.accept(1, admin=User(name="sato", role="admin"), scope="account")
    assert refused.value.rule == "lesson_admin" and book.cases() == []


def test_a_thumb_without_its_answer_gives_nothing(world: World, book: Lessons) -> None:
    thumb(world, "down", None)
    assert book.scan() == 0 and book.lessons() == []
    with world.database.read() as db:
        assert db.scalar(sa.text("SELECT count(*) FROM lesson_edits")) == 0
