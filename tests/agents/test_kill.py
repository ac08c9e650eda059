"""Kill -9 at every node of the graph: no conversation is stuck, nothing leaves, and a decision is not forgotten."""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import sqlalchemy as sa

from agents.session import Copilot
from banso.core.database import Database
from banso.core.settings import Settings
from banso.core.users import User
from banso.review.ledger import Ledger
from tests.agents import dying

pytestmark = pytest.mark.slow

CLEAN = multiprocessing.get_context("forkserver")
CLEAN.set_forkserver_preload(["tests.agents.dying"])
DECISIONS = {"approve": "approved", "return_": "returned", "reject": "rejected"}


def killed(work: Callable[..., None], *given: Any) -> None:
    child = CLEAN.Process(target=work, args=given)
    child.start()
    child.join(60)
    assert child.exitcode == -signal.SIGKILL


@pytest.fixture
def again(settings: Settings, database: Database) -> Iterator[Callable[[], Copilot]]:
    opened: list[Copilot] = []

    def open_again() -> Copilot:
        opened.append(dying.copilot(settings))
        return opened[-1]

    yield open_again
    for copilot in opened:
        copilot.close()


def outbox(database: Database) -> int:
    with database.read() as db:
        return int(db.execute(sa.text("SELECT count(*) FROM outbox")).scalar_one())


@pytest.mark.parametrize("point", dying.ASKING)
def test_a_conversation_killed_while_asking_goes_on(
    settings: Settings, database: Database, ledger: Ledger, csm: User, again: Callable[[], Copilot], point: str
) -> None:
    killed(dying.ask, settings, dying.ASKING[point], csm)
    copilot = again()
    (thread,) = copilot.threads(csm)
    answer = copilot.ask("もう一度、返信を書いてください", user=csm, thread=thread.id)
    held = copilot.pending(thread.id)
    assert answer.text and held is not None and ledger.state(held) == "waiting"
    assert all(item.state == "waiting" for item in ledger.queue()) and outbox(database) == 0


@pytest.mark.parametrize("kind", DECISIONS)
@pytest.mark.parametrize("point", dying.DECIDING)
def test_a_decision_is_told_after_the_kill(
    settings: Settings, database: Database, ledger: Ledger, csm: User, reviewer: User,
    again: Callable[[], Copilot], kind: str, point: str,
) -> None:  # fmt: skip
    first = again()
    draft = first.draft("HR-1007 のロックの解除", user=csm, account="AC-1")
    getattr(ledger, kind)(draft.draft, 1, draft.hash, reviewer=reviewer, reason="理由")
    first.close()
    killed(dying.decided, settings, dying.DECIDING[point], draft.thread)
    copilot = again()
    copilot.decided(draft.thread)
    news = [turn for turn in copilot.history(draft.thread, user=csm) if not turn.question or turn.answer.draft]
    assert len(news) == 2  # the first draft; then what was decided, or after a return the next draft
    assert outbox(database) == (kind == "approve")
    assert copilot.ask("続けて", user=csm, thread=draft.thread).text
