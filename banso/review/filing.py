"""What the agent may do in the ledger: file a draft, and write one again that a reviewer sent back. Nothing else."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import TypeVar

from banso.core.clock import Clock, new_id
from banso.knowledge.documents import Citation, Frozen
from banso.review import queries
from banso.review.drafts import DraftVersion, Via, check_content
from banso.review.refusal import Refused
from banso.review.rows import insert_version, new_version
from banso.review.store import Transaction

T = TypeVar("T")


class Origin(Frozen):
    """Who worded a version and what for. Kept beside the version; no approval depends on it."""

    model: str
    """Name of the chat model, such as embedded/extractive."""
    question: str = ""
    """What the person asked the agent for."""
    rules: tuple[tuple[int, int], ...] = ()
    """Rules of the team that the text follows: number, and ordinal of the decision that put the rule in force."""


class Filing(ABC):
    """The agent's side of the ledger."""

    _clock: Clock

    @abstractmethod
    def _attempt(self, actor: str, action: str, draft: str, work: Callable[[Transaction], T], **detail: object) -> T:
        """Run `work` in one transaction; a refusal goes on record."""

    @abstractmethod
    def _looked_at(self, made: DraftVersion) -> DraftVersion:
        """Let the gate look at a new version."""

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
        origin: Origin | None = None,
    ) -> DraftVersion:
        """Store a new draft. `author` is the user who asked for it, also when the agent (`via`) worded it.

        Whether the recipient belongs to the account is for the caller to check. Raises Refused on unfit content.
        """

        def work(t: Transaction) -> DraftVersion:
            check_content(account, recipient, subject, body, evidence)
            made = new_version(
                new_id("dr"), 1, account, recipient, subject, body, evidence, author, via, thread, self._clock()
            )
            return _stored(t, made, "file", origin)

        return self._looked_at(self._attempt(author, "file", "", work))

    def redraft(  # noqa: PLR0913
        self,
        draft: str,
        *,
        account: str,
        author: str,
        thread: str,
        recipient: str,
        subject: str,
        body: str,
        evidence: Sequence[Citation],
        origin: Origin | None = None,
    ) -> DraftVersion:
        """Store the next version of a draft that was sent back, worded by the agent. The account stays.

        Guards refuse unless the latest decision returned the latest version, and `author` and `thread` are those of
        the first one. Raises Refused, also for a text that changes nothing, and NotFound.
        """

        def work(t: Transaction) -> DraftVersion:
            old = queries.versions(t.db, draft)[-1]
            check_content(account, recipient, subject, body, evidence)
            if (old.recipient, old.subject, old.body) == (recipient, subject, body):
                raise Refused("content_unchanged")
            made = new_version(
                draft, old.version + 1, account, recipient, subject, body, evidence, author, "agent", thread,
                self._clock(),
            )  # fmt: skip
            return _stored(t, made, "redraft", origin)

        return self._looked_at(self._attempt(author, "redraft", draft, work))


def _stored(t: Transaction, made: DraftVersion, action: str, origin: Origin | None) -> DraftVersion:
    detail = {"model": origin.model, "rules": [number for number, _ in origin.rules]} if origin else {}
    insert_version(t, made, action, **detail)
    if origin is None:
        return made
    t.run(
        "INSERT INTO draft_origins (draft, version, model, question) VALUES (:draft, :version, :model, :question)",
        draft=made.draft, version=made.version, model=origin.model, question=origin.question,
    )  # fmt: skip
    for number, decision in origin.rules:
        t.run(
            "INSERT INTO draft_rules (draft, version, rule, decision) VALUES (:draft, :version, :rule, :decision)",
            draft=made.draft, version=made.version, rule=number, decision=decision,
        )  # fmt: skip
    return made
