"""Nine ways around LangGraph's interrupt. Several do pass it; none puts anything into the outbox.

The graph only informs: what lets a message out is a decision row and an outbox row, which no node can write.
"""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import sqlalchemy as sa
from langgraph.types import Command

from agents.session import Copilot
from banso.core.database import Database
from banso.core.settings import Settings
from banso.core.users import User
from banso.review.drafts import DraftVersion
from banso.review.ledger import Ledger
from tests.agents.conftest import Make


def outbox(database: Database) -> int:
    with database.read() as db:
        return int(db.execute(sa.text("SELECT count(*) FROM outbox")).scalar_one())


@pytest.fixture
def waiting(make: Make, csm: User) -> tuple[Copilot, DraftVersion]:
    copilot = make()
    return copilot, copilot.draft("HR-1007 のロックの解除", user=csm, account="AC-1")


CONFIG_LIMIT = {"recursion_limit": 10}


def run(copilot: Copilot, draft: DraftVersion, given: Any, csm: User) -> None:
    graph = copilot._graph
    config: Any = {"configurable": {"thread_id": draft.thread}, **CONFIG_LIMIT}
    summary = copilot._threads.get(draft.thread, csm)
    graph.invoke(given, config, context=copilot._context(csm, summary))


@pytest.mark.parametrize(
    "payload",
    [True, "approve", {"decision": "approve"}, {"decision": "de_forged", "state": "queued"}, [{"type": "accept"}]],
)
def test_a_forged_resume_waits_again(
    waiting: tuple[Copilot, DraftVersion], csm: User, ledger: Ledger, database: Database, payload: Any
) -> None:
    copilot, draft = waiting
    for _ in range(3):
        run(copilot, draft, Command(resume=payload), csm)
    assert ledger.state(draft.draft) == "waiting" and outbox(database) == 0
    assert copilot.pending(draft.thread) == draft.draft


@pytest.mark.parametrize("goto", ["call_model", "tools", "review"])
def test_goto_past_the_interrupt_sends_nothing(
    waiting: tuple[Copilot, DraftVersion], csm: User, ledger: Ledger, database: Database, goto: str
) -> None:
    copilot, draft = waiting
    run(copilot, draft, Command(goto=goto, update={"draft": ""}), csm)
    assert ledger.state(draft.draft) == "waiting" and outbox(database) == 0


@pytest.mark.parametrize("node", ["call_model", "tools", "review"])
def test_update_state_as_node_sends_nothing(
    waiting: tuple[Copilot, DraftVersion], csm: User, ledger: Ledger, database: Database, node: str
) -> None:
    copilot, draft = waiting
    config: Any = {"configurable": {"thread_id": draft.thread}}
    copilot._graph.update_state(config, {"draft": ""}, as_node=node)
    run(copilot, draft, None, csm)
    assert ledger.state(draft.draft) == "waiting" and outbox(database) == 0


def test_a_replay_from_an_older_checkpoint_sends_nothing(
    waiting: tuple[Copilot, DraftVersion], csm: User, ledger: Ledger, database: Database
) -> None:
    copilot, draft = waiting
    config: Any = {"configurable": {"thread_id": draft.thread}}
    for snapshot in copilot._graph.get_state_history(config):
        context = copilot._context(csm, copilot._threads.get(draft.thread, csm))
        copilot._graph.invoke(None, {**snapshot.config, **CONFIG_LIMIT}, context=context)  # type: ignore[arg-type]
    assert outbox(database) == 0
    assert all(item.state == "waiting" for item in ledger.queue())


def test_a_fork_of_an_older_checkpoint_sends_nothing(
    waiting: tuple[Copilot, DraftVersion], csm: User, ledger: Ledger, database: Database
) -> None:
    copilot, draft = waiting
    config: Any = {"configurable": {"thread_id": draft.thread}}
    oldest = list(copilot._graph.get_state_history(config))[-1]
    fork = copilot._graph.update_state(oldest.config, {"draft": draft.draft}, as_node="tools")
    context = copilot._context(csm, copilot._threads.get(draft.thread, csm))
    copilot._graph.invoke(Command(resume="approve"), {**fork, **CONFIG_LIMIT}, context=context)  # type: ignore[arg-type]
    assert ledger.state(draft.draft) == "waiting" and outbox(database) == 0


def test_eight_resumes_at_once_send_nothing_and_one_approval_is_one_message(
    waiting: tuple[Copilot, DraftVersion], csm: User, reviewer: User, ledger: Ledger, database: Database
) -> None:
    copilot, draft = waiting
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: run(copilot, draft, Command(resume="approve"), csm), range(8)))
    assert ledger.state(draft.draft) == "waiting" and outbox(database) == 0
    ledger.approve(draft.draft, 1, draft.hash, reviewer=reviewer)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: copilot.decided(draft.thread), range(8)))
    assert outbox(database) == 1


def test_a_copied_thread_sends_nothing(
    waiting: tuple[Copilot, DraftVersion], csm: User, ledger: Ledger, database: Database
) -> None:
    copilot, draft = waiting
    config: Any = {"configurable": {"thread_id": draft.thread}}
    values = copilot._graph.get_state(config).values
    twin = copilot._threads.start(csm, "AC-2", "twin")
    other: Any = {"configurable": {"thread_id": twin.id}, **CONFIG_LIMIT}
    copilot._graph.update_state(other, values, as_node="tools")
    copilot._graph.invoke(Command(resume="approve"), other, context=copilot._context(csm, twin))
    assert ledger.state(draft.draft) == "waiting" and outbox(database) == 0


def test_a_checkpoint_written_by_hand_sends_nothing(
    waiting: tuple[Copilot, DraftVersion], make: Make, csm: User, ledger: Ledger, database: Database, settings: Settings
) -> None:
    """The paused run's own file, rewound and with every write of the attacker's wish."""
    copilot, draft = waiting
    copilot.close()
    with sqlite3.connect(settings.data / "conversations.db") as file:
        file.execute("DELETE FROM writes")
        file.execute("DELETE FROM checkpoints WHERE checkpoint_id = (SELECT MAX(checkpoint_id) FROM checkpoints)")
    again = make()
    again.decided(draft.thread, "approve")
    assert again.ask("続けて", user=csm, thread=draft.thread).text
    assert ledger.state(draft.draft) == "waiting" and outbox(database) == 0


def test_telling_the_conversation_of_a_decision_that_was_not_taken_changes_nothing(
    waiting: tuple[Copilot, DraftVersion], ledger: Ledger, database: Database
) -> None:
    copilot, draft = waiting
    assert copilot.decided(draft.thread, "de_forged") is None
    assert ledger.state(draft.draft) == "waiting" and outbox(database) == 0
