"""The last question asked once more: history, thumbs and later turns stay right."""

from __future__ import annotations

import pytest

from agents.session import Copilot
from banso.core.errors import NotFound
from banso.core.users import User
from banso.review.ledger import Ledger
from tests.agents.conftest import Make
from tests.agents.fakes import ScriptedChat

SEARCH = [("search_knowledge", {"query": "API requests a minute"})]
BUSINESS = "The Business plan allows 120 API requests a minute[1]."
ENTERPRISE = "The Enterprise plan allows 600 API requests a minute[1]."
ASKED = "How many API requests a minute?"


def again(copilot: Copilot, thread: str, user: User) -> str:
    answer = [*copilot.again(thread, user=user)][-1].answer
    assert answer is not None
    return answer.text


def test_the_new_answer_follows_the_old_one_and_models_are_told_of_the_new_one_alone(make: Make, csm: User) -> None:
    model = ScriptedChat(script=[SEARCH, BUSINESS, SEARCH, ENTERPRISE, SEARCH, "NO_ANSWER"])
    copilot = make(model)
    thread = copilot.ask(ASKED, user=csm).thread
    assert "600" in again(copilot, thread, csm)
    turns = copilot.history(thread, user=csm)
    assert [turn.question for turn in turns] == [ASKED, ASKED]
    assert ["120" in turn.answer.text for turn in turns] == [True, False]
    asked_again = [str(message.content) for message in model.seen[2]]
    assert not any("120 API" in text for text in asked_again), "the answer that was not wanted led the next one"
    copilot.ask("And a day?", user=csm, thread=thread)
    told = [str(message.content) for message in model.seen[4]]
    assert told.count(ASKED) == 1 and any("600" in text for text in told) and not any("120 API" in t for t in told)


def test_a_follow_up_asked_again_still_leans_on_the_question_before_it(make: Make, csm: User) -> None:
    copilot = make()
    thread = copilot.ask("How many API requests a minute does the Business plan allow?", user=csm).thread
    copilot.ask("And on the Enterprise plan?", user=csm, thread=thread)
    assert "600" in again(copilot, thread, csm)


def test_it_is_not_possible_while_a_draft_waits_or_where_one_came_of_the_question(
    make: Make, csm: User, reviewer: User, ledger: Ledger
) -> None:
    copilot = make()
    made = copilot.draft("HR-1007 のロックの解除方法を案内する", user=csm, account="AC-1")
    with pytest.raises(NotFound, match="下書き"):
        again(copilot, made.thread, csm)
    decision = ledger.reject(made.draft, 1, made.hash, reviewer=reviewer, reason="不要")
    copilot.decided(made.thread, decision.id)
    with pytest.raises(NotFound, match="下書き"):
        again(copilot, made.thread, csm)
    assert len(ledger.queue(("waiting", "rejected"))) == 1


def test_only_in_ones_own_conversation_and_only_where_something_was_asked(
    make: Make, csm: User, reviewer: User
) -> None:
    copilot = make()
    thread = copilot.ask(ASKED, user=csm).thread
    for stranger, where in ((reviewer, thread), (csm, "th_none")):
        with pytest.raises(NotFound):
            again(copilot, where, stranger)
    assert len(copilot.history(thread, user=csm)) == 1


def test_it_stays_with_the_account_of_the_conversation(make: Make, csm: User) -> None:
    copilot = make()
    thread = copilot.ask("契約更新日はいつですか？", user=csm, account="AC-1").thread
    again(copilot, thread, csm)
    assert [c.account for turn in copilot.history(thread, user=csm) for c in turn.answer.citations] == ["AC-1"] * 2
