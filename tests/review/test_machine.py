"""Several people, a gate that learns, a sender that fails in every way, and time: compared step by step with a truth
kept outside.

The truth (tests/review/truth.py) is a few plain dictionaries. It predicts whether each act is allowed, and what the
provider may be asked. In CI 300 runs of 50 steps; `make nightly` makes it 5,000 of 100. What a whole test exercised is
counted and must be enough, or the test proves nothing.
"""

from __future__ import annotations

import contextlib
import logging
import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import ClassVar, TypeVar

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

from banso.core.errors import Unavailable
from banso.core.settings import Settings
from banso.core.users import User, Users
from banso.review.drafts import DraftVersion
from banso.review.gate_report import WARNING, Kind, joined
from banso.review.ledger import CHECK_RULES, Ledger
from banso.review.refusal import Refused
from banso.review.rows import CHECK_VALID, VALID, insert_check
from banso.review.sender import Sender
from banso.review.store import stamp
from tests.review.conftest import PEOPLE, World, populate
from tests.review.truth import DICTATED, NEWS, Check, Decided, Died, Gate, Provider, Truth, Version, report

pytestmark = pytest.mark.slow

T = TypeVar("T")
MEMORY = Path("/dev/shm") if os.access("/dev/shm", os.W_OK) else None
"""Where databases of one run lie: in memory where the system has such a folder, since each step waits for its disk."""
WHO = st.sampled_from([*PEOPLE, "ghost"])
BODY = st.sampled_from(["本文", "本文", "約束", "約と推", "旧情報", "他社", "密"]) | st.text(
    "あ約私内\r\n\u202e", max_size=4
)
SEEN = st.sampled_from(["exact"] * 5 + ["stored", "nothing", "one missing", "one more", "another"])
BEFORE = st.sampled_from(["", "", "", "minutes", "days", "by hand", *NEWS])
FORGED = st.sampled_from(["another text", "no version", "out of order", "rewritten", "taken away", "by hand"])
RUNS, STEPS = (5_000, 100) if os.environ.get("NIGHTLY") else (300, 50)
ENOUGH = {
    **{"asked to send": 50, "approved": 100, "denied": 1_000, "revoked": 10, "sender died": 10},
    **{"approved with warnings": 30, "not acknowledged": 30, "blocked": 30, "unchecked": 20, "forged": 100},
    **{"approved after a forged check": 5, "approved without a gate": 5, "redrafted": 10, "sent after a redraft": 3},
    **({"approver gone": 3} if RUNS > 1_000 else {}),  # rare: a short run may not come by it
    "dictated": 1,
}
"""What one whole test must have exercised."""
CHECK = (
    "INSERT INTO draft_checks VALUES (:draft, :version, (SELECT COALESCE(MAX(ordinal), 0) + :skip FROM draft_checks"
    " WHERE draft = :draft AND version = :version), :hash, 'test', 0, '', :report, :now, :until)"
)


