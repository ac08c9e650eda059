"""Four reviewers, two editors and four senders at once on 200 drafts: one message a draft, of the version approved."""

from __future__ import annotations

import random
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from banso.core.users import User
from banso.review.drafts import DraftVersion
from banso.review.message import Outgoing
from banso.review.refusal import Refused
from banso.review.sender import Sender
from tests.review.conftest import World

pytestmark = pytest.mark.slow

DRAFTS, REVIEWERS, EDITORS, SENDERS = 200, 4, 2, 4
LOST_A_RACE = {"decision_once", "decision_late", "decision_stale", "version_stale", "version_queued"}


class Counting:
    """A channel without idempotency: each call would be a message at the customer's."""

    name, idempotent = "counting", False

    def __init__(self) -> None:
        self.calls: list[Outgoing] = []
        self._lock = threading.Lock()

    def send(self, message: Outgoing) -> None:
        with self._lock:
            self.calls.append(message)


class Rush:
    """Everyone at work on the same drafts, each in an order of their own."""

    def __init__(self, world: World) -> None:
        self.world, self.channel, self.over = world, Counting(), threading.Event()
        for number in range(REVIEWERS):
            world.sql(
                "INSERT INTO users (name, role, password_hash, created_at) VALUES (:name, 'reviewer', 'x', 'n')",
                name=f"r{number}",
            )
        self.drafts = [world.file(body=f"{number} 版 1\n") for number in range(DRAFTS)]

    def shuffled(self, seed: int) -> list[str]:
        names = [draft.draft for draft in self.drafts]
        random.Random(seed).shuffle(names)
        return names

    def review(self, number: int) -> Counter[str]:
        ledger, me = self.world.open(), User(name=f"r{number}", role="reviewer")
        told: Counter[str] = Counter()
        for draft in self.shuffled(number):
            seen = ledger.latest(draft)
            told[_outcome(lambda seen=seen: ledger.approve(seen.draft, seen.version, seen.hash, reviewer=me))] += 1
        return told

    def edit(self, number: int) -> Counter[str]:
        ledger, me = self.world.open(), self.world.user(("aoki", "baba")[number])
        told: Counter[str] = Counter()
        for draft in self.shuffled(100 + number):
            seen = ledger.latest(draft)
            body = f"{seen.body.split()[0]} 版 {seen.version + 1}\n"
            told[_outcome(lambda seen=seen, body=body: _edit(ledger, seen, me, body))] += 1
        return told

    def send(self) -> int:
        sender, sent = Sender(self.world.database, self.channel, "s@example.jp", self.world.store), 0
        while True:
            last = self.over.is_set()
            sent += sender.send_all().sent
            if last:
                return sent
            self.over.wait(0.05)


def _edit(ledger: object, seen: DraftVersion, me: User, body: str) -> None:
    ledger.edit(seen.draft, seen.version, editor=me, subject="件名", body=body)  # type: ignore[attr-defined]


def _outcome(act: object) -> str:
    try:
        act()  # type: ignore[operator]
    except Refused as refused:
        assert refused.rule in LOST_A_RACE
        return refused.rule
    return "done"


def test_everyone_at_once_sends_each_draft_once_in_the_version_approved(world: World) -> None:
    rush = Rush(world)
    with ThreadPoolExecutor(REVIEWERS + EDITORS + SENDERS) as pool:
        senders = [pool.submit(rush.send) for _ in range(SENDERS)]
        editors = [pool.submit(rush.edit, number) for number in range(EDITORS)]
        reviewers = [pool.submit(rush.review, number) for number in range(REVIEWERS)]
        approvals = sum((task.result(150) for task in reviewers), Counter())
        edits = sum((task.result(150) for task in editors), Counter())
        rush.over.set()
        sent = sum(task.result(150) for task in senders)
    assert approvals["done"] == sent == len(rush.channel.calls)
    assert max(Counter(message.key for message in rush.channel.calls).values()) == 1
    for message in rush.channel.calls:
        newest = world.ledger.latest(message.key.split(".")[0])
        assert (message.body, message.key) == (newest.body, f"{newest.draft}.{newest.hash[:16]}")
    assert sent >= DRAFTS * 0.9, (approvals, edits)  # a reviewer who lost to an editor may leave a few behind
    print(dict(approvals), dict(edits))
    assert approvals.total() - approvals["done"] > DRAFTS and edits["done"] > 10  # the races were run
    assert world.ledger.verify_audit().problems == ()


def test_revoking_while_senders_run_either_wins_or_is_told_it_is_too_late(world: World) -> None:
    drafts, channel = [world.approved() for _ in range(DRAFTS // 8)], Counting()

    def revoke() -> set[str]:
        revoked = set()
        for draft in reversed(drafts):
            try:
                world.ledger.revoke(draft.draft, reviewer=world.user("mori"), reason="誤り")
                revoked.add(draft.draft)
            except Refused as refused:
                assert refused.rule == "decision_late"
        return revoked

    with ThreadPoolExecutor(3) as pool:
        runs = [pool.submit(Sender(world.database, channel, "s@example.jp", world.store).send_all) for _ in range(2)]
        revoked = pool.submit(revoke).result(60)
        for run in runs:
            run.result(60)
    keys = Counter(message.key for message in channel.calls)
    sent = {key.split(".")[0] for key in keys}
    assert sent.isdisjoint(revoked)
    assert sent | revoked == {draft.draft for draft in drafts}
    assert set(keys.values()) <= {1}
