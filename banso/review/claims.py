"""Who is at work on a draft: claims that end by themselves, assignments, and who has it open right now.

A claim keeps two people from doing the same work. It guards nothing: what may leave is decided by the ledger alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa

from banso.core.clock import Clock, utc_now
from banso.core.database import Database
from banso.core.users import User
from banso.knowledge.documents import Frozen
from banso.review.refusal import Refused
from banso.review.store import Store, Transaction, stamp

HELD = timedelta(minutes=15)
"""A claim ends after this time without an action of its holder."""
PRESENT = timedelta(seconds=45)
"""A person has the draft open when their page said so within this time; pages say so every 15 seconds."""
_UPSERT = (
    "INSERT INTO draft_claims (draft, holder, held_until, assignee, updated_at)"
    " VALUES (:draft, :holder, :until, :assignee, :now) ON CONFLICT (draft) DO UPDATE SET"
    " holder = :holder, held_until = :until, assignee = :assignee, updated_at = :now"
)
_HERE = (
    "INSERT INTO draft_presence (draft, person, seen_at) VALUES (:draft, :person, :now)"
    " ON CONFLICT (draft, person) DO UPDATE SET seen_at = :now"
)


class Claim(Frozen):
    """Who holds a draft and until when (ISO 8601, UTC), and whom it is assigned to; empty: nobody."""

    draft: str
    holder: str = ""
    held_until: str = ""
    assignee: str = ""


class Claims:
    """Claims, assignments and presence. Threads may share one. Every change but a heartbeat is in the audit trail."""

    def __init__(self, database: Database, clock: Clock = utc_now, *, store: Store | None = None) -> None:
        self._store, self._clock = store or Store(database, clock), clock

    def claim(self, draft: str, *, user: User, take_over: bool = False) -> Claim:
        """Hold the draft for 15 minutes. Raises Refused when another person holds it, unless taken over."""

        def work(t: Transaction) -> Claim:
            _require(t, draft, user.name, ("reviewer",))
            old = _current(t.db, draft, t.now)
            if old.holder not in ("", user.name) and not take_over:
                raise Refused("claim_held")
            if old.holder != user.name:
                t.record(user.name, "take_over" if old.holder else "claim", draft, from_=old.holder)
            return _write(t, old.model_copy(update={"holder": user.name, "held_until": _later(t)}))

        return self._store.write(work)

    def release(self, draft: str, *, user: User) -> Claim:
        """Let go of one's own claim; nothing happens when one has none."""

        def work(t: Transaction) -> Claim:
            old = _current(t.db, draft, t.now)
            if old.holder != user.name:
                return old
            t.record(user.name, "release", draft)
            return _write(t, old.model_copy(update={"holder": "", "held_until": ""}))

        return self._store.write(work)

    def assign(self, draft: str, to: str, *, user: User) -> Claim:
        """Give the draft to a reviewer (empty: to nobody). Raises Refused unless both may."""

        def work(t: Transaction) -> Claim:
            _require(t, draft, user.name, ("reviewer", "admin"))
            if to:
                _require(t, draft, to, ("reviewer",), "claim_assignee")
            old = _current(t.db, draft, t.now)
            if old.assignee != to:
                t.record(user.name, "assign", draft, to=to, from_=old.assignee)
            return _write(t, old.model_copy(update={"assignee": to}))

        return self._store.write(work)

    def acted(self, draft: str, *, user: User) -> None:
        """An action of the holder begins their 15 minutes anew. Raises Refused while another person holds the draft."""

        def work(t: Transaction) -> None:
            old = _current(t.db, draft, t.now)
            if old.holder not in ("", user.name):
                raise Refused("claim_held")
            if old.holder:
                _write(t, old.model_copy(update={"held_until": _later(t)}))

        self._store.write(work)

    def here(self, draft: str, *, user: User) -> tuple[str, ...]:
        """Note that this person has the draft open; returns the names of the others who have."""
        since = stamp(self._clock() - PRESENT)

        def work(t: Transaction) -> tuple[str, ...]:
            t.run(_HERE, draft=draft, person=user.name, now=t.now)
            rows = t.run(
                "SELECT person FROM draft_presence WHERE draft = :draft AND person <> :person AND seen_at > :since"
                " ORDER BY person",
                draft=draft, person=user.name, since=since,
            )  # fmt: skip
            return tuple(str(name) for name in rows.scalars())

        return self._store.write(work)

    def of(self, draft: str) -> Claim:
        """The claim on one draft, as of now."""
        return self.among([draft])[draft]

    def among(self, drafts: Sequence[str]) -> dict[str, Claim]:
        """The claims on these drafts, as of now; every draft has an entry."""
        now = stamp(self._clock())
        with self._store.database.read() as db:
            return {draft: _current(db, draft, now) for draft in drafts}


def _current(db: sa.Connection, draft: str, now: str) -> Claim:
    sql = sa.text("SELECT draft, holder, held_until, assignee FROM draft_claims WHERE draft = :draft")
    row = db.execute(sql, {"draft": draft}).one_or_none()
    claim = Claim(**row._mapping) if row else Claim(draft=draft)
    return claim if claim.held_until > now else claim.model_copy(update={"holder": "", "held_until": ""})


def _write(t: Transaction, claim: Claim) -> Claim:
    t.run(
        _UPSERT, draft=claim.draft, holder=claim.holder, until=claim.held_until, assignee=claim.assignee, now=t.now
    )  # fmt: skip
    return claim


def _require(t: Transaction, draft: str, name: str, roles: Sequence[str], rule: str = "claim_role") -> None:
    role = t.run("SELECT role FROM users WHERE name = :name", name=name).scalar_one_or_none()
    if str(role) not in roles:
        raise Refused(rule)
    if t.run("SELECT 1 FROM draft_versions WHERE draft = :draft", draft=draft).first() is None:
        raise Refused("comment_draft")


def _later(t: Transaction) -> str:
    return stamp(datetime.fromisoformat(t.now) + HELD)
