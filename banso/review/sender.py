"""The sender: takes approved messages from the outbox to the channel. The only code that reads SenderSettings.

One message: a transaction that checks everything again and takes a lease; the channel; a transaction that writes what
came of it. A sender that dies in between leaves an expired lease. The next pass repeats it with the same key where the
channel is idempotent; else it asks the provider where that is possible, and marks the message `unknown` for a person
unless the provider shows it. What may have been sent is never sent again without a key that the provider honours.
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
from banso.review import holds, queries
from banso.review.channels.base import REPAIR, Channel, ChannelError, Held, Inspectable, NotSent, Unsure
from banso.review.channels.lookup import Channels, One
from banso.review.drafts import canonical_hash
from banso.review.message import Outgoing
from banso.review.recipients import is_address, parse_recipient
from banso.review.refusal import Refused
from banso.review.store import Store, Transaction, stamp
from banso.review.texts.lookup import sentence
from banso.review.verification import require_newest

LEASE = timedelta(minutes=10)
"""Longer than any channel may take: SMTP waits 30 s at each of at most ten steps."""
BACKOFF, TRIES, RESTS = timedelta(minutes=1), 5, 100
"""Between tries; tries of one message; how often it may have waited for its channel (a day at REPAIR)."""
ACTOR = "sender"
Outcome = Literal["sent", "failed", "unknown", "skipped", "held", "paused"]

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
_UNCOUNTED = (
    "UPDATE outbox SET attempts = attempts - 1 WHERE draft = :draft AND state = 'sending' AND lease_owner = :owner"
)


@dataclass(frozen=True)
class Claim:
    """A message whose lease is ours. `look`: it may have been sent, so the provider is only asked."""

    message: Outgoing
    channel: Channel
    look: bool
    until: str
    """End of the lease."""


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
    fresh: bool = True,
) -> SendReport:
    """Send everything that is due, once. Several senders may run at the same time. `fresh`: the first pass of a
    process, whose settings may have been mended: channels that rest because of theirs are tried again.

    Raises ConfigError when nothing could start or the database is older than the head of its trail; Unavailable when
    the database goes away.
    """
    sender = sender or load_sender_settings()
    channels = Channels(sender, settings.data) if channel is None else One(channel)
    database = open_sender_database(settings, sender)
    try:
        store = Store(database, clock, settings.head)
        made = Sender(database, channels, sender.mail_from, store, settings.language)
        if fresh:
            require_newest(database, settings.head, settings.language)
            store.write(holds.forget_faults)
        return made.send_all()
    except sa.exc.OperationalError as error:
        raise Unavailable(f"the database did not answer: {error.orig}") from error
    finally:
        database.close()


def open_sender_database(settings: Settings, sender: SenderSettings) -> Database:
    """The database, by the sender's own URL where there is one."""
    url = sender.sender_database_url
    return open_database(settings.model_copy(update={"database_url": url}) if url else settings, "sender")


