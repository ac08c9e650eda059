"""Four approvers and four senders at the same time: one approval a draft, one message a draft."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from banso.core.settings import SenderSettings
from banso.core.users import User
from banso.review.drafts import DraftVersion
from banso.review.message import Outgoing
from banso.review.refusal import Refused
from banso.review.sender import Sender
from tests.review.conftest import World

DRAFTS, PEOPLE = 8, 4


class Counting:
    """A channel without idempotency: each call would be a message at the customer's."""

    name, idempotent = "counting", False

    def __init__(self) -> None:
        self.calls: Counter[str] = Counter()
        self._lock = threading.Lock()

    def send(self, message: Outgoing) -> None:
        with self._lock:
            self.calls[message.key] += 1


def approver(world: World, drafts: list[DraftVersion], name: str) -> Callable[[], int]:
    def work() -> int:
        done = 0
        for draft in drafts:
            try:
                world.open().approve(draft.draft, 1, draft.hash, reviewer=User(name=name, role="reviewer"))
                done += 1
            except Refused as refused:
                assert refused.rule in ("decision_once", "decision_late")
        return done

    return work


def test_four_approvers_and_four_senders(world: World) -> None:
    for number in range(PEOPLE):
        world.sql(
            "INSERT INTO users (name, role, password_hash, created_at) VALUES (:name, 'reviewer', 'x', 'n')",
            name=f"r{number}",
        )
    drafts, channel = [world.file() for _ in range(DRAFTS)], Counting()
    over = threading.Event()

    def sender() -> int:
        made, sent = Sender(world.database, channel, SenderSettings().mail_from, world.store), 0
        while True:
            last = over.is_set()
            sent += made.send_all().sent
            if last:
                return sent
            over.wait(0.01)

    with ThreadPoolExecutor(2 * PEOPLE) as pool:
        senders = [pool.submit(sender) for _ in range(PEOPLE)]
        approvers = [pool.submit(approver(world, drafts, f"r{number}")) for number in range(PEOPLE)]
        approvals = sum(task.result(100) for task in approvers)
        over.set()
        sent = sum(task.result(100) for task in senders)
    assert (approvals, sent) == (DRAFTS, DRAFTS)
    assert set(channel.calls.values()) == {1}
    assert len(channel.calls) == DRAFTS
    found = world.ledger.verify_audit()
    assert found.problems == ()


def test_revoking_while_senders_run_either_wins_or_is_told_it_is_too_late(world: World) -> None:
    drafts, channel = [world.approved() for _ in range(DRAFTS)], Counting()

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
    sent = {key.split(".")[0] for key in channel.calls}
    assert sent.isdisjoint(revoked)
    assert sent | revoked == {draft.draft for draft in drafts}
    assert set(channel.calls.values()) <= {1}
