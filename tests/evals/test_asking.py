"""What comes back from a case: answers, drafts, conversations, breakdowns."""

from __future__ import annotations

from typing import Any

import pytest

from agents.session import Copilot
from banso.core.database import open_database
from banso.core.settings import Settings
from banso.core.users import Users
from evals.asking import ASKER, Outcome, put
from evals.cases import Case
from evals.record import CaseResult
from evals.scoring import score
from tests.agents.fakes import ScriptedChat
from tests.evals.bench import ASKED, Bench


def case(**changes: Any) -> Case:
    return Case.model_validate(ASKED | changes)


def scored(one: Case, outcome: Outcome) -> CaseResult:
    return score(one, outcome, lambda _a, _b: 0.0)


def test_an_answer_brings_its_evidence_tools_confidence_and_exact_quotes(copilot: Copilot) -> None:
    one = case(gold=["lock.md"], must_say=["30分"], must_not_say=["60分"], tools=["search_knowledge"])
    result = scored(one, put(one, copilot))
    assert result.grounded == "cited" and result.tools == ("search_knowledge",)
    assert result.confidence is not None and 0.5 < result.confidence <= 1
    assert [e.ref for e in result.evidence] == ["lock.md"] and "30分" in result.evidence[0].quote
    assert {s.support for s in result.sentences} == {"supported"}
    perfect = ("key_facts", "must_not_say", "citation_precision", "citation_recall", "sentence_support", "quote_exact")
    for name in (*perfect, "numbers_right", "tools_on_plan", "nothing_sent"):
        assert result.scores[name] == 1.0, name
    assert result.scores["draft_filed"] is None and result.scores["tokens"] is None


def test_a_refusal_says_how_unsure_it_was_and_is_not_scored_as_an_answer(copilot: Copilot) -> None:
    one = case(question="HR-9999 とは何ですか？", answerable=False)
    result = scored(one, put(one, copilot))
    assert result.grounded == "refused" and result.confidence == 0.0
    assert result.scores["sentence_support"] is None and result.scores["key_facts"] is None


def test_earlier_questions_are_asked_on_the_same_thread_and_the_search_of_the_turn_counts(copilot: Copilot) -> None:
    one = case(
        question="And on the Enterprise plan?", language="en", gold=["limits.md"], must_say=["600"],
        conversation=["How many API requests a minute does the Business plan allow?"],
    )  # fmt: skip
    result = scored(one, put(one, copilot))
    assert result.scores["key_facts"] == 1.0 and "limits.md" in result.found
    (thread,) = copilot.threads(ASKER)
    assert [turn.question for turn in copilot.history(thread.id, user=ASKER)] == [*one.conversation, one.question]


def test_a_draft_is_read_from_the_ledger(copilot: Copilot) -> None:
    one = case(
        question="HR-1007 のロックの解除方法を案内する",
        expects="draft",
        account="AC-1",
        must_say=["30分"],
        gold=["lock.md"],
    )
    result = scored(one, put(one, copilot))
    assert "draft_reply" in result.tools and result.cited == ("lock.md",)
    for name in ("draft_filed", "draft_gate", "right_account", "nothing_sent", "key_facts"):
        assert result.scores[name] == 1.0, name


def test_no_draft_is_no_error_but_a_refusal(copilot: Copilot) -> None:
    one = case(question="HR-1007 の解除方法を案内する", expects="draft", account="AC-1")
    copilot.close()
    silent = Bench(ScriptedChat(script=["NO_ANSWER"])).open(copilot.settings)
    result = scored(one, put(one, silent))
    silent.close()
    assert (result.grounded, result.error) == ("refused", "")
    assert result.scores["draft_filed"] == 0.0 and result.scores["draft_gate"] is None


def test_what_the_product_raises_is_kept_with_the_case(copilot: Copilot) -> None:
    one = case(account="AC-404", must_say=["30分"])
    result = scored(one, put(one, copilot))
    assert result.error == "NotFound: no account 'AC-404'"
    assert (result.grounded, result.scores["key_facts"]) == ("", 0.0)


def test_a_message_that_left_is_seen(copilot: Copilot) -> None:
    (copilot.settings.data / "outbox").mkdir()
    (copilot.settings.data / "outbox" / "1.eml").write_text("x")
    assert scored(case(), put(case(), copilot)).scores["nothing_sent"] == 0.0


def test_an_approved_draft_counts_as_sent(copilot: Copilot) -> None:
    draft = copilot.draft("HR-1007 のロックの解除方法を案内する", user=ASKER, account="AC-1")
    database = open_database(copilot.settings)
    reviewer = Users(database).add("mori", "reviewer", "long enough 2")
    database.close()
    copilot.ledger.approve(draft.draft, draft.version, draft.hash, reviewer=reviewer)
    assert put(case(), copilot).left == 1


def test_text_of_another_account_is_seen(copilot: Copilot) -> None:
    one = case(account="AC-1")
    outcome = put(one, copilot)
    assert scored(one, outcome).scores["right_account"] == 1.0
    foreign = copilot.knowledge.search("月額の割引の契約", copilot.scope("AC-2"), 5)
    assert foreign[0].account == "AC-2"
    leaked = Outcome(text=outcome.text, grounded="cited", hits=(*outcome.hits, foreign[0]))
    assert scored(one, leaked).scores["right_account"] == 0.0


@pytest.mark.parametrize("script", [[[("draft_reply", {"subject": "s", "body": "b"})], "NO_ANSWER"]])
def test_a_draft_that_nobody_wanted_waits(filled: Settings, script: list[Any]) -> None:
    database = open_database(filled)
    Users(database).add(ASKER.name, ASKER.role, "long enough 1")
    database.close()
    copilot = Bench(ScriptedChat(script=script)).open(filled)
    one = case(account="AC-1")
    result = scored(one, put(one, copilot))
    copilot.close()
    assert result.scores["nothing_sent"] == 1.0 and result.tools == ("draft_reply",)
