"""Several people, a sender that fails in every way, and time: compared step by step with a truth kept outside.

The truth is a few plain dictionaries. It predicts whether each act is allowed, and what the provider may be asked.
"""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, multiple, rule

from banso.core.settings import Settings
from banso.core.users import User
from banso.review.channels.base import NotSent, Unsure
from banso.review.ledger import VALID
from banso.review.message import Outgoing
from banso.review.refusal import Refused
from banso.review.sender import BACKOFF, LEASE, TRIES, Sender
from tests.review.conftest import PEOPLE, World, populate

WHO = st.sampled_from([*PEOPLE, "ghost"])
TEMPLATE = Path(tempfile.mkdtemp()) / "template.db"


@dataclass
class Truth:
    """What is known about one draft."""

    versions: list[tuple[str, str, datetime]] = field(default_factory=list)  # author, body, created
    hashes: list[str] = field(default_factory=list)
    decided: dict[int, str] = field(default_factory=dict)  # version -> approve | return
    ended: bool = False  # rejected or revoked
    outbox: str = ""
    again: datetime | None = None  # when a sender may take it once more
    attempts: int = 0
    crashed: bool = False


class Died(BaseException):
    """The sender's process ends here."""


class Provider:
    """Keeps every message it was asked to send; fails as told."""

    name, idempotent = "provider", False

    def __init__(self) -> None:
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


