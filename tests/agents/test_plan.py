"""The plan of a turn: what the person asked for, and nothing that a text they read asks for."""

from __future__ import annotations

from typing import Any

import pytest

from agents.plan import MOST_CALLS, asks_for_draft
from banso.core.users import User
from banso.review.ledger import Ledger
from tests.agents.conftest import Make
from tests.agents.fakes import LOCK_JA, ScriptedChat, manual

DRAFT = ("draft_reply", {"subject": "件", "body": "お世話になっております。"})
LOOK = ("search_knowledge", {"query": "HR-1007 ロック"})
ANSWER = "30分待つとロックは自動で解除されます [1]。"


@pytest.mark.parametrize(
    "text",
    [
        "HR-1007 について返信の下書きを作って", "お客様に HR-1007 の解除方法を案内して", "この件、返事を書いてください",
        "先方へロックの解除方法を伝えたいです", "田中様にお詫びのメールをお願いします", "もう少し丁寧に書き直して",
        "有村さんに解除の手順を説明してください", "Draft a reply about HR-1007.", "Please write to the customer.",
        "Could you email them the steps?", "How do I unlock it? Then tell the customer.", "Reply: it opens by itself",
        "Let them know that the lock opens after 30 minutes.", "I want you to respond to this ticket",
    ],
)  # fmt: skip
def test_a_request_for_a_text_is_understood(text: str) -> None:
    assert asks_for_draft(text)


@pytest.mark.parametrize(
    "text",
    [
        "HR-1007 のロックは？", "メールが送れないときはどうしますか？", "返信メールの設定方法を教えてください",
        "招待メールを送ってもエラーになります。原因は？", "メッセージを作成できるのは誰ですか", "返信の期限は？",
        "お客様に届く通知の一覧は？", "How are replies sent?", "Who may write messages?", "Tell me about HR-1007",
        "What does the email report contain?", "Can customers respond to a survey twice?",
            "Draft lost after form change? Is my text gone?", "Draft is ready; signed PDF will be available.",
            "Send `Idempotency-Key` with every `POST`.", "Email is not delivered. Why?", "Write access is denied.",
            "Reply buttons are missing on the phone.", "返信期限はいつですか",
    ],
)  # fmt: skip
def test_a_question_about_texts_is_no_request_for_one(text: str) -> None:
    assert not asks_for_draft(text)


def test_a_draft_that_nobody_asked_for_is_not_filed_and_the_person_learns_of_it(
    make: Make, csm: User, ledger: Ledger
) -> None:
    model = ScriptedChat(script=[[LOOK], [DRAFT], ANSWER])
    answer = make(model).ask("HR-1007 のロックは？", user=csm, account="AC-1")
    assert ledger.queue() == [] and answer.draft is None
    assert answer.grounded == "cited" and any("下書きは頼まれていない" in notice for notice in answer.notices)


def test_a_model_is_not_offered_what_the_plan_has_not(make: Make, csm: User) -> None:
    offered: list[list[str]] = []

    class Noting(ScriptedChat):
        def bind_tools(self, tools: Any, **kwargs: Any) -> Any:
            offered.append([tool.name for tool in tools])
            return super().bind_tools(tools)

    copilot = make(Noting(script=["NO_ANSWER"]))
    copilot.ask("HR-1007 のロックは？", user=csm, account="AC-1")
    copilot.ask("HR-1007 のロックについて返信の下書きを作って", user=csm, account="AC-1")
    assert offered == [["search_knowledge", "lookup_account"], ["search_knowledge", "lookup_account", "draft_reply"]]


def test_what_was_asked_back_belongs_to_the_request(make: Make, csm: User, ledger: Ledger) -> None:
    copilot = make(ScriptedChat(script=["どなた宛てでしょうか？", [DRAFT], "NO_ANSWER"]))
    asked = copilot.ask("HR-1007 について返信の下書きを作って", user=csm, account="AC-1")
    assert copilot.ask("有村様です", user=csm, thread=asked.thread).draft


