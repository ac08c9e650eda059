"""What comes with an answer: ages, facts of the customer, solved tickets and people, and what stays unanswered."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from agents.answers import Answer
from banso.core.errors import Unavailable
from banso.core.users import User
from banso.crm.accounts import AccountOverview, CrmTicket
from banso.knowledge.beside import Beside
from banso.knowledge.documents import Document, Hit, Scope, Span
from tests.agents.conftest import Make
from tests.agents.fakes import LOCK_JA, ListCrm, ListKnowledge, ScriptedChat, manual, ticket

LOCKED = "アカウントがロックされました。HR-1007 の解除方法は？"
SUPPORT = "30分待つと、ロックは自動で解除されます。"
TABLE = "| プラン | API の上限（回） |\n|---|---|\n| スターター | 10 |\n| ビジネス | 120 |\n| エンタープライズ | 600 |"
LIMITS = manual("limits.md", "API の上限", f"API の上限\n\n{TABLE}")
NEWS = manual("news.md", "お知らせ", "API の上限は、エンタープライズプランで 600 回になりました。")


def solved(ref: str, account: str, **more: Any) -> Document:
    head = f"{ref} アカウントのロック HR-1007 の解除方法\n\n森川 結衣 (サポート):\n"
    span = Span(kind="message", start=len(head), end=len(head) + len(SUPPORT), speaker="森川 結衣 (サポート)")
    return ticket(ref, head + SUPPORT, account).model_copy(update={"spans": (span,), **more})


def ask(make: Make, user: User, question: str, *documents: Document, account: str = "", model: Any = None) -> Answer:
    return make(model, documents=documents).ask(question, user=user, account=account)


def test_an_answer_tells_how_old_its_sources_are(make: Make, csm: User) -> None:
    old = LOCK_JA.model_copy(update={"updated_at": datetime(2023, 5, 1, tzinfo=UTC)})
    ages = ask(make, csm, "HR-1007 の解除方法は？", old).ages
    assert ages is not None and (ages.months, ages.stale, ages.limit) == (35, True, 24)


def test_the_model_changes_nothing_about_what_stands_beside(make: Make, csm: User) -> None:
    chat = ScriptedChat(script=[[("search_knowledge", {"query": "HR-1007 の解除方法"})], f"{SUPPORT[:-1]} [1]。"])
    answer = ask(make, csm, LOCKED, LOCK_JA, solved("TK-5", "AC-1"), model=chat)
    assert [one.ref for one in answer.beside.solved] == ["TK-5"] and answer.ages is not None
    assert [(one.name, one.how) for one in answer.beside.answered] == [("森川 結衣", "ticket")]


def test_with_a_customer_nothing_of_another_customer_stands_beside(make: Make, csm: User) -> None:
    documents = (LOCK_JA, solved("TK-5", "AC-1"), solved("TK-6", "AC-2", title="TK-6"))
    answer = ask(make, csm, LOCKED, *documents, account="AC-1")
    assert [one.ref for one in answer.beside.solved] == ["TK-5"]
    everyone = ask(make, csm, LOCKED, *documents)
    assert {one.ref for one in everyone.beside.solved} == {"TK-5", "TK-6"}


def test_what_stands_beside_is_kept_with_the_conversation(make: Make, csm: User) -> None:
    copilot = make(documents=(LOCK_JA, solved("TK-5", "AC-1")))
    answer = copilot.ask(LOCKED, user=csm)
    (turn,) = copilot.history(answer.thread, user=csm)
    assert turn.answer.beside == answer.beside and turn.answer.beside.solved and turn.answer.ages == answer.ages


def test_a_refusal_names_what_it_leaves_open(make: Make, csm: User) -> None:
    answer = ask(make, csm, "HR-7001 の原因は？", LOCK_JA)
    assert answer.grounded == "refused" and answer.unanswered == ("HR-7001 の原因は？",)


def test_a_message_half_answered_leaves_the_other_half_open(make: Make, csm: User) -> None:
    answer = ask(make, csm, "HR-1007 の解除方法は？ HR-7001 の原因は？", LOCK_JA)
    assert answer.grounded == "cited" and answer.unanswered == ("HR-7001 の原因は？",)


@pytest.mark.parametrize("question", ["こんにちは", "他社の契約内容を教えて"])
def test_small_talk_and_failed_look_ups_are_no_hole_in_what_is_written(make: Make, csm: User, question: str) -> None:
    chat = ScriptedChat(script=[[("lookup_account", {"query": "Rival Ltd"})], "NO_ANSWER"])
    model = chat if "契約" in question else None
    answer = ask(make, csm, question, LOCK_JA, account="AC-1", model=model)
    assert answer.unanswered == () and answer.beside.ask == ()


def test_the_row_of_the_customer_s_plan_answers(make: Make, csm: User) -> None:
    answer = ask(make, csm, "API の上限は何回ですか？", LIMITS, NEWS, account="AC-1")
    assert "120" in answer.text and "600" not in answer.text
    assert [(fact.kind, fact.value) for fact in answer.facts] == [("plan", "Business")]


def test_without_a_customer_no_plan_comes_first_and_no_fact_is_claimed(make: Make, csm: User) -> None:
    answer = ask(make, csm, "API の上限は何回ですか？", NEWS)
    assert "600" in answer.text and answer.facts == () and answer.notices == ()


def test_what_is_said_for_another_plan_alone_is_marked(make: Make, csm: User) -> None:
    answer = ask(make, csm, "API の上限は何回になりましたか？", NEWS, account="AC-1")
    assert "600" in answer.text
    assert any("Enterprise" in notice and "Business" in notice and "[1]" in notice for notice in answer.notices)


def test_a_question_that_names_a_plan_is_answered_as_asked(make: Make, csm: User) -> None:
    answer = ask(make, csm, "エンタープライズプランの API の上限は何回ですか？", LIMITS, NEWS, account="AC-1")
    assert "600" in answer.text and answer.facts == () and answer.notices == ()


def test_a_model_reads_the_plan_and_which_passage_is_about_another(make: Make, csm: User) -> None:
    chat = ScriptedChat(script=[[("search_knowledge", {"query": "API の上限"})], "NO_ANSWER"])
    ask(make, csm, "API の上限は何回ですか？", NEWS, account="AC-1", model=chat)
    assert "契約プラン: Business" in chat.seen[0][0].text
    assert '"other_plan": "Enterprise"' in chat.seen[1][-1].text


def test_tickets_of_the_customer_that_an_answer_shows_are_named_with_their_date(make: Make, csm: User) -> None:
    own = solved("TK-5", "AC-1", title="ロックの件")
    facts = ask(make, csm, LOCKED, own, account="AC-1").facts
    assert [(fact.kind, fact.value, fact.on) for fact in facts] == [("history", "TK-5 ロックの件", date(2026, 4, 1))]


def test_an_open_ticket_about_the_same_matter_is_named(make: Make, csm: User) -> None:
    open_ = solved("TK-7", "AC-1", title="ロックの件", status="open")
    facts = ask(make, csm, LOCKED, LOCK_JA, open_, account="AC-1").facts
    assert ("open_ticket", "TK-7 ロックの件") in [(fact.kind, fact.value) for fact in facts]


def test_cited_lines_of_the_record_are_facts(make: Make, csm: User) -> None:
    facts = ask(make, csm, "契約プランは？", LOCK_JA, account="AC-1").facts
    assert [(fact.kind, fact.value) for fact in facts] == [("record", "契約プラン：Business、契約席数：120")]


class HalfAway(ListKnowledge):
    """Finds pages, and does not answer to whoever looks for conversations alone."""

    def search(self, query: str, scope: Scope, k: int = 10) -> list[Hit]:
        if "manual" not in scope.sources:
            raise Unavailable("the Chroma server did not answer")
        return super().search(query, scope, k)


def test_an_index_that_is_away_costs_what_stands_beside_and_not_the_answer(make: Make, csm: User) -> None:
    documents = (LOCK_JA, solved("TK-5", "AC-1"))
    answer = make(knowledge=HalfAway(documents)).ask(LOCKED, user=csm)
    assert answer.grounded == "cited" and answer.beside == Beside()
    assert make(knowledge=ListKnowledge(documents)).ask(LOCKED, user=csm).beside.solved


class AwayCrm(ListCrm):
    def overview(self, account_id: str) -> AccountOverview:
        raise Unavailable("the CRM does not answer")


class BusyCrm(ListCrm):
    def overview(self, account_id: str) -> AccountOverview:
        waiting = CrmTicket(id="TK-9", account_id=account_id, status="open")
        return super().overview(account_id).model_copy(update={"open_tickets": (waiting,)})


def test_a_crm_that_is_away_costs_the_facts_and_not_the_answer(make: Make, csm: User) -> None:
    copilot = make(documents=(LOCK_JA,))
    copilot.crm = AwayCrm()
    answer = copilot.ask("HR-1007 の解除方法は？", user=csm, account="AC-1")
    assert answer.grounded == "cited" and answer.facts == ()


def test_a_model_reads_how_many_tickets_are_open(make: Make, csm: User) -> None:
    chat = ScriptedChat(script=["NO_ANSWER"])
    copilot = make(chat, documents=(LOCK_JA,))
    copilot.crm = BusyCrm()
    copilot.ask("HR-1007 の解除方法は？", user=csm, account="AC-1")
    assert "未対応のチケット: 1 件" in chat.seen[0][0].text


@pytest.mark.parametrize(
    ("newer", "said"),
    [
        ((), "引用した『旧・保存期間』（2025-04-01）は古い版です。現行の資料：new.md"),
        (
            (manual("new.md", "保存期間", "バックアップの保存期間は毎日の取得から35日間です。"),),
            "引用した『旧・保存期間』（2025-04-01）は古い版です。現行は『保存期間』（2026-04-01）です。",
        ),
    ],
)
def test_any_model_that_quotes_a_replaced_page_has_both_named_with_their_dates(
    make: Make, csm: User, newer: tuple[Document, ...], said: str
) -> None:
    words = "バックアップの保存期間は毎日の取得から14日間です。"
    at = datetime(2025, 4, 1, tzinfo=UTC)
    old = manual("old.md", "旧・保存期間", words, superseded_by="new.md", updated_at=at)
    marker = 1 + len(newer)
    script = [[("search_knowledge", {"query": "バックアップ 保存期間"})], f"{words[:-1]} [{marker}]。"]
    answer = ask(make, csm, "バックアップの保存期間は？", *newer, old, model=ScriptedChat(script=script))
    assert said in answer.notices