class Sender:
    """One sender at work on one database."""

    def __init__(
        self,
        database: Database,
        channel: Channel | Channels | One,
        mail_from: str,
        store: Store,
        language: str = "en",
    ) -> None:
        self._channels = channel if isinstance(channel, Channels | One) else One(channel)
        self._database, self._from, self._store, self._language = database, mail_from, store, language

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
        claimed = self._take(draft, owner)
        if not isinstance(claimed, Claim):
            return claimed
        try:
            found = self._deliver(claimed)
        except Held as error:
            return self._held(draft, owner, claimed, error)
        except NotSent as error:
            return self._later(draft, owner, error, again=error.again, certain=not claimed.look)
        except Unsure as error:
            return self._later(draft, owner, error, again=claimed.channel.idempotent, certain=False)
        if not found:
            return self._finish(draft, owner, "unknown", self._say("sender_died_absent"))
        return self._finish(draft, owner, "sent", self._say("sender_found") if claimed.look else "")

    def _take(self, draft: str, owner: str) -> Claim | Outcome:
        try:
            return self._store.write(lambda t: self._claim(t, draft, owner))
        except Refused as refused:  # a guard: the approval is no longer valid, or its reviewer no reviewer any more
            rule = refused.rule
            return self._store.write(lambda t: self._give_up(t, draft, rule))

    def _deliver(self, claimed: Claim) -> bool:
        if stamp(self._store.clock()) >= claimed.until:  # it slept: others may have settled the message meanwhile
            raise NotSent("", again=True, rule="lease_over")
        if claimed.look:
            assert isinstance(claimed.channel, Inspectable)
            return claimed.channel.arrived(claimed.message)
        claimed.channel.send(claimed.message)
        return True

    def _claim(self, t: Transaction, draft: str, owner: str) -> Claim | Outcome:
        row = t.run(_ROW, draft=draft).one_or_none()
        if row is None or not self._is_due(row, t.now):
            return "skipped"
        if queries.switch(t.db, "sending", "on") == "paused":
            return "paused"
        if not self._is_intact(row):
            return _stop(t, row, self._say("outbox_tampered"))
        channel = self._channel(t, row.recipient)
        if channel is None:
            return "held"
        look = row.state == "sending" and row.tried == "" and not self._may_repeat(row)
        if look and not (isinstance(channel, Inspectable) and row.channel == channel.name):
            return _stop(t, row, self._say("sender_died"))
        until = stamp(datetime.fromisoformat(t.now) + LEASE)
        # The guards outbox_revoked and outbox_approver read decision and role again, in this transaction.
        t.run(_LEASE, owner=owner, until=until, channel=channel.name, now=t.now, draft=draft)
        t.record(ACTOR, "sending", draft, version=row.version, hash=row.hash, channel=channel.name, key=row.key)
        approved = datetime.fromisoformat(row.queued_at)
        message = Outgoing(row.key, self._from, row.recipient, row.subject, row.body, approved)
        return Claim(message, channel, look, until)

    def _give_up(self, t: Transaction, draft: str, rule: str) -> Outcome:
        row = t.run(_ROW, draft=draft).one_or_none()
        return "skipped" if row is None or not self._is_due(row, t.now) else _stop(t, row, self._say(rule))

    def _channel(self, t: Transaction, recipient: str) -> Channel | None:
        """The recipient's channel; None while it rests, which it begins to here when it is not set up."""
        try:
            channel = self._channels.of(recipient)
        except ConfigError as error:
            to = parse_recipient(recipient)
            kind = to.kind if to else ""
            if not holds.rests(t, kind):
                until = stamp(datetime.fromisoformat(t.now) + REPAIR)
                note = self._say("channel_missing").format(detail=f"{error.message}: {error.hint}")
                holds.hold(t, holds.Hold(kind, until, "settings", note))
            return None
        return None if holds.rests(t, channel.name) else channel

    def _is_due(self, row: sa.Row[Any], now: str) -> bool:
        return bool(row.state == "queued" or (row.state == "sending" and row.lease_until <= now))

    def _is_intact(self, row: sa.Row[Any]) -> bool:
        names = ("draft", "version", "account", "recipient", "subject", "body", "evidence", "author")
        return bool(canonical_hash(**{name: row._mapping[name] for name in names}) == row.hash)

    def _may_repeat(self, row: sa.Row[Any]) -> bool:
        channel = self._channels.of(row.recipient)
        return channel.idempotent and row.channel == channel.name

    def _held(self, draft: str, owner: str, claimed: Claim, error: Held) -> Outcome:
        """The channel rests, and the message waits with it: that does not count as a try of its own."""
        note = error.said_in(self._language)

        def work(t: Transaction) -> Outcome:
            until = stamp(datetime.fromisoformat(t.now) + error.wait)
            holds.hold(t, holds.Hold(claimed.channel.name, until, error.fault, note))
            count = "SELECT COUNT(*) FROM audit WHERE draft = :draft AND action = 'not_sent'"
            again = int(str(t.run(count, draft=draft).scalar_one())) < RESTS
            if again:
                t.run(_UNCOUNTED, draft=draft, owner=owner)
            said = note if again else self._say("held_too_long").format(detail=note)
            return self._put(t, draft, owner, said, t.now if again else None, certain=not claimed.look)

        return self._store.write(work)

    def _later(self, draft: str, owner: str, error: ChannelError, *, again: bool, certain: bool) -> Outcome:
        """Try again after a while, or leave it to a person. `certain`: nothing of the message has been accepted."""

        def work(t: Transaction) -> Outcome:
            attempts = int(str(t.run("SELECT attempts FROM outbox WHERE draft = :draft", draft=draft).scalar_one()))
            until = stamp(datetime.fromisoformat(t.now) + BACKOFF * attempts) if again and attempts < TRIES else None
            return self._put(t, draft, owner, error.said_in(self._language), until, certain=certain)

        return self._store.write(work)

    def _put(  # noqa: PLR0913
        self, t: Transaction, draft: str, owner: str, note: str, until: str | None, *, certain: bool
    ) -> Outcome:
        state = "unknown" if until is None else "sending"
        done = t.run(
            _DONE, state=state, tried="not_sent" if certain else "", until=until or "", note=note, now=t.now,
            draft=draft, owner=owner,
        )  # fmt: skip
        action = "not_sent" if certain else "unknown"
        t.record(ACTOR, action, draft, reason=note, again=until is not None, late=done.rowcount == 0)
        return "failed" if certain or until is not None else "unknown"

    def _finish(self, draft: str, owner: str, state: Literal["sent", "unknown"], note: str) -> Outcome:
        def work(t: Transaction) -> Outcome:
            done = t.run(_DONE, state=state, tried="", until="", note=note, now=t.now, draft=draft, owner=owner)
            t.record(ACTOR, state, draft, reason=note, late=done.rowcount == 0)
            return state

        return self._store.write(work)

    def _say(self, rule: str) -> str:
        return sentence(rule, self._language)


def _stop(t: Transaction, row: sa.Row[Any], note: str) -> Outcome:
    state = "cancelled" if row.state == "queued" else "unknown"
    t.run(
        "UPDATE outbox SET state = :state, note = :note, updated_at = :now WHERE draft = :draft",
        state=state, note=note, now=t.now, draft=row.draft,
    )  # fmt: skip
    t.record(ACTOR, state, row.draft, reason=note)
    return "failed" if state == "cancelled" else "unknown"
