"""The ledger: file, edit, decide, look.

The rules themselves are guards in the database (migration 0003): a method here tries, and a guard that refuses becomes
`Refused` with a sentence. Every attempt is in the audit trail, refused ones too.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from banso.core.clock import Clock, utc_now
from banso.core.database import Database
from banso.core.errors import Unavailable
from banso.core.settings import Settings
from banso.core.users import User
from banso.review import audit, queries
from banso.review.dictation import dictated
from banso.review.drafts import (
    Decision,
    DecisionKind,
    DraftState,
    DraftSummary,
    DraftVersion,
    Event,
    check_content,
    check_reason,
)
from banso.review.filing import Filing
from banso.review.gate_report import Check, GateReport, Kind, joined
from banso.review.refusal import Refused
from banso.review.rows import (
    INSERT_OUTBOX,
    insert_check,
    insert_decision,
    insert_switch,
    insert_version,
    new_version,
    outbox_key,
)
from banso.review.store import Store, Transaction, stamp
from banso.review.verification import Verification, verify

T = TypeVar("T")
_log = logging.getLogger(__name__)
CHECK_RULES = ("decision_unchecked", "decision_blocked", "decision_unacknowledged")


class Ledger(Filing):
    """Drafts and what was decided about them. Threads may share one.

    People are taken by name; their role is read from the table of users in the same transaction, so a `User` object
    that claims more changes nothing. `two_person=False` lets reviewers approve their own drafts; that is recorded.
    `check` is the draft gate. Without one nothing can be approved: an approval needs a check of the very same text.
    """

    def __init__(  # noqa: PLR0913
        self,
        database: Database,
        *,
        clock: Clock = utc_now,
        two_person: bool = True,
        language: str = "en",
        head: Path | None = None,
        check: Check | None = None,
    ) -> None:
        self._store, self._clock = Store(database, clock, head), clock
        self._people, self._language = "two" if two_person else "one", language
        self._check = check

    # --- writing -----------------------------------------------------------------------------------------------------

    def edit(  # noqa: PLR0913
        self, draft: str, version: int, *, editor: User, subject: str, body: str, recipient: str | None = None,
        reason: str = "",
    ) -> DraftVersion:  # fmt: skip
        """Store the next version. `version` is the one the editor saw; Refused when a newer one exists by now.

        `reason`: why it was changed, for the audit trail and for what edits teach.
        """
        why = {"reason": reason.strip()} if reason.strip() else {}

        def work(t: Transaction) -> DraftVersion:
            check_reason(reason)
            old = queries.version(t.db, draft, version)
            to = old.recipient if recipient is None else recipient
            check_content(old.account, to, subject, body, old.evidence)
            made = new_version(
                draft, version + 1, old.account, to, subject, body, old.evidence, editor.name, "person", old.thread,
                self._clock(),
            )  # fmt: skip
            return insert_version(t, made, "edit", **why)

        return self._looked_at(self._attempt(editor.name, "edit", draft, work))

    def approve(  # noqa: PLR0913
        self,
        draft: str,
        version: int,
        hash: str,
        *,
        reviewer: User,
        reason: str = "",
        acknowledged: Sequence[Kind] = (),
    ) -> Decision:
        """Approve exactly this text and put it in the outbox, in one transaction.

        The gate looks at it once more first. `acknowledged` names the kinds of warning that the reviewer has seen: it
        must be exactly those of the report, else Refused carries the report.
        """
        found = self._fresh(draft, version)

        def work(t: Transaction) -> Decision:
            check_reason(reason)
            self._record_people(t)
            self._second_person(t, draft, version, reviewer.name)
            told = {"check": insert_check(t, found)} if found else {}
            kinds = joined(tuple(acknowledged))
            made = insert_decision(
                t, draft, version, hash, reviewer.name, "approve", reason, acknowledged=kinds, **told
            )
            key = outbox_key(made)
            t.run(INSERT_OUTBOX, draft=draft, version=version, hash=hash, decision=made.id, key=key, now=t.now)
            return made

        try:
            return self._attempt(reviewer.name, "approve", draft, work, version=version, hash=hash)
        except Refused as refused:
            if found and refused.rule in CHECK_RULES:
                self._store.write(lambda t: insert_check(t, found))  # went with the transaction that was refused
            raise refused.about(found) from refused

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
            check_reason(reason)
            made = insert_decision(t, draft, version, hash, reviewer.name, kind, reason)
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
            check_reason(reason)
            t.run(
                "UPDATE outbox SET state = :state, resolved_by = :name, updated_at = :now WHERE draft = :draft",
                state=outcome, name=user.name, now=t.now, draft=draft,
            )  # fmt: skip
            t.record(user.name, "resolve", draft, outcome=outcome, reason=reason)

        self._attempt(user.name, "resolve", draft, work)

    def pause(self, *, admin: User) -> None:
        """Stop the sender before its next message."""
        self._attempt(admin.name, "pause", "", lambda t: insert_switch(t, "sending", "paused", admin.name))

    def resume(self, *, admin: User) -> None:
        """Let the sender go on."""
        self._attempt(admin.name, "resume", "", lambda t: insert_switch(t, "sending", "on", admin.name))

    def _looked_at(self, made: DraftVersion) -> DraftVersion:
        """The version, with what the gate found in it on record. A gate that does not answer loses no draft."""
        try:
            found = self._check.report(made) if self._check else None
        except Unavailable as error:
            _log.warning("draft %s version %d is not checked yet: %s", made.draft, made.version, error.message)
            return made
        if found:
            self._store.write(lambda t: insert_check(t, found))
        return made

    def _fresh(self, draft: str, version: int) -> GateReport | None:
        """What the gate says now. None without a gate or without such a version; the guards then refuse."""
        with self._store.database.read() as db:
            stored = next((v for v in queries.versions(db, draft, known=False) if v.version == version), None)
        return self._check.report(stored) if self._check and stored else None

    def _second_person(self, t: Transaction, draft: str, version: int, reviewer: str) -> None:
        """Refuse a reviewer whose own words the agent wrote into the text. Edits are the database's to see."""
        if self._people == "two" and dictated(
            queries.versions(t.db, draft, known=False), queries.decisions(t.db, draft), version, reviewer
        ):
            raise Refused("decision_dictated")

    def _record_people(self, t: Transaction) -> None:
        if queries.switch(t.db, "people", "two") != self._people:
            insert_switch(t, "people", self._people, "settings")

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

    def report(self, draft: str, version: int) -> GateReport | None:
        """What the gate last found in this version; None when it was never checked. Raises NotFound."""
        with self._store.database.read() as db:
            queries.version(db, draft, version)
            return queries.check(db, draft, version)

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

    def verify_audit(self) -> Verification:
        """Check the audit chain, the stored texts and the exported head."""
        with self._store.database.read() as db:
            return verify(db, self._store.head)

    def audit_lines(self) -> list[dict[str, object]]:
        """The whole audit trail, for export."""
        with self._store.database.read() as db:
            return audit.lines(db)


def open_ledger(
    settings: Settings, database: Database, clock: Clock = utc_now, *, check: Check | None = None
) -> Ledger:
    """The ledger as these settings want it: two people or one, refusals in their language, head in the data folder.

    `check`: the draft gate; a program that only looks or sends needs none.
    """
    return Ledger(
        database,
        clock=clock,
        two_person=settings.two_person,
        language=settings.language,
        head=settings.head,
        check=check,
    )
