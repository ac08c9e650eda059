"""A reviewer and a sender that kill themselves with SIGKILL at a chosen point. Runs in a process of its own."""

from __future__ import annotations

import os
import signal
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import count

import sqlalchemy as sa

from banso.core.database import Database
from banso.core.settings import SenderSettings, Settings
from banso.core.users import User
from banso.review.audit import HEAD
from banso.review.channels.base import Channel, get_channel
from banso.review.channels.eml import EmlChannel
from banso.review.ledger import open_ledger
from banso.review.message import Outgoing
from banso.review.sender import Sender
from banso.review.store import Store
from tests.review.passing import Passing

REVIEWER_POINTS = ("approving", "approved")
SENDER_POINTS = ("claiming", "before", "half", "after")
POINTS = (*REVIEWER_POINTS, *SENDER_POINTS)
"""approving: inside the transaction, before its commit; approved: just after it; claiming: inside the transaction that
takes the lease; before: lease held, provider not yet asked; half: part of the message handed over; after: accepted,
not yet marked as sent."""


@dataclass(frozen=True)
class Death:
    """Where, and at which of several messages (from 1)."""

    point: str
    nth: int


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def run(
    settings: Settings, sender: SenderSettings, death: Death, now: datetime, drafts: Sequence[tuple[str, str]]
) -> None:
    """Approve `drafts` (id, hash) or send what is queued, until death."""
    database = Database(settings.database)
    if death.point in REVIEWER_POINTS:
        _review(settings, database, death, now, drafts)
    else:
        _send(settings, database, sender, death, now)


def _review(
    settings: Settings, database: Database, death: Death, now: datetime, drafts: Sequence[tuple[str, str]]
) -> None:
    ledger = open_ledger(settings, database, lambda: now, check=Passing())
    if death.point == "approving":
        _die_at_commit(database, death.nth)
    for number, (draft, hash) in enumerate(drafts, 1):
        ledger.approve(draft, 1, hash, reviewer=User(name="sato", role="reviewer"))
        if number == death.nth:
            die()


def _send(settings: Settings, database: Database, sender: SenderSettings, death: Death, now: datetime) -> None:
    if death.point == "claiming":
        _die_at_commit(database, 2 * death.nth - 1)  # each message commits twice: lease, outcome
    channel = Dying(_channel(settings, sender, death), death)
    store = Store(database, lambda: now, settings.data / HEAD)
    Sender(database, channel, sender.mail_from, store).send_all()


def _channel(settings: Settings, sender: SenderSettings, death: Death) -> Channel:
    if sender.channel == "eml" and death.point == "half":
        return HalfEml(settings, death)
    return get_channel(sender, settings.data)


def _die_at_commit(database: Database, nth: int) -> None:
    commits = count(1)

    def on_commit(_: sa.Connection) -> None:
        if next(commits) == nth:
            die()

    sa.event.listen(database.engine, "commit", on_commit)


class Dying:
    """Passes on to a real channel, and dies before or after the nth message."""

    def __init__(self, inner: Channel, death: Death) -> None:
        self.inner, self.death, self.sent = inner, death, 0
        self.name, self.idempotent = inner.name, inner.idempotent

    def send(self, message: Outgoing) -> None:
        self.sent += 1
        now = self.sent == self.death.nth
        if now and self.death.point == "before":
            die()
        self.inner.send(message)
        if now and self.death.point == "after":
            die()


class HalfEml(EmlChannel):
    """Dies with the whole text on disk, under the name that no one reads."""

    def __init__(self, settings: Settings, death: Death) -> None:
        super().__init__(settings.data / "outbox")
        self.death, self.published = death, 0

    def _publish(self, part: object, whole: object) -> None:
        self.published += 1
        if self.published == self.death.nth:
            die()
        super()._publish(part, whole)  # type: ignore[arg-type]
