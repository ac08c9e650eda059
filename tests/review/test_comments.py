"""Remarks on a draft: added, never changed, audited, and no part of the message."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import DBAPIError

from banso.review.comments import Comments
from banso.review.refusal import Refused
from tests.review.conftest import World


@pytest.fixture
def comments(world: World) -> Comments:
    return Comments(world.database, store=world.store)


def test_anyone_signed_in_comments_and_all_read_it_in_order(world: World, comments: Comments) -> None:
    draft = world.file().draft
    comments.add(draft, "  料金は改定後ですか？\n", author=world.user("sato"))
    comments.add(draft, "はい、4月からです。", author=world.user("aoki"))
    assert [(c.author, c.body) for c in comments.of(draft)] == [
        ("sato", "料金は改定後ですか？"), ("aoki", "はい、4月からです。"),
    ]  # fmt: skip
    assert [event.what for event in world.ledger.events(draft)][-2:] == ["comment", "comment"]
    assert world.ledger.verify_audit().problems == ()


def test_a_comment_is_no_part_of_the_message(world: World, comments: Comments) -> None:
    made = world.file()
    comments.add(made.draft, "社内メモ：値引き可", author=world.user("sato"))
    assert world.ledger.latest(made.draft) == made


@pytest.mark.parametrize("body", ["", "  \n", "x" * 4001, "a\0b", "\ud800"])
def test_an_unfit_comment_is_refused(world: World, comments: Comments, body: str) -> None:
    draft = world.file().draft
    with pytest.raises(Refused):
        comments.add(draft, body, author=world.user("sato"))
    assert comments.of(draft) == []


def test_no_draft_or_no_user_no_comment(world: World, comments: Comments) -> None:
    stranger = world.user("sato").model_copy(update={"name": "nobody"})
    for draft, author in (("dr_none", world.user("sato")), (world.file().draft, stranger)):
        with pytest.raises(Refused):
            comments.add(draft, "本文", author=author)


def test_replacing_a_row_is_no_way_around(world: World, comments: Comments) -> None:
    draft = world.file().draft
    comments.add(draft, "本文", author=world.user("sato"))
    with pytest.raises((Refused, DBAPIError)):
        world.sql(
            "INSERT OR REPLACE INTO draft_comments (draft, ordinal, id, author, body, created_at)"
            " VALUES (:draft, 1, 'co_x', 'sato', 'other', 'now')",
            draft=draft,
        )
    assert [c.body for c in comments.of(draft)] == ["本文"]
