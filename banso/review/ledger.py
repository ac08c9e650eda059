"""The ledger: file, edit, decide, look.

The rules themselves are guards in the database (migration 0003): a method here tries, and a guard that refuses becomes
`Refused` with a sentence. Every attempt is in the audit trail, refused ones too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

from banso.core.clock import Clock, new_id, utc_now
from banso.core.database import Database
from banso.core.settings import Settings
from banso.core.users import User
from banso.knowledge.documents import Citation
from banso.review import audit, queries
from banso.review.drafts import (
    Decision,
    DecisionKind,
    DraftState,
    DraftSummary,
    DraftVersion,
    Event,
    Via,
    canonical_hash,
    check_content,
    evidence_json,
)
from banso.review.refusal import Refused
from banso.review.store import Store, Transaction, stamp

T = TypeVar("T")
VALID = timedelta(hours=72)
_VERSION_COLUMNS = tuple(DraftVersion.model_fields)
_INSERT_VERSION = f"INSERT INTO draft_versions ({', '.join(_VERSION_COLUMNS)}) VALUES (:{', :'.join(_VERSION_COLUMNS)})"
_INSERT_DECISION = (
    "INSERT INTO decisions (draft, ordinal, id, version, hash, reviewer, decision, reason, created_at) VALUES"
    " (:draft, (SELECT COALESCE(MAX(ordinal), 0) + 1 FROM decisions WHERE draft = :draft),"
    " :id, :version, :hash, :reviewer, :decision, :reason, :created_at)"
)
_INSERT_OUTBOX = (
    "INSERT INTO outbox (draft, version, hash, decision, key, queued_at, state, updated_at)"
    " VALUES (:draft, :version, :hash, :decision, :key, :now, 'queued', :now)"
)


class Ledger:
    """Drafts and what was decided about them. Threads may share one.

    People are taken by name; their role is read from the table of users in the same transaction, so a `User` object
    that claims more changes nothing. `two_person=False` lets reviewers approve their own drafts; that is recorded.
    """

    def __init__(
        self,
        database: Database,
        *,
        clock: Clock = utc_now,
        two_person: bool = True,
        language: str = "en",
        head: Path | None = None,
    ) -> None:
        self._store, self._clock = Store(database, clock, head), clock
        self._people, self._language = "two" if two_person else "one", language

    # --- writing -----------------------------------------------------------------------------------------------------

    def file(  # noqa: PLR0913, PLR0917
        self,
        account: str,
        recipient: str,
        subject: str,
        body: str,
        evidence: Sequence[Citation],
        author: str,
        thread: str = "",
        *,
        via: Via = "agent",
    ) -> DraftVersion:
        """Store a new draft. `author` is the user who asked for it, also when the agent (`via`) worded it.

        Whether the recipient belongs to the account is for the caller to check. Raises Refused on unfit content.
        """

        def work(t: Transaction) -> DraftVersion:
            check_content(account, recipient, subject, body, evidence)
            made = _version(
                new_id("dr"), 1, account, recipient, subject, body, evidence, author, via, thread, self._clock()
            )
            return _insert(t, made, "file")

        return self._attempt(author, "file", "", work)

    def edit(  # noqa: PLR0913
        self, draft: str, version: int, *, editor: User, subject: str, body: str, recipient: str | None = None
    ) -> DraftVersion:
        """Store the next version. `version` is the one the editor saw; Refused when a newer one exists by now."""

        def work(t: Transaction) -> DraftVersion:
            old = queries.version(t.db, draft, version)
            to = old.recipient if recipient is None else recipient
            check_content(old.account, to, subject, body, old.evidence)
            made = _version(
                draft, version + 1, old.account, to, subject, body, old.evidence, editor.name, "person", old.thread,
                self._clock(),
            )  # fmt: skip
            return _insert(t, made, "edit")

        return self._attempt(editor.name, "edit", draft, work)

    def approve(self, draft: str, version: int, hash: str, *, reviewer: User, reason: str = "") -> Decision:
        """Approve exactly this text and put it in the outbox, in one transaction."""

        def work(t: Transaction) -> Decision:
            self._record_people(t)
            made = _decide(t, draft, version, hash, reviewer.name, "approve", reason)
            t.run(_INSERT_OUTBOX, draft=draft, version=version, hash=hash, decision=made.id, key=_key(made), now=t.now)
            return made

        return self._attempt(reviewer.name, "approve", draft, work, version=version, hash=hash)

    def return_(self, draft: str, version: int, hash: str, *, reviewer: User, reason: str) -> Decision:
        """Send the draft back with a note; an edit makes the next version."""
        return self._against(draft, version, hash, reviewer, "return", reason)

    def reject(self, draft: str, version: int, hash: str, *, reviewer: User, reason: str) -> Decision:
        """End the draft. Also wins over an approval until sending begins."""
        return self._against(draft, version, hash, reviewer, "reject", reason)

    def revoke(self, draft: str, *, reviewer: User, reason: str) -> Decision:
        """Take an approval back. Wins until sending begins; after that Refused says it is too late."""
        now = self.latest(draft)
        return self._against(draft, now.version, now.hash, reviewer, "revoke", reason)

    def _against(  # noqa: PLR0913, PLR0917
        self, draft: str, version: int, hash: str, reviewer: User, kind: DecisionKind, reason: str
    ) -> Decision:
        def work(t: Transaction) -> Decision:
            if not reason.strip():
                raise Refused("content_reason")
            made = _decide(t, draft, version, hash, reviewer.name, kind, reason)
            t.run(
                "UPDATE outbox SET state = 'cancelled', note = :reason, updated_at = :now WHERE draft = :draft",
                reason=reason, now=t.now, draft=draft,
            )  # fmt: skip
            return made

        return self._attempt(reviewer.name, kind, draft, work, version=version, hash=hash)

    def resolve(self, draft: str, outcome: str, *, user: User, reason: str = "") -> None:
        """Settle a message whose fate is unknown: `sent` or `cancelled`, said by a person who looked."""

        def work(t: Transaction) -> None:
            if outcome not in ("sent", "cancelled") or queries.state(t.db, draft, t.now) != "unknown":
                raise Refused("outbox_step")
            t.run(
                "UPDATE outbox SET state = :state, resolved_by = :name, updated_at = :now WHERE draft = :draft",
                state=outcome, name=user.name, now=t.now, draft=draft,
            )  # fmt: skip
            t.record(user.name, "resolve", draft, outcome=outcome, reason=reason)

        self._attempt(user.name, "resolve", draft, work)

    def pause(self, *, admin: User) -> None:
        """Stop the sender before its next message."""
        self._attempt(admin.name, "pause", "", lambda t: _switch(t, "sending", "paused", admin.name))

    def resume(self, *, admin: User) -> None:
        """Let the sender go on."""
        self._attempt(admin.name, "resume", "", lambda t: _switch(t, "sending", "on", admin.name))

    def _record_people(self, t: Transaction) -> None:
        if queries.switch(t.db, "people", "two") != self._people:
            _switch(t, "people", self._people, "settings")

    def _attempt(self, actor: str, action: str, draft: str, work: Callable[[Transaction], T], **detail: object) -> T:
        try:
            return self._store.write(work)
        except Refused as refused:
            rule = refused.rule
            self._store.write(lambda t: t.record(actor, "refused", draft, tried=action, rule=rule, **detail))
            raise refused.said_in(self._language) from refused

    # --- reading -----------------------------------------------------------------------------------------------------

    def latest(self, draft: str) -> DraftVersion:
        """The newest version. Raises NotFound."""
        return self.versions(draft)[-1]

    def versions(self, draft: str) -> list[DraftVersion]:
        """Every version, oldest first. Raises NotFound."""
        with self._store.database.read() as db:
            return queries.versions(db, draft)

    def state(self, draft: str) -> DraftState:
        """Where the draft stands now. Raises NotFound."""
        with self._store.database.read() as db:
            return queries.state(db, draft, stamp(self._clock()))

    def queue(
        self, states: Sequence[DraftState] | None = None, account: str = "", limit: int = 100
    ) -> list[DraftSummary]:
        """Drafts by their latest version, oldest first; all states when `states` is None."""
        with self._store.database.read() as db:
            return queries.queue(db, stamp(self._clock()), states, account, limit)

    def decisions(self, draft: str) -> list[Decision]:
        """Every decision about the draft, oldest first."""
        with self._store.database.read() as db:
            return queries.decisions(db, draft)

    def events(self, draft: str) -> list[Event]:
        """Who did what, when and why, refused attempts included; oldest first."""
        with self._store.database.read() as db:
            return queries.events(db, draft)

    def paused(self) -> bool:
        """Whether an admin has stopped the sender."""
        with self._store.database.read() as db:
            return queries.switch(db, "sending", "on") == "paused"

    def verify_audit(self) -> audit.Verification:
        """Check the audit chain, the stored texts and the exported head."""
        with self._store.database.read() as db:
            return audit.verify(db, self._store.head)

    def audit_lines(self) -> list[dict[str, object]]:
        """The whole audit trail, for export."""
        with self._store.database.read() as db:
            return audit.lines(db)


def open_ledger(settings: Settings, database: Database, clock: Clock = utc_now) -> Ledger:
    """The ledger as these settings want it: two people or one, refusals in their language, head in the data folder."""
    return Ledger(
        database,
        clock=clock,
        two_person=settings.two_person,
        language=settings.language,
        head=settings.data / audit.HEAD,
    )


def _version(  # noqa: PLR0913, PLR0917
    draft: str, version: int, account: str, recipient: str, subject: str, body: str, evidence: Sequence[Citation],
    author: str, via: Via, thread: str, now: datetime,
) -> DraftVersion:  # fmt: skip
    digest = canonical_hash(
        draft=draft, version=version, account=account, recipient=recipient, subject=subject, body=body,
        evidence=evidence_json(evidence), author=author,
    )  # fmt: skip
    return DraftVersion(
        draft=draft, version=version, account=account, recipient=recipient, subject=subject, body=body,
        evidence=tuple(evidence), author=author, via=via, thread=thread, created_at=stamp(now),
        expires_at=stamp(now + VALID), hash=digest,
    )  # fmt: skip


def _insert(t: Transaction, made: DraftVersion, action: str) -> DraftVersion:
    t.run(_INSERT_VERSION, **{**made.model_dump(), "evidence": evidence_json(made.evidence)})
    t.record(made.author, action, made.draft, version=made.version, hash=made.hash, via=made.via)
    return made


def _decide(  # noqa: PLR0913, PLR0917
    t: Transaction, draft: str, version: int, hash: str, reviewer: str, kind: DecisionKind, reason: str
) -> Decision:
    made = Decision(
        id=new_id("de"), draft=draft, version=version, hash=hash, reviewer=reviewer, decision=kind, reason=reason,
        created_at=t.now,
    )  # fmt: skip
    t.run(_INSERT_DECISION, **made.model_dump())
    t.record(reviewer, kind, draft, version=version, hash=hash, reason=reason, decision=made.id)
    return made


def _key(made: Decision) -> str:
    return f"{made.draft}.{made.hash[:16]}"


def _switch(t: Transaction, name: str, value: str, by: str) -> None:
    t.run(
        "INSERT INTO review_switches (ordinal, name, value, set_by, created_at) VALUES"
        " ((SELECT COALESCE(MAX(ordinal), 0) + 1 FROM review_switches), :name, :value, :by, :now)",
        name=name, value=value, by=by, now=t.now,
    )  # fmt: skip
    t.record(by, "switch", switch=name, value=value)