class Review(RuleBasedStateMachine):
    drafts = Bundle("drafts")
    tally: ClassVar[Counter[str]] = Counter()
    folder: ClassVar[Path]

    @initialize(idempotent=st.booleans())
    def start(self, idempotent: bool) -> None:
        self.data = Path(tempfile.mkdtemp(dir=self.folder))
        shutil.copy(self.folder / "template.db", self.data / "banso.db")
        self.world, self.gate, self.provider = World(Settings(data=self.data)), Gate(), Provider(idempotent)
        self.world.gate = self.gate
        self.gated, self.gateless = self.world.open(), self.ledger()
        self.sender = Sender(self.world.database, self.provider, "s@example.jp", self.world.store)
        self.truth: dict[str, Truth] = {}
        self.roles, self.paused = dict(PEOPLE), False

    def ledger(self) -> Ledger:
        """A ledger of a program that forgot the gate."""
        return Ledger(self.world.database, clock=self.world.clock, head=self.data / "audit.head")

    def teardown(self) -> None:
        if hasattr(self, "world"):
            self.tally["steps"] += self.steps
            self.the_states_agree()
            self.the_records_agree()
            assert self.gated.verify_audit().problems == ()
            self.world.database.close()
            shutil.rmtree(self.data)
            self.tally["runs"] += 1
            if self.tally["runs"] % 500 == 0:
                print(f"{self.tally['runs']} runs: {dict(sorted(self.tally.items()))}", flush=True)

    def user(self, name: str) -> User:
        return User(name=name, role="reviewer")  # everyone claims to be a reviewer

    def reviews(self, name: str) -> bool:
        return self.roles.get(name) == "reviewer"

    def expect(self, allowed: bool, act: Callable[[], T]) -> T | None:
        try:
            result = act()
        except Refused as refused:
            assert not allowed, f"refused ({refused.rule}), though it should have been allowed"
            self.tally["denied"] += 1
            self.tally[f"by {refused.rule}"] += 1
            return None
        assert allowed, "allowed, though it should have been refused"
        return result

    # --- texts -------------------------------------------------------------------------------------------------------

    def filed(self, t: Truth, made: DraftVersion, author: str) -> None:
        now = self.world.now
        t.versions.append(Version(author, made.recipient, made.body, now, made.hash))
        self.looked(t, len(t.versions))

    def looked(self, t: Truth, version: int) -> None:
        """The gate has looked at the version now."""
        if not self.gate.down:
            t.checks[version] = Check(self.gate.kinds(t.versions[version - 1].body), self.world.now + CHECK_VALID)

    @rule(target=drafts, who=WHO, body=BODY, thread=st.sampled_from(["", "th_1"]))
    def file(self, who: str, body: str, thread: str) -> object:
        text, to = body + "。", "y@example.jp"
        made = self.expect(who in PEOPLE, lambda: self.gated.file("A-1", to, "件名", text, (), who, thread))
        if made is None:
            return multiple()
        self.truth[made.draft] = Truth(thread)
        self.filed(self.truth[made.draft], made, who)
        return made.draft

    @rule(target=drafts, who=st.sampled_from(["aoki", "mori"]), body=st.sampled_from(["本文", "本文", "約束"]),
          then=st.sampled_from(["wait", "wait", "approve", "approve", "revoke"]))  # fmt: skip
    def file_ready(self, who: str, body: str, then: str) -> object:
        """The usual way, so that the rarer acts have something to act on."""
        draft = str(self.file(who, body, "th_1"))
        if then != "wait":
            self.approve(draft, "sato", 0, "", "exact", True)
        if then == "revoke":
            self.end(draft, "sato", True)
        return draft

    @rule(target=drafts, body=st.sampled_from(["約束", "約と推", "旧情報", "他社", "密"]), first=BEFORE, seen=SEEN,
          gate=st.booleans())  # fmt: skip
    def file_doubtful(self, body: str, first: str, seen: str, gate: bool) -> object:
        """The usual way of a text in which the gate finds something, now or when it knows more."""
        draft = str(self.file("aoki", body, "th_1"))
        if first in ("minutes", "days"):
            self.world.now += CHECK_VALID if first == "minutes" else VALID
        elif first == "by hand":
            self.forge_a_check(draft, first)
        elif first:
            self.news(first, False)
        self.approve(draft, "mori", 0, "", seen, gate)
        return draft

    @rule(draft=drafts, who=WHO, behind=st.sampled_from([0, 0, 0, 1]),
          body=st.sampled_from(["一", "約束", "他社", " "]), to=st.sampled_from([None, None, "zendesk:7"]))  # fmt: skip
    def edit(self, draft: str, who: str, behind: int, body: str, to: str | None) -> None:
        t = self.truth[draft]
        seen = len(t.versions) - min(behind, len(t.versions) - 1)
        allowed = who in PEOPLE and body != " " and not t.outbox and not t.ended and seen == len(t.versions)
        user = self.user(who)
        made = self.expect(
            allowed, lambda: self.gated.edit(draft, seen, editor=user, subject="件名", body=body, recipient=to)
        )
        if made is not None:
            assert made.recipient == (to or t.newest.recipient)
            self.filed(t, made, who)

    @rule(draft=drafts, who=st.sampled_from(["", "", "", "baba"]),
          body=st.sampled_from(["直し", "約束", "旧情報", DICTATED]),
          forged=st.sampled_from(["", "", "", "thread", "account"]))  # fmt: skip
    def redraft(self, draft: str, who: str, forged: str, body: str) -> None:
        """The agent writes again, for this person, in this conversation."""
        t, author = self.truth[draft], who or self.truth[draft].versions[0].author
        thread, account = "th_2" if forged == "thread" else t.thread, "B-2" if forged == "account" else "A-1"
        allowed = (
            t.returned and not t.ended and not t.outbox and author == t.versions[0].author and not forged
            and t.thread != "" and body != t.newest.body
        )  # fmt: skip
        made = self.expect(
            allowed,
            lambda: self.gated.redraft(draft, account=account, author=author, thread=thread, subject="件名", body=body,
                                       recipient=t.newest.recipient, evidence=()),
        )  # fmt: skip
        if made is not None:
            self.filed(t, made, author)
            self.tally["redrafted"] += 1

    # --- checks ------------------------------------------------------------------------------------------------------

    @rule(word=st.sampled_from(NEWS), down=st.sampled_from([False, False, True]))
    def news(self, word: str, down: bool) -> None:
        """A newer page or another customer is known from now on; or the gate stops answering, or answers again."""
        self.gate.known.add(word)
        self.gate.down = down

    @rule(draft=drafts)
    def look_again(self, draft: str) -> None:
        t = self.truth[draft]
        version = self.gated.latest(draft)
        if not self.gate.down:
            self.world.store.write(lambda w: insert_check(w, self.gate.report(version)))
        self.looked(t, version.version)

    @rule(draft=drafts, how=FORGED)
    def forge_a_check(self, draft: str, how: str) -> None:
        t, version = self.truth[draft], len(self.truth[draft].versions)
        hash, until = "0" * 64 if how == "another text" else t.newest.hash, self.world.now + CHECK_VALID
        values = {
            "draft": draft, "version": version + (how == "no version"), "skip": 2 if how == "out of order" else 1,
            "hash": hash, "now": stamp(self.world.now), "until": stamp(until),
            "report": report(draft, version, hash, ()).model_dump_json(),
        }  # fmt: skip
        statements = {
            "rewritten": "UPDATE draft_checks SET blocking = 0, warnings = '' WHERE draft = :draft",
            "taken away": "DELETE FROM draft_checks WHERE draft = :draft",
        }
        if how in statements and not t.checks:
            return  # there is nothing to change
        values = {"draft": draft} if how in statements else values
        done = self.expect(how == "by hand", lambda: self.world.sql(statements.get(how, CHECK), **values))
        if done is not None:
            t.checks[version] = Check(frozenset(), until, by_hand=True)
        self.tally["forged"] += 1

    # --- decisions ---------------------------------------------------------------------------------------------------

    @rule(draft=drafts, who=st.sampled_from(["sato", "mori", "sato", "mori", "baba", "root", "ghost"]),
          behind=st.sampled_from([0, 0, 0, 1]), wrong=st.sampled_from(["", "", "", "0" * 64]),
          seen=SEEN, gate=st.sampled_from([True, True, True, False]))  # fmt: skip
    def approve(self, draft: str, who: str, behind: int, wrong: str, seen: str, gate: bool) -> None:
        t = self.truth[draft]
        version = len(t.versions) - min(behind, len(t.versions) - 1)
        stored, now = t.checks.get(version), self.world.now
        # A program that forgets the gate is caught by the database; one that also writes checks by hand is a liar that
        # no database can tell, and not what this is about.
        gate = gate or (stored is not None and stored.by_hand)
        live = Check(self.gate.kinds(t.versions[version - 1].body), now + CHECK_VALID) if gate else stored
        warned = acknowledged(seen, live.warnings if live else frozenset(), stored.warnings if stored else frozenset())
        eligible = self.eligible(t, who, version) and not wrong
        fits = live is not None and now < live.until and not live.blocks and set(warned) == live.warnings
        ledger, hash, user = (
            self.gated if gate else self.gateless,
            wrong or t.versions[version - 1].hash,
            self.user(who),
        )
        if gate and self.gate.down:
            with pytest.raises(Unavailable):
                ledger.approve(draft, version, hash, reviewer=user, acknowledged=warned)
            return
        made = self.expect(
            eligible and fits, lambda: ledger.approve(draft, version, hash, reviewer=user, acknowledged=warned)
        )
        self.count(live, now, eligible=eligible, acknowledged=set(warned))
        if made is not None:
            forged = stored is not None and stored.by_hand
            self.tally["approved"] += 1
            self.tally["approved with warnings"] += bool(warned)
            self.tally["approved without a gate"] += not gate
            self.tally["approved after a forged check"] += forged
            t.decided.append(Decided(version, who, "approve", "", frozenset(warned)))
            t.outbox, t.approver = "queued", who
        if gate and eligible and live:
            t.checks[version] = live  # stored with the approval, and also when it alone was the reason to refuse

    def eligible(self, t: Truth, who: str, version: int) -> bool:
        """Whether this person could approve this version, whatever the gate says."""
        return (
            self.reviews(who) and not t.wrote(who, version) and version == len(t.versions)
            and not t.settled(version) and not t.ended and self.world.now < t.newest.created + VALID
        )  # fmt: skip

    def count(self, live: Check | None, now: datetime, *, eligible: bool, acknowledged: set[Kind]) -> None:
        if eligible:
            dead = live is None or live.until <= now
            self.tally["unchecked"] += dead
            self.tally["blocked"] += live is not None and not dead and live.blocks
            self.tally["not acknowledged"] += live is not None and not dead and live.warnings != acknowledged

    @rule(draft=drafts, who=WHO, reason=st.sampled_from(["r", DICTATED]))
    def return_(self, draft: str, who: str, reason: str) -> None:
        t, version = self.truth[draft], len(self.truth[draft].versions)
        hash, user = t.newest.hash, self.user(who)
        allowed = self.reviews(who) and not t.settled(version) and not t.ended
        if self.expect(allowed, lambda: self.gated.return_(draft, version, hash, reviewer=user, reason=reason)):
            t.decided.append(Decided(version, who, "return", reason))

    @rule(target=drafts, body=st.sampled_from(["直し", DICTATED]), who=st.sampled_from(["sato", "mori"]))
    def send_back_and_redraft(self, body: str, who: str) -> object:
        """The usual way of a draft that was not good enough: sent back, written again, approved by someone."""
        draft = str(self.file("aoki", "本文", "th_1"))
        self.return_(draft, "sato", DICTATED)
        self.redraft(draft, "", "", body)
        before = self.tally["by decision_dictated"]
        self.approve(draft, who, 0, "", "exact", True)
        self.tally["dictated"] += self.tally["by decision_dictated"] - before
        return draft

    @rule(draft=drafts, who=WHO, revoke=st.booleans())
    def end(self, draft: str, who: str, revoke: bool) -> None:
        t, ledger, user = self.truth[draft], self.gated, self.user(who)
        possible = t.outbox == "queued" if revoke else t.outbox in ("", "queued")
        allowed, version, hash = self.reviews(who) and not t.ended and possible, len(t.versions), t.newest.hash
        if revoke:
            done = self.expect(allowed, lambda: ledger.revoke(draft, reviewer=user, reason="r"))
        else:
            done = self.expect(allowed, lambda: ledger.reject(draft, version, hash, reviewer=user, reason="r"))
        if done is not None:
            t.decided.append(Decided(version, who, "revoke" if revoke else "reject", "r"))
            t.outbox = "cancelled" if t.outbox else ""
            self.tally["revoked"] += revoke

    @rule(draft=drafts, who=WHO, outcome=st.sampled_from(["sent", "cancelled"]))
    def resolve(self, draft: str, who: str, outcome: str) -> None:
        t, user = self.truth[draft], self.user(who)
        allowed = t.outbox == "unknown" and self.roles.get(who) in ("reviewer", "admin")
        if self.expect(allowed, lambda: self.gated.resolve(draft, outcome, user=user) or True):
            t.outbox = outcome

    @rule(who=st.sampled_from(["root", "root", "root", "sato", "ghost"]), on=st.sampled_from([True, True, False]))
    def switch(self, who: str, on: bool) -> None:
        act, admin = self.gated.resume if on else self.gated.pause, self.user(who)
        if self.expect(self.roles.get(who) == "admin", lambda: act(admin=admin) or True):
            self.paused = not on

    @rule(who=st.sampled_from(["sato", "mori", "baba"]), gone=st.sampled_from([False, False, True]))
    def appoint(self, who: str, gone: bool) -> None:
        """A role is given or taken; what the reviewer approved and nobody has sent then stays."""
        self.roles[who] = Users(self.world.database).set_role(who, "csm" if gone else PEOPLE[who]).role

    # --- the sender and time -----------------------------------------------------------------------------------------

    @rule(mood=st.sampled_from(["fine", "fine", "fine", "down", "refuses", "unsure", "dies"]))
    def send(self, mood: str) -> None:
        self.provider.mood = mood
        before = len(self.provider.asked)
        with contextlib.suppress(Died):
            self.sender.send_all()
        messages = self.provider.asked[before:]
        asked = {message.key.split(".")[0] for message in messages}
        assert len(asked) == len(messages)
        assert asked == (self.predict(mood, asked) if not self.paused else set())
        for message in messages:
            t = self.truth[message.key.split(".")[0]]
            last = t.decided[-1]
            assert (last.kind, last.version) == ("approve", len(t.versions))
            assert (message.recipient, message.subject, message.body) == (t.newest.recipient, "件名", t.newest.body)
            self.tally["sent after a redraft"] += any(one.kind == "return" for one in t.decided)
        self.tally["asked to send"] += len(asked)
        self.tally["sender died"] += mood == "dies" and bool(asked)

    def predict(self, mood: str, asked: set[str]) -> set[str]:
        """Bring the truth to after this pass; returns the drafts the provider should have been asked to send."""
        now = self.world.now
        due = [d for d, t in self.truth.items() if t.outbox == "queued" or (t.again is not None and t.again <= now)]
        if mood == "dies":
            # The order of approval decides whom death meets and who is not reached; the sender's records tell.
            state = {item.id: item.state for item in self.gated.queue(limit=10_000)}
            due = [d for d in due if d in asked or state[d] != self.truth[d].outbox]
        gone = [d for d in due if not self.reviews(self.truth[d].approver)]
        self.tally["approver gone"] += len(gone)
        tried = [self.truth[d].tried(mood, now, idempotent=self.provider.idempotent, valid=d not in gone) for d in due]
        return {draft for draft, was_asked in zip(due, tried, strict=True) if was_asked}

    @rule(hours=st.sampled_from([0.1, 0.2, 1, 30, 80]))
    def wait(self, hours: float) -> None:
        self.world.now += timedelta(hours=hours)

    # --- what must always hold ---------------------------------------------------------------------------------------

    @invariant()
    def look_now_and_then(self) -> None:
        """What went wrong stays wrong, so that every fifth step and the end are enough, at a fifth of the cost."""
        self.steps = getattr(self, "steps", 0) + 1
        if self.steps % 5 == 0:
            self.the_states_agree()

    def the_states_agree(self) -> None:
        if getattr(self, "truth", {}):
            states = {item.id: item.state for item in self.gated.queue(limit=10_000)}
            assert states == {draft: t.state(VALID, self.world.now) for draft, t in self.truth.items()}

    def the_records_agree(self) -> None:
        """At the end: every decision is the one that was taken, and no message was doubled or repeated otherwise."""
        for draft, t in self.truth.items():
            kept = [(d.version, d.reviewer, d.decision, d.reason, d.acknowledged) for d in self.gated.decisions(draft)]
            assert kept == [(d.version, d.reviewer, d.kind, d.reason, joined(tuple(d.acknowledged))) for d in t.decided]
        sent = [(message.key, message.to_bytes()) for message in self.provider.asked]
        different = set(sent) if self.provider.idempotent else sent
        assert len(different) == len({key for key, _ in sent}), "a message was doubled, or repeated with other bytes"


