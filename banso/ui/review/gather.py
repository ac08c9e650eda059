"""Everything the Review tab shows, read on the server from what is stored: never from the page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Literal, get_args

from banso.core.errors import NotFound
from banso.core.users import User
from banso.crm.accounts import Account, AccountOverview
from banso.learning.types import Followed
from banso.review.claims import Claim
from banso.review.comments import Comment
from banso.review.drafts import DraftState, DraftVersion, Event
from banso.review.gate_report import GateReport
from banso.review.listing import Choice, DraftLine
from banso.review.priority import Priority, priority
from banso.ui.review.similar import Reply, similar_replies
from banso.ui.review.words import Words, customer_words
from banso.ui.services import Services

QueueView = Literal["waiting", "mine", "overdue", "all"]
VIEWS: tuple[QueueView, ...] = get_args(QueueView)
OPEN: tuple[DraftState, ...] = ("waiting", "returned", "expired")
Action = Literal["approve", "return", "reject", "edit", "revoke", "resolve", "claim", "take_over", "release", "assign"]


@dataclass(frozen=True)
class Filters:
    """What a person chose to see; everything here is only a wish and shows nothing that they may not see."""

    view: QueueView = "waiting"
    state: str = ""
    account: str = ""
    author: str = ""
    assignee: str = ""
    words: str = ""


@dataclass(frozen=True)
class QueueEntry:
    """One draft of the queue with its place's reasons."""

    line: DraftLine
    account_name: str
    priority: Priority
    due: datetime

    @property
    def is_open(self) -> bool:
        """Whether someone still has to decide."""
        return self.line.state in OPEN


@dataclass(frozen=True)
class DraftView:
    """One draft with all that stands beside it."""

    services: Services
    user: User
    versions: Sequence[DraftVersion]
    state: DraftState
    claim: Claim
    now: datetime
    others: Sequence[str] = field(default=())

    @property
    def latest(self) -> DraftVersion:
        """What would be sent."""
        return self.versions[-1]

    @cached_property
    def overview(self) -> AccountOverview | None:
        """The account, as the CRM has it."""
        try:
            return self.services.crm.overview(self.latest.account)
        except NotFound:
            return None

    @property
    def account_name(self) -> str:
        """Name and id."""
        name = self.overview.account.name if self.overview else ""
        return f"{name} ({self.latest.account})" if name else self.latest.account

    @cached_property
    def words(self) -> list[Words]:
        """The customer's words and the request."""
        return customer_words(self.services, self.latest, self.latest.evidence, self.user)

    @cached_property
    def similar(self) -> list[Reply]:
        """Past replies; for those who review alone."""
        asked = "\n".join(words.text for words in self.words)
        return similar_replies(self.services, self.latest, asked) if self.user.may_review else []

    @cached_property
    def report(self) -> GateReport | None:
        """What the draft gate found in exactly this text."""
        found = self.services.ledger.report(self.latest.draft, self.latest.version)
        return found if found and found.hash == self.latest.hash else None

    @cached_property
    def written(self) -> DraftVersion | None:
        """The newest version that the agent worded: the one that may follow rules of the team."""
        return next((version for version in reversed(self.versions) if version.via == "agent"), None)

    @cached_property
    def rules(self) -> list[Followed]:
        """The rules of the team that the agent's newest version follows."""
        if self.services.lessons is None or self.written is None:
            return []
        return self.services.lessons.followed_by(self.written.draft, self.written.version)

    @cached_property
    def comments(self) -> list[Comment]:
        """What the team said."""
        return self.services.desk.comments.of(self.latest.draft)

    @cached_property
    def events(self) -> list[Event]:
        """What happened."""
        return self.services.ledger.events(self.latest.draft)

    @property
    def due(self) -> datetime:
        """When a decision is due."""
        segment = self.overview.account.segment if self.overview else ""
        return self.services.desk.levels.due(datetime.fromisoformat(self.versions[0].created_at), segment)

    @property
    def held_by_other(self) -> str:
        """The colleague who has claimed it, or empty."""
        return self.claim.holder if self.claim.holder != self.user.name else ""

    @property
    def is_own(self) -> bool:
        """Whether this person asked for or wrote any version, where two people are needed."""
        mine = any(version.author == self.user.name for version in self.versions)
        return mine and self.services.settings.two_person

    def actions(self) -> frozenset[Action]:
        """What this person may try now. The ledger decides; this only keeps buttons away that it would refuse."""
        found: set[Action] = set()
        is_open = self.state in OPEN
        if is_open and not self.held_by_other:
            found.add("edit")
        if self.user.may_review:
            found |= self._reviewer(is_open)
        if is_open and self.user.role in ("reviewer", "admin"):
            found.add("assign")
        if self.state == "unknown" and self.user.role in ("reviewer", "admin"):
            found.add("resolve")
        return frozenset(found)

    def _reviewer(self, is_open: bool) -> set[Action]:
        found: set[Action] = set()
        if self.state == "waiting" and not self.held_by_other:
            found |= {"return", "reject"} if self.is_own else {"approve", "return", "reject"}
        if self.state == "queued":
            found.add("revoke")
        if is_open:
            found.add("take_over" if self.held_by_other else "release" if self.claim.holder else "claim")
        return found