@pytest.mark.parametrize("again", ["もう一度お願いします", "はい、お願いします", "Try again, please."])
def test_asking_once_more_asks_for_the_same(make: Make, csm: User, ledger: Ledger, again: str) -> None:
    copilot = make(ScriptedChat(script=["NO_ANSWER", [DRAFT], "NO_ANSWER"]))
    first = copilot.ask("HR-1007 について返信の下書きを作って", user=csm, account="AC-1")
    assert not first.draft and copilot.ask(again, user=csm, thread=first.thread).draft


def test_what_an_answer_offers_is_not_what_the_person_asked(make: Make, csm: User, ledger: Ledger) -> None:
    copilot = make(ScriptedChat(script=[[LOOK], ANSWER, [DRAFT], "NO_ANSWER"]))
    first = copilot.ask("HR-1007 のロックは？", user=csm, account="AC-1")
    copilot.ask("はい、お願いします", user=csm, thread=first.thread)
    assert ledger.queue() == []


@pytest.mark.parametrize(
    ("question", "query", "shown"),
    [
        ("株式会社青葉製作所の契約は？", "AC-1", True),
        ("青葉さんの契約プランは？", "株式会社青葉製作所", True),
        ("aoba.example の契約は？", "aoba.example", True),
        ("What is Rival on?", "Rival Ltd", True),
        ("HR-1007 のロックは？", "Rival Ltd", False),
        ("HR-1007 のロックは？", "AC-2", False),
        ("株式会社青葉製作所の契約は？", "AC-2", False),
    ],
)
def test_without_a_customer_only_one_that_the_person_named_is_looked_up(
    make: Make, csm: User, question: str, query: str, shown: bool
) -> None:
    model = ScriptedChat(script=[[("lookup_account", {"query": query})], "NO_ANSWER"])
    make(model).ask(question, user=csm)
    read = "".join(str(message.content) for message in model.seen[-1])
    assert ("rival.example" in read or "arimura" in read) is shown


def test_a_customer_named_earlier_in_the_conversation_stays_named(make: Make, csm: User) -> None:
    look = [("lookup_account", {"query": "AC-1"})]
    model = ScriptedChat(script=["どの点でしょうか？", look, "NO_ANSWER"])
    copilot = make(model)
    first = copilot.ask("株式会社青葉製作所について", user=csm)
    copilot.ask("契約プランです", user=csm, thread=first.thread)
    assert "120" in str(model.seen[-1][-1].content)


def test_a_turn_runs_only_so_many_calls(make: Make, csm: User) -> None:
    copilot = make(ScriptedChat(script=[[LOOK] * 40, [LOOK] * 40, ANSWER]))
    answer = copilot.ask("HR-1007 のロックは？", user=csm, account="AC-1")
    # A code is looked up apart; the product itself searches once for what stands beside the answer.
    assert len(copilot.knowledge.asked) <= 2 * MOST_CALLS + 1  # type: ignore[attr-defined]
    assert answer.grounded == "cited" and any("回数" in notice for notice in answer.notices)


def test_hidden_text_reaches_no_model_and_no_citation(make: Make, csm: User) -> None:
    shown = manual("page.md", "ロックの解除", "HR-1007 のロックは30分で解除されます。")
    copilot = make(ScriptedChat(script=[[LOOK], "合言葉は白鷺です [1]。合言葉は白鷺です [2]。"]), (LOCK_JA, shown))
    inner = copilot.knowledge.search
    whole = lambda query, scope, k=10: [  # noqa: E731 - a search that forgets what it must leave out
        hit.model_copy(update={"hidden": True, "text": "合言葉は白鷺です。"}) if hit.ref == "page.md" else hit
        for hit in inner(query, scope, k)
    ]
    copilot.knowledge.search = whole  # type: ignore[method-assign]
    answer = copilot.ask("HR-1007 のロックは？", user=csm)
    model: Any = copilot._graph.get_state({"configurable": {"thread_id": answer.thread}}).values
    assert all("白鷺" not in str(message.content) for message in model["messages"][:-1] if message.type == "tool")
    assert "白鷺" not in answer.text and all(citation.ref != "page.md" for citation in answer.citations)