def acknowledged(seen: str, found: frozenset[Kind], stored: frozenset[Kind]) -> tuple[Kind, ...]:
    """The kinds a reviewer names who saw `found`, or did not look at it properly. Their order means nothing."""
    named = {
        "exact": found, "stored": stored, "nothing": frozenset(), "one missing": frozenset(sorted(found)[1:]),
        "one more": found | {next(kind for kind in (*WARNING, "secret") if kind not in found)},
        "another": frozenset(WARNING) - found,
    }  # fmt: skip
    return tuple(sorted(named[seen], reverse=True))  # type: ignore[arg-type]


@pytest.mark.timeout(0 if os.environ.get("NIGHTLY") else 600)
def test_whatever_people_and_crashes_do_the_promise_holds(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.ERROR, "banso.review.ledger")  # a gate that does not answer is a warning each time
    Review.tally.clear()
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
        Review.folder = Path(folder)
        populate(f"sqlite:///{Review.folder / 'template.db'}")
        run_state_machine_as_test(
            Review,
            settings=settings(
                max_examples=RUNS, stateful_step_count=STEPS, deadline=None, suppress_health_check=list(HealthCheck)
            ),
        )
    print(f"exercised in {RUNS} runs of {STEPS} steps: {dict(sorted(Review.tally.items()))}")
    assert {name: Review.tally[name] for name, least in ENOUGH.items() if Review.tally[name] < least} == {}
    assert all(Review.tally[f"by {name}"] for name in CHECK_RULES)
