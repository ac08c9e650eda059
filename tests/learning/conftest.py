"""Drafts of two customers, edited by people."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from banso.core.users import User
from banso.learning.book import Lessons
from banso.review.drafts import DraftVersion
from banso.review.filing import Origin
from tests.agents.fakes import ListCrm
from tests.review.conftest import World, postgres_server, postgres_world, sqlite_template, sqlite_world, world

__all__ = ["postgres_server", "postgres_world", "sqlite_template", "sqlite_world", "world"]

QUESTION = "アカウントのロックの解除方法"
BODY = (
    "株式会社青葉製作所\n有村 亮 様\n\nいつもお世話になっております。\n\n"
    "ロックは30分で解除されます。設定を確認してください。社内用のメモもご参照ください。\n\nよろしくお願いいたします。"
)
ADMIN = User(name="root", role="admin")
Edited = Callable[..., DraftVersion]


@pytest.fixture
def book(world: World) -> Lessons:
    return Lessons(world.database, ListCrm(), clock=world.clock, language="en", head=world.settings.data / "audit.head")


@pytest.fixture
def edited(world: World) -> Edited:
    def edit(*changes: tuple[str, str], account: str = "AC-1", body: str = BODY, reason: str = "style") -> DraftVersion:
        origin = Origin(model="embedded/extractive", question=QUESTION)
        made = world.ledger.file(account, "a@example.jp", "ご案内", body, (), "aoki", "th_1", origin=origin)
        for old, new in changes:
            assert old in body
            body = body.replace(old, new)
        return world.ledger.edit(
            made.draft, 1, editor=world.user("baba"), subject=made.subject, body=body, reason=reason
        )

    return edit
