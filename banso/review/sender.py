"""The sender: takes approved messages from the outbox to the channel. The only code that reads SenderSettings.

One message: a transaction that checks everything again and takes a lease; the channel; a transaction that writes what
came of it. A sender that dies in between leaves an expired lease. The next pass repeats it with the same key where the
channel is idempotent, else marks it `unknown` for a person.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

import sqlalchemy as sa
from pydantic import ValidationError

from banso.core.clock import Clock, new_id, utc_now
from banso.core.database import Database, open_database
from banso.core.errors import ConfigError, Unavailable
from banso.core.settings import PREFIX, SenderSettings, Settings
from banso.review import queries
from banso.review.audit import HEAD
from banso.review.channels.base import Channel, NotSent, Unsure, get_channel
from banso.review.drafts import canonical_hash, is_address
from banso.review.message import Outgoing
from banso.review.store import Store, Transaction, stamp

LEASE = timedelta(minutes=10)
"""Longer than any channel may take: SMTP waits 30 s at each of at most ten steps."""
BACKOFF, TRIES = timedelta(minutes=1), 5
ACTOR = "sender"
Outcome = Literal["sent", "failed", "unknown", "skipped", "paused"]

_DUE = "SELECT draft FROM outbox WHERE state = 'queued' OR state = 'sending' AND lease_until <= :now ORDER BY queued_at"
_ROW = (
    "SELECT o.*, v.account, v.recipient, v.subject, v.body, v.evidence, v.author FROM outbox o"
    " JOIN draft_versions v ON v.draft = o.draft AND v.version = o.version WHERE o.draft = :draft"
)
_LEASE = (
    "UPDATE outbox SET state = 'sending', lease_owner = :owner, lease_until = :until, channel = :channel,"
    " attempts = attempts + 1, tried = '', note = '', updated_at = :now WHERE draft = :draft"
)
_DONE = (
    "UPDATE outbox SET state = :state, tried = :tried, lease_until = :until, note = :note, updated_at = :now"
    " WHERE draft = :draft AND state = 'sending' AND lease_owner = :owner"
)


@dataclass(frozen=True)
class SendReport:
    """How many messages of one pass were sent, failed (tried again later, or refused) and ended unknown."""

    sent: int = 0
    failed: int = 0
    unknown: int = 0


def load_sender_settings() -> SenderSettings:
    """Read the environment. Raises ConfigError on an impossible value."""
    try:
        sender = SenderSettings()
    except ValidationError as error:
        first = error.errors()[0]
        raise ConfigError(f"{PREFIX}{str(first['loc'][0]).upper()}: {first['msg']}", "see docs/review.md") from error
    if not is_address(sender.mail_from):
        raise ConfigError("BANSO_MAIL_FROM is not one plain e-mail address", "for example support@example.co.jp")
    return sender


def send_pass(
    settings: Settings,
    *,
    sender: SenderSettings | None = None,
    channel: Channel | None = None,
    clock: Clock = utc_now,
) -> SendReport:
    """Send everything that is due, once. Several senders may run at the same time.

    Raises ConfigError when nothing could start, Unavailable when the database goes away.
    """
    sender = sender or load_sender_settings()
    channel = channel or get_channel(sender, settings.data)
    database = open_database(settings)
    try:
        return Sender(database, channel, sender.mail_from, Store(database, clock, settings.data / HEAD)).send_all()
    except sa.exc.OperationalError as error:
        raise Unavailable(f"the database did not answer: {error.orig}") from error
    finally:
        database.close()


class Sender:
    """One sender at work on one database."""

    def __init__(self, database: Database, channel: Channel, mail_from: str, store: Store) -> None:
        self._database, self._channel, self._from, self._store = database, channel, mail_from, store

    def send_all(self) -> SendReport:
        """Try each due message once, in the order of approval."""
        with self._database.read() as db:
            due = list(db.execute(sa.text(_DUE), {"now": stamp(self._store.clock())}).scalars())
        counts: Counter[Outcome] = Counter()
        for draft in due:
            outcome = self._send(draft)
            if outcome == "paused":
                break
            counts[outcome] += 1
        return SendReport(counts["sent"], counts["failed"], counts["unknown"])

    def _send(self, draft: str) -> Outcome:
        owner = new_id("le")
        claimed = self._store.write(lambda t: self._claim(t, draft, owner))
        if not isinstance(claimed, Outgoing):
            return claimed
        try:
            self._channel.send(claimed)
        except NotSent as error:
            return self._not_sent(draft, owner, error)
        except Unsure as error:
            return self._finish(draft, owner, "unknown", error.message)
        return self._finish(draft, owner, "sent", "")

    def _claim(self, t: Transaction, draft: str, owner: str) -> Outgoing | Outcome:
        row = t.run(_ROW, draft=draft).one_or_none()
        if row is None or not self._is_due(row, t.now):
            return "skipped"
        if queries.switch(t.db, "sending", "on") == "paused":
            return "paused"
        if not self._is_intact(row):
            return _stop(t, row, "outbox_tampered")
        if row.state == "sending" and row.tried == "" and not self._may_repeat(row):
            return _stop(t, row, "the sender stopped while sending; it may or may not have arrived")
        until = stamp(datetime.fromisoformat(t.now) + LEASE)
        # The guard outbox_revoked reads the latest decision again, in this transaction.
        t.run(_LEASE, owner=owner, until=until, channel=self._channel.name, now=t.now, draft=draft)
        t.record(ACTOR, "sending", draft, version=row.version, hash=row.hash, channel=self._channel.name, key=row.key)
        approved = datetime.fromisoformat(row.queued_at)
        return Outgoing(row.key, self._from, row.recipient, row.subject, row.body, approved)

    def _is_due(self, row: sa.Row[Any], now: str) -> bool:
        return bool(row.state == "queued" or (row.state == "sending" and row.lease_until <= now))

    def _is_intact(self, row: sa.Row[Any]) -> bool:
        names = ("draft", "version", "account", "recipient", "subject", "body", "evidence", "author")
        return bool(canonical_hash(**{name: row._mapping[name] for name in names}) == row.hash)

    def _may_repeat(self, row: sa.Row[Any]) -> bool:
        return self._channel.idempotent and row.channel == self._channel.name

    def _not_sent(self, draft: str, owner: str, error: NotSent) -> Outcome:
        def work(t: Transaction) -> Outcome:
            attempts = t.run("SELECT attempts FROM outbox WHERE draft = :draft", draft=draft).scalar_one()
            again = error.again and int(str(attempts)) < TRIES
            later = stamp(datetime.fromisoformat(t.now) + BACKOFF * int(str(attempts)))
            state, until = ("sending", later) if again else ("unknown", "")
            done = t.run(
                _DONE, state=state, tried="not_sent", until=until, note=error.message, now=t.now, draft=draft,
                owner=owner,
            )  # fmt: skip
            t.record(ACTOR, "not_sent", draft, reason=error.message, again=again, late=done.rowcount == 0)
            return "failed"

        return self._store.write(work)

    def _finish(self, draft: str, owner: str, state: Literal["sent", "unknown"], note: str) -> Outcome:
        def work(t: Transaction) -> Outcome:
            done = t.run(_DONE, state=state, tried="", until="", note=note, now=t.now, draft=draft, owner=owner)
            t.record(ACTOR, state, draft, reason=note, late=done.rowcount == 0)
            return state

        return self._store.write(work)


def _stop(t: Transaction, row: sa.Row[Any], note: str) -> Outcome:
    state = "cancelled" if row.state == "queued" else "unknown"
    t.run(
        "UPDATE outbox SET state = :state, note = :note, updated_at = :now WHERE draft = :draft",
        state=state, note=note, now=t.now, draft=row.draft,
    )  # fmt: skip
    t.record(ACTOR, state, row.draft, reason=note)
    return "failed" if state == "cancelled" else "unknown"
