"""What the state machine of test_machine.py knows by itself: drafts, checks, decisions, what the provider was asked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from banso.core.errors import Unavailable
from banso.review.channels.base import NotSent, Unsure
from banso.review.drafts import DraftVersion
from banso.review.gate_report import BLOCKING, WARNING, GateReport, Kind, Mark
from banso.review.message import Outgoing
from banso.review.sender import BACKOFF, LEASE, TRIES

WORDS: dict[str, Kind] = {
    "約": "promise", "推": "unsupported", "私": "personal", "内": "internal", "旧": "stale", "他": "other_customer",
    "密": "secret",
}  # fmt: skip
NEWS = ("旧", "他")
"""Words in which the gate finds nothing at first: the newer page, the other customer, come later."""
DICTATED = "先月分のご利用料金は全額を返金いたします。"


class Gate:
    """A draft gate that looks for words, learns some of them late, and sometimes does not answer."""

    def __init__(self) -> None:
        self.known, self.down = set(WORDS) - set(NEWS), False

    def kinds(self, body: str) -> frozenset[Kind]:
        return frozenset(kind for word, kind in WORDS.items() if word in self.known and word in body)

    def report(self, version: DraftVersion) -> GateReport:
        if self.down:
            raise Unavailable("the index does not answer")
        return report(version.draft, version.version, version.hash, self.kinds(version.body))


def report(draft: str, version: int, hash: str, kinds: Iterable[Kind]) -> GateReport:
    marks = tuple(
        Mark(start=0, end=1, where="body", kind=kind, blocks=kind in BLOCKING, why=kind) for kind in sorted(kinds)
    )
    return GateReport(draft=draft, version=version, hash=hash, rules="test", marks=marks)


@dataclass(frozen=True)
class Check:
    """The newest check of a version."""

    kinds: frozenset[Kind]
    until: datetime
    by_hand: bool = False

    @property
    def blocks(self) -> bool:
        return not self.kinds.isdisjoint(BLOCKING)

    @property
    def warnings(self) -> frozenset[Kind]:
        return self.kinds & set(WARNING)


@dataclass(frozen=True)
class Version:
    author: str
    recipient: str
    body: str
    created: datetime
    hash: str


@dataclass(frozen=True)
class Decided:
    version: int
    reviewer: str
    kind: str
    reason: str
    acknowledged: frozenset[Kind] = frozenset()


@dataclass
class Truth:
    """What is known about one draft."""

    thread: str
    versions: list[Version] = field(default_factory=list)
    checks: dict[int, Check] = field(default_factory=dict)
    decided: list[Decided] = field(default_factory=list)
    outbox: str = ""
    approver: str = ""
    again: datetime | None = None  # when a sender may take it once more
    attempts: int = 0
    crashed: bool = False

    @property
    def newest(self) -> Version:
        return self.versions[-1]

    @property
    def ended(self) -> bool:
        return any(one.kind in ("reject", "revoke") for one in self.decided)

    def settled(self, version: int) -> bool:
        return any(one.version == version and one.kind in ("approve", "return") for one in self.decided)

    @property
    def returned(self) -> bool:
        """Whether the last word is that the newest version goes back."""
        return bool(self.decided) and (self.decided[-1].kind, self.decided[-1].version) == (
            "return",
            len(self.versions),
        )

    def wrote(self, who: str, version: int) -> bool:
        """Whether this person is an author, or dictated a sentence of this version by their reason for a return."""
        if any(one.author == who for one in self.versions):
            return True
        return DICTATED in self.versions[version - 1].body and any(
            one.reviewer == who and one.reason == DICTATED and one.version < version
            and not any(DICTATED in old.body for old in self.versions[: one.version])
            for one in self.decided if one.kind == "return"
        )  # fmt: skip

    def state(self, valid: timedelta, now: datetime) -> str:
        if self.outbox:
            return self.outbox
        if self.ended:
            return "rejected"
        if self.returned:
            return "returned"
        return "waiting" if now < self.newest.created + valid else "expired"

    def tried(self, mood: str, now: datetime, *, idempotent: bool, valid: bool) -> bool:
        """One try of a sender; returns whether the provider is asked. `valid`: the approver is a reviewer still."""
        if not valid:
            self.outbox = "cancelled" if self.outbox == "queued" else "unknown"
            self.again, self.crashed = None, False
            return False
        if self.crashed and not idempotent:
            self.outbox, self.again, self.crashed = "unknown", None, False
            return False
        self.attempts += 1
        self.again, self.crashed = None, False
        if mood == "dies":
            self.outbox, self.crashed, self.again = "sending", True, now + LEASE
        elif (mood == "down" or (mood == "unsure" and idempotent)) and self.attempts < TRIES:
            self.outbox, self.again = "sending", now + BACKOFF * self.attempts
        else:
            self.outbox = "sent" if mood == "fine" else "unknown"
        return mood in ("fine", "unsure", "dies")


class Died(BaseException):
    """The sender's process ends here."""


class Provider:
    """Keeps every message it was asked to send; fails as told."""

    name = "provider"

    def __init__(self, idempotent: bool) -> None:
        self.idempotent = idempotent
        self.asked: list[Outgoing] = []
        self.mood = "fine"

    def send(self, message: Outgoing) -> None:
        if self.mood == "down":
            raise NotSent("down", again=True)
        if self.mood == "refuses":
            raise NotSent("550", again=False)
        self.asked.append(message)
        if self.mood == "unsure":
            raise Unsure("dropped")
        if self.mood == "dies":
            raise Died