def draft_view(services: Services, draft: str, user: User) -> DraftView:
    """Read one draft. Raises NotFound."""
    return DraftView(
        services=services,
        user=user,
        versions=services.ledger.versions(draft),
        state=services.ledger.state(draft),
        claim=services.desk.claims.of(draft),
        now=services.desk.clock(),
    )


_ANYONE = User(name="", role="csm")
"""Reasons for a place are shown to all, so they rest on what everyone may read."""


class Queue:
    """Lists drafts in the order in which they should be worked."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._words: dict[str, str] = {}

    def entries(self, filters: Filters, user: User) -> list[QueueEntry]:
        """Open drafts by priority and due time; with decided ones among them, the newest first after the open."""
        states = (filters.state,) if filters.state in get_args(DraftState) else _states(filters.view)
        choice = Choice(
            states=states, account=filters.account, author=filters.author, assignee=filters.assignee,
            words=filters.words[:200],
        )  # fmt: skip
        found = [self._entry(line) for line in self._services.desk.listing.lines(choice)]
        if filters.view == "mine":
            found = [e for e in found if user.name in (e.line.assignee, e.line.holder)]
        if filters.view == "overdue":
            found = [e for e in found if e.due <= self._services.desk.clock()]
        return sorted(found, key=lambda e: (not e.is_open, -e.priority.points if e.is_open else 0, *_time(e)))

    def _entry(self, line: DraftLine) -> QueueEntry:
        account = self._account(line.account)
        segment, plan = (account.segment, account.plan) if account else ("", "")
        filed = datetime.fromisoformat(line.filed_at)
        due = self._services.desk.levels.due(filed, segment)
        now = self._services.desk.clock()
        is_open = line.state in OPEN
        words = self._asked(line) if is_open else ""
        why = priority(words, segment=segment, plan=plan, filed_at=filed, due=due, now=now)
        return QueueEntry(line, account.name if account else line.account, why if is_open else Priority(()), due)

    def _account(self, account: str) -> Account | None:
        try:
            return self._services.crm.get(account)
        except NotFound:
            return None

    def _asked(self, line: DraftLine) -> str:
        """The customer's words. They do not change while a draft waits, and reading them takes a moment: kept."""
        if line.id not in self._words:
            if len(self._words) > 5000:
                self._words.clear()
            found = customer_words(self._services, line, line.evidence, _ANYONE)
            self._words[line.id] = "\n".join([line.subject, *(words.text for words in found)])
        return self._words[line.id]


def _states(view: QueueView) -> tuple[DraftState, ...]:
    return {"waiting": ("waiting",), "mine": OPEN, "overdue": OPEN, "all": ()}[view]


def _time(entry: QueueEntry) -> tuple[float]:
    if entry.is_open:
        return (entry.due.timestamp(),)
    return (-datetime.fromisoformat(entry.line.created_at).timestamp(),)
