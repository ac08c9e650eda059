"""Kill -9 of the sender at every point: no message is ever doubled, and none is lost."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from banso.review.sender import LEASE, SendReport
from tests.review.conftest import World
from tests.review.smtp_server import smtp_server

ROOT = Path(__file__).resolve().parents[2]


def start(world: World, point: str, port: int = 0) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tests.review.dying_sender", str(world.settings.data), point, str(port)]
    return subprocess.Popen(command, cwd=ROOT)


@pytest.mark.parametrize(("point", "already"), [("before", 0), ("half", 0), ("after", 1)])
def test_eml_is_sent_once_in_the_end(sqlite_world: World, point: str, already: int) -> None:
    world = sqlite_world
    made = world.approved()
    assert start(world, point).wait(60) == -signal.SIGKILL
    assert len(world.mails()) == already
    assert world.send() == SendReport()  # the dead sender's lease still runs
    world.now += LEASE
    assert world.send() == SendReport(sent=1)
    assert [path.name for path in world.mails()] == [f"{made.draft}.{made.hash[:16]}.eml"]
    assert world.ledger.state(made.draft) == "sent"
    assert world.ledger.verify_audit().problems == ()


@pytest.mark.parametrize(("point", "arrived"), [("before", 0), ("rcpt", 0), ("data", 0), ("accepted", 1), ("after", 1)])
def test_smtp_is_never_repeated_and_a_person_is_told(sqlite_world: World, point: str, arrived: int) -> None:
    world = sqlite_world
    made = world.approved()
    with smtp_server() as (inbox, settings):
        child = start(world, point, settings.smtp_port)

        def kill(*_: object) -> None:
            os.kill(child.pid, signal.SIGKILL)

        if point == "rcpt":
            inbox.on_rcpt = kill
        elif point == "data":
            inbox.on_data = lambda: kill() or "451 the sender is gone"
        elif point == "accepted":
            inbox.on_data = kill
        assert child.wait(60) == -signal.SIGKILL
        world.now += LEASE
        assert world.send(sender=settings) == SendReport(unknown=1)
        world.now += LEASE
        assert world.send(sender=settings) == SendReport()
        assert len(inbox.accepted) == arrived
    assert [draft.id for draft in world.ledger.queue(["unknown"])] == [made.draft]
    world.ledger.resolve(made.draft, "sent" if arrived else "cancelled", user=world.user("sato"))
    assert world.ledger.verify_audit().problems == ()
