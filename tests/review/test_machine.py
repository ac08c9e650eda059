"""Several people, a sender that fails in every way, and time: compared step by step with a truth kept outside.

The truth is a few plain dictionaries. It predicts whether each act is allowed, and what the provider may be asked.
In CI 300 runs of 50 steps; `make nightly` makes it 5,000 of 100. What a whole test exercised is counted and must be
enough, or the test proves nothing.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from banso.core.settings import Settings
from banso.core.users import User
from banso.review.channels.base import NotSent, Unsure
from banso.review.message import Outgoing
from banso.review.refusal import Refused
from banso.review.rows import VALID
from banso.review.sender import BACKOFF, LEASE, TRIES, Sender
from tests.review.conftest import PEOPLE, World, populate

WHO = st.sampled_from([*PEOPLE, "ghost"])
TEMPLATE = Path(tempfile.mkdtemp()) / "template.db"
RUNS, STEPS = (5_000, 100) if os.environ.get("NIGHTLY") else (300, 50)
ENOUGH = {"asked to send": 50, "approved": 100, "denied": 1_000, "revoked": 10, "sender died": 10}
"""What one whole test must have exercised."""


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


class Review(RuleBasedStateMachine):
    drafts = Bundle("drafts")
    tally: ClassVar[Counter[str]] = Counter()

    @initialize(idempotent=st.booleans())
    def start(self, idempotent: bool) -> None:
        self.folder = Path(tempfile.mkdtemp())
        if not TEMPLATE.exists():
            populate(f"sqlite:///{TEMPLATE}")
        shutil.copy(TEMPLATE, self.folder / "banso.db")
        self.world, self.provider = World(Settings(data=self.folder)), Provider(idempotent)
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
            self.tally["denied"] += 1
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
            self.tally["approved"] += 1

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
            self.tally["revoked"] += revoke

    @rule(draft=drafts, who=WHO, outcome=st.sampled_from(["sent", "cancelled"]))
    def resolve(self, draft: str, who: str, outcome: str) -> None:
        t = self.truth[draft]
        allowed = t.outbox == "unknown" and PEOPLE.get(who) in ("reviewer", "admin")

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
        expected = self.predict(mood, asked) if not self.paused else set()
        assert asked == expected
        self.tally["asked to send"] += len(asked)
        self.tally["sender died"] += mood == "dies" and bool(asked)

    def predict(self, mood: str, asked: set[str]) -> set[str]:
        """Bring the truth to after this pass; returns the drafts the provider should have been asked to send."""
        now = self.world.now
        due = [d for d, t in self.truth.items() if t.outbox == "queued" or (t.again is not None and t.again <= now)]
        if mood == "dies":
            # The order of approval decides whom death meets and who is not reached; the sender's records tell.
            state = {item.id: item.state for item in self.world.ledger.queue(limit=10_000)}
            due = [d for d in due if d in asked or state[d] != self.truth[d].outbox]
        return {draft for draft in due if self.try_once(self.truth[draft], mood)}

    def try_once(self, t: Truth, mood: str) -> bool:
        """What one try makes of a draft; returns whether the provider is asked."""
        if t.crashed and not self.provider.idempotent:
            t.outbox, t.again, t.crashed = "unknown", None, False
            return False
        t.attempts += 1
        t.again, t.crashed = None, False
        if mood == "dies":
            t.outbox, t.crashed, t.again = "sending", True, self.world.now + LEASE
        elif (mood == "down" or (mood == "unsure" and self.provider.idempotent)) and t.attempts < TRIES:
            t.outbox, t.again = "sending", self.world.now + BACKOFF * t.attempts
        else:
            t.outbox = "sent" if mood == "fine" else "unknown"
        return mood in ("fine", "unsure", "dies")

    @rule(hours=st.sampled_from([0.1, 0.2, 1, 30, 80]))
    def wait(self, hours: float) -> None:
        self.world.now += timedelta(hours=hours)

    # --- what must always hold ---------------------------------------------------------------------------------------

    @invariant()
    def the_promise(self) -> None:
        if not hasattr(self, "provider"):
            return
        sent = [(message.key, message.to_bytes()) for message in self.provider.asked]
        different = set(sent) if self.provider.idempotent else sent
        assert len(different) == len({key for key, _ in sent}), "a message was doubled, or repeated with other bytes"
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


@pytest.mark.timeout(0 if os.environ.get("NIGHTLY") else 600)
def test_whatever_people_and_crashes_do_the_promise_holds() -> None:
    Review.tally.clear()
    run_state_machine_as_test(
        Review,
        settings=settings(
            max_examples=RUNS, stateful_step_count=STEPS, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
    print(f"exercised in {RUNS} runs of {STEPS} steps: {dict(Review.tally)}")
    assert {name: Review.tally[name] for name, least in ENOUGH.items() if Review.tally[name] < least} == {}