class Review(RuleBasedStateMachine):
    drafts = Bundle("drafts")

    @initialize()
    def start(self) -> None:
        self.folder = Path(tempfile.mkdtemp())
        if not TEMPLATE.exists():
            populate(f"sqlite:///{TEMPLATE}")
        shutil.copy(TEMPLATE, self.folder / "banso.db")
        self.world, self.provider = World(Settings(data=self.folder)), Provider()
        self.sender = Sender(self.world.database, self.provider, "s@example.jp", self.world.store)
        self.truth: dict[str, Truth] = {}
        self.paused = False

    def teardown(self) -> None:
        if hasattr(self, "world"):
            assert self.world.ledger.verify_audit().problems == ()
            self.world.database.close()
            shutil.rmtree(self.folder)

    def user(self, name: str) -> User:
        return User(name=name, role="reviewer")  # everyone claims to be a reviewer

    def expect(self, allowed: bool, act: object) -> object:
        try:
            result = act()  # type: ignore[operator]
        except Refused:
            assert not allowed, "refused, though it should have been allowed"
            return None
        assert allowed, "allowed, though it should have been refused"
        return result

    # --- people ------------------------------------------------------------------------------------------------------

    @rule(target=drafts, who=WHO, body=st.text("あa\r\n\u202e", min_size=0, max_size=4))
    def file(self, who: str, body: str) -> object:
        text = body + "。"
        made = self.expect(who in PEOPLE, lambda: self.world.ledger.file("A-1", "y@example.jp", "件名", text, (), who))
        if made is None:
            return multiple()
        self.truth[made.draft] = Truth([(who, text, self.world.now)], [made.hash])  # type: ignore[attr-defined]
        return made.draft  # type: ignore[attr-defined]

    @rule(target=drafts, who=st.sampled_from(["aoki", "mori"]), decided=st.booleans())
    def file_ready(self, who: str, decided: bool) -> object:
        """The usual way, so that the rarer acts have something to act on."""
        draft = self.file(who, "本文")
        if decided:
            self.approve(draft, "sato", 0, False)  # type: ignore[arg-type]
        return draft

    @rule(draft=drafts, who=WHO, behind=st.sampled_from([0, 0, 0, 1]), body=st.sampled_from(["一", "二", " "]))
    def edit(self, draft: str, who: str, behind: int, body: str) -> None:
        t = self.truth[draft]
        seen = len(t.versions) - min(behind, len(t.versions) - 1)
        allowed = who in PEOPLE and body != " " and not t.outbox and not t.ended and seen == len(t.versions)
        made = self.expect(
            allowed,
            lambda: self.world.ledger.edit(draft, seen, editor=self.user(who), subject="件名", body=body),
        )
        if made is not None:
            t.versions.append((who, body, self.world.now))
            t.hashes.append(made.hash)  # type: ignore[attr-defined]

    @rule(draft=drafts, who=st.sampled_from(["sato", "mori", "sato", "mori", "baba", "root", "ghost"]),
          behind=st.sampled_from([0, 0, 0, 1]), wrong=st.sampled_from([False, False, False, True]))  # fmt: skip
    def approve(self, draft: str, who: str, behind: int, wrong: bool) -> None:
        t = self.truth[draft]
        version = len(t.versions) - min(behind, len(t.versions) - 1)
        hash = "0" * 64 if wrong else t.hashes[version - 1]
        allowed = (
            PEOPLE.get(who) == "reviewer"
            and all(author != who for author, _, _ in t.versions)
            and version == len(t.versions)
            and not wrong
            and version not in t.decided
            and not t.ended
            and self.world.now < t.versions[-1][2] + VALID
        )
        made = self.expect(allowed, lambda: self.world.ledger.approve(draft, version, hash, reviewer=self.user(who)))
        if made is not None:
            t.decided[version], t.outbox = "approve", "queued"

    @rule(draft=drafts, who=WHO)
    def return_(self, draft: str, who: str) -> None:
        t, version = self.truth[draft], len(self.truth[draft].versions)
        allowed = PEOPLE.get(who) == "reviewer" and version not in t.decided and not t.ended
        if self.expect(
            allowed,
            lambda: self.world.ledger.return_(draft, version, t.hashes[-1], reviewer=self.user(who), reason="r"),
        ):
            t.decided[version] = "return"

    @rule(draft=drafts, who=WHO, revoke=st.booleans())
    def end(self, draft: str, who: str, revoke: bool) -> None:
        t = self.truth[draft]
        ledger, user = self.world.ledger, self.user(who)
        possible = t.outbox == "queued" if revoke else t.outbox in ("", "queued")
        allowed = PEOPLE.get(who) == "reviewer" and not t.ended and possible
        if revoke:
            done = self.expect(allowed, lambda: ledger.revoke(draft, reviewer=user, reason="r"))
        else:
            version = len(t.versions)
            done = self.expect(allowed, lambda: ledger.reject(draft, version, t.hashes[-1], reviewer=user, reason="r"))
        if done is not None:
            t.ended, t.outbox = True, "cancelled" if t.outbox else ""

    @rule(draft=drafts, who=WHO, outcome=st.sampled_from(["sent", "cancelled"]))
    def resolve(self, draft: str, who: str, outcome: str) -> None:
        t = self.truth[draft]
        allowed = t.outbox == "unknown" and who in PEOPLE

        def act() -> bool:
            self.world.ledger.resolve(draft, outcome, user=self.user(who))
            return True

        if self.expect(allowed, act):
            t.outbox = outcome

    @rule(who=WHO, on=st.booleans())
    def switch(self, who: str, on: bool) -> None:
        def act() -> bool:
            (self.world.ledger.resume if on else self.world.ledger.pause)(admin=self.user(who))
            return True

        if self.expect(PEOPLE.get(who) == "admin", act):
            self.paused = not on

    # --- the sender and time -----------------------------------------------------------------------------------------

    @rule(mood=st.sampled_from(["fine", "fine", "fine", "down", "refuses", "unsure", "dies"]))
    def send(self, mood: str) -> None:
        self.provider.mood = mood
        before = len(self.provider.asked)
        with contextlib.suppress(Died):
            self.sender.send_all()
        asked = {message.key.split(".")[0] for message in self.provider.asked[before:]}
        expected = self.predict(mood) if not self.paused else set()
        assert asked == expected

    def predict(self, mood: str) -> set[str]:
        """Bring the truth to after this pass; returns the drafts the provider is asked to send."""
        now, asked = self.world.now, set()
        order = {item.id: item for item in self.world.ledger.queue()}
        due = [d for d, t in self.truth.items() if t.outbox == "queued" or (t.again is not None and t.again <= now)]
        if mood == "dies":
            # The order of approval decides whom death meets; read it from the sender's own records.
            due = [d for d in due if order[d].state != self.truth[d].outbox or self.truth[d].crashed or self.took(d)]
        for draft in due:
            t = self.truth[draft]
            if t.crashed:
                t.outbox, t.again, t.crashed = "unknown", None, False
                continue
            t.attempts += 1
            t.again = None
            if mood == "dies":
                t.outbox, t.crashed, t.again = "sending", True, now + LEASE
                asked.add(draft)
            elif mood == "down" and t.attempts < TRIES:
                t.outbox, t.again = "sending", now + BACKOFF * t.attempts
            elif mood == "fine":
                t.outbox = "sent"
                asked.add(draft)
            else:
                t.outbox = "unknown"
                asked |= {draft} if mood == "unsure" else set()
        return asked

    def took(self, draft: str) -> bool:
        last = self.world.ledger.events(draft)[-1]
        return last.what == "sending" and any(m.key.startswith(draft) for m in self.provider.asked)

    @rule(hours=st.sampled_from([0.1, 0.2, 1, 30, 80]))
    def wait(self, hours: float) -> None:
        self.world.now += timedelta(hours=hours)

    # --- what must always hold ---------------------------------------------------------------------------------------

    @invariant()
    def the_promise(self) -> None:
        if not hasattr(self, "provider"):
            return
        keys = [message.key for message in self.provider.asked]
        assert len(keys) == len(set(keys)), "a message was doubled"
        for message in self.provider.asked:
            t = self.truth[message.key.split(".")[0]]
            version = next(n for n, kind in t.decided.items() if kind == "approve")
            assert version == len(t.versions)
            assert message.body == t.versions[-1][1]

    @invariant()
    def the_states_agree(self) -> None:
        for draft, t in getattr(self, "truth", {}).items():
            state = self.world.ledger.state(draft)
            if t.outbox:
                assert state == t.outbox
            elif t.ended:
                assert state == "rejected"
            elif t.decided.get(len(t.versions)) == "return":
                assert state == "returned"
            else:
                assert state == ("waiting" if self.world.now < t.versions[-1][2] + VALID else "expired")


TestReview = Review.TestCase
TestReview.settings = settings(
    max_examples=40, stateful_step_count=35, deadline=None, suppress_health_check=list(HealthCheck)
)
