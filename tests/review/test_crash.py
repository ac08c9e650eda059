"""Kill -9 of the reviewer's process and of the sender at six points, with two kinds of channel, on both databases.

Each run: four drafts approved (or being approved), one left waiting; death at one of the four; then one pass of
recovery. Nothing unapproved leaves, nothing is doubled, the audit chain is whole, and no approval is lost: its message
was sent, or where the provider knows no idempotency key, a person is told about the one in doubt.
"""

from __future__ import annotations

import email
import email.policy
import multiprocessing
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from banso.core.settings import SenderSettings
from banso.review.drafts import DraftVersion
from banso.review.sender import LEASE, SendReport
from tests.review.conftest import World
from tests.review.dying import POINTS, REVIEWER_POINTS, Death, run
from tests.review.smtp_server import Inbox, smtp_server

pytestmark = pytest.mark.slow

RUNS = 13 if os.environ.get("NIGHTLY") else 3
"""Of each point, channel and database: 72 runs in CI, 312 at night."""
DRAFTS = 4
CLEAN = multiprocessing.get_context("forkserver")
CLEAN.set_forkserver_preload(["tests.review.dying"])


class Provider:
    """What has left the house, whichever channel it took."""

    def __init__(self, world: World, sender: SenderSettings, inbox: Inbox | None) -> None:
        self.world, self.sender, self.inbox = world, sender, inbox

    def messages(self) -> list[bytes]:
        return self.inbox.accepted if self.inbox else [path.read_bytes() for path in self.world.mails()]

    def bodies(self) -> list[str]:
        parsed = [email.message_from_bytes(raw, policy=email.policy.default) for raw in self.messages()]
        return sorted(str(message.get_content()).replace("\r\n", "\n") for message in parsed)


@contextmanager
def provider(world: World, kind: str) -> Iterator[Provider]:
    if kind == "eml":
        yield Provider(world, SenderSettings(), None)
        return
    with smtp_server() as (inbox, sender):
        yield Provider(world, sender, inbox)


def kill(out: Provider, death: Death, drafts: list[DraftVersion]) -> None:
    names = [(draft.draft, draft.hash) for draft in drafts]
    child = CLEAN.Process(target=run, args=(out.world.settings, out.sender, death, out.world.now, names))
    if out.inbox and death.point == "half":
        out.inbox.on_data = lambda: shoot(out, child, death)
    child.start()
    child.join(60)
    assert child.exitcode == -signal.SIGKILL
    if out.inbox:
        out.inbox.on_data = lambda: None


def shoot(out: Provider, child: multiprocessing.process.BaseProcess, death: Death) -> str | None:
    """The server has the text of the nth message and has not answered yet."""
    assert out.inbox is not None
    if len(out.inbox.accepted) < death.nth - 1:
        return None
    os.kill(child.pid or 0, signal.SIGKILL)
    return "451 the sender is gone"


@pytest.mark.parametrize("number", range(RUNS))
@pytest.mark.parametrize("kind", ["eml", "smtp"])
@pytest.mark.parametrize("point", POINTS)
def test_after_one_pass_of_recovery_all_is_as_it_should_be(world: World, point: str, kind: str, number: int) -> None:
    death = Death(point, 1 + (number + POINTS.index(point)) % DRAFTS)
    drafts = [world.file(body=f"本文{n}\n") for n in range(DRAFTS)]
    world.file(body="未承認\n")
    if point not in REVIEWER_POINTS:
        for draft in drafts:
            world.ledger.approve(draft.draft, 1, draft.hash, reviewer=world.user("sato"))
    with provider(world, kind) as out:
        kill(out, death, drafts)
        approved = [d for d in drafts if any(x.decision == "approve" for x in world.ledger.decisions(d.draft))]
        assert len(approved) == expected_approvals(death)
        world.now += LEASE
        world.send(sender=out.sender)
        doubtful = {draft.id for draft in world.ledger.queue(["unknown"])}
        assert len(doubtful) == int(kind == "smtp" and point in ("before", "half", "after"))
        known = [d for d in approved if d.draft not in doubtful]
        assert {world.ledger.state(d.draft) for d in known} <= {"sent"}
        arrived = out.bodies()
        in_doubt = [d.body for d in approved if d.draft in doubtful and point == "after"]
        assert arrived == sorted([d.body for d in known] + in_doubt)
        world.now += LEASE
        assert world.send(sender=out.sender) == SendReport()
        assert out.bodies() == arrived
    assert world.ledger.verify_audit().problems == ()


def expected_approvals(death: Death) -> int:
    return {"approving": death.nth - 1, "approved": death.nth}.get(death.point, DRAFTS)


def test_while_the_dead_sender_s_lease_runs_nobody_touches_its_message(world: World) -> None:
    made = world.approved()
    with provider(world, "eml") as out:
        kill(out, Death("before", 1), [])
        assert world.send() == SendReport()
        assert world.ledger.state(made.draft) == "sending"
        world.now += LEASE
        assert world.send() == SendReport(sent=1)


def test_a_person_settles_a_message_in_doubt(world: World) -> None:
    made = world.approved()
    with provider(world, "smtp") as out:
        kill(out, Death("after", 1), [])
        world.now += LEASE
        assert world.send(sender=out.sender) == SendReport(unknown=1)
    world.ledger.resolve(made.draft, "sent", user=world.user("sato"))
    assert world.ledger.state(made.draft) == "sent"
    assert world.ledger.verify_audit().problems == ()
