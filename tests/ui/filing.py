"""Drafts put straight into a running app's ledger: a browser test need not wait for the copilot to write them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from banso.core.clock import utc_now
from banso.core.database import open_database
from banso.core.settings import Settings
from banso.core.users import User
from banso.review.drafts import DraftVersion
from banso.review.ledger import Ledger, open_ledger
from tests.review.passing import Passing
from tests.ui.conftest import RunningApp

GREETING = "{}\n\nいつもお世話になっております。\n"
TEMPLATE = GREETING + (
    "ご不明な点がございましたら、お気軽にお知らせください。\nご不便をおかけしますが、今後ともよろしくお願いいたします。\n"
)
"""Nothing in it needs a source, so the app's own gate has no warning either."""


@contextmanager
def ledger_of(app: RunningApp, hours_ago: float = 0) -> Iterator[Ledger]:
    """The app's ledger, as if it were so many hours ago."""
    settings = Settings(data=app.data)
    database = open_database(settings)
    yield open_ledger(settings, database, lambda: utc_now() - timedelta(hours=hours_ago), check=Passing())
    database.close()


def file(
    app: RunningApp, subject: str, body: str = GREETING.format("有村様"), account: str = "AC-0001",
    hours_ago: float = 0, to: str = "arimura@aoba-mfg.example",
) -> DraftVersion:  # fmt: skip
    """A draft that yui asked for."""
    with ledger_of(app, hours_ago) as ledger:
        return ledger.file(account, to, subject, body, (), "yui")


def reviewer(name: str) -> User:
    return User(name=name, role="reviewer")
