"""Time words narrow tickets and Slack, and several questions are searched and answered one by one."""

from __future__ import annotations

from datetime import UTC, datetime

from agents.models.extractive import ExtractiveChat
from banso.core.users import User
from banso.knowledge.asked import search_asked
from banso.knowledge.documents import Document, Scope
from banso.knowledge.synonyms import Fixed, Synonyms
from tests.agents.conftest import Make
from tests.agents.fakes import LIMIT_EN, LOCK_JA, NOW, BagEmbedder, ListKnowledge, ScriptedChat, manual


def report(ref: str, day: datetime, text: str) -> Document:
    return Document(
        source="ticket", collection="test", ref=ref, title=ref, text=text, language="ja", status="solved",
        updated_at=day,
    )  # fmt: skip


MARCH = report("TK-3", datetime(2026, 3, 10, tzinfo=UTC), "SAML の不具合は、証明書の期限切れが原因でした。")
JANUARY = report("TK-4", datetime(2026, 1, 10, tzinfo=UTC), "SAML の不具合は、時刻のずれが原因でした。")


def test_last_month_means_tickets_of_last_month_and_the_answer_says_so(make: Make, csm: User) -> None:
    copilot = make(documents=[MARCH, JANUARY, LOCK_JA])
    answer = copilot.ask("先月のSAMLの不具合の原因は？", user=csm)
    assert {citation.ref for citation in answer.citations} == {"TK-3"}
    assert any("先月" in notice and "2026-03-01" in notice and "2026-03-31" in notice for notice in answer.notices)
    trace = copilot.trace(answer.thread, user=csm)
    assert [str(one.since) for one in trace.periods] == ["2026-03-01"]
    assert "TK-4" not in {hit.ref for hit in trace.found} and "lock.md" in {hit.ref for hit in trace.found}


def test_a_period_with_nothing_about_it_is_dropped_and_that_is_said(make: Make, csm: User) -> None:
    answer = make(documents=[JANUARY, LOCK_JA]).ask("先月のSAMLの不具合の原因は？", user=csm)
    assert {citation.ref for citation in answer.citations} == {"TK-4"}
    assert any("期間を限らずに" in notice for notice in answer.notices)


def test_the_users_period_holds_when_a_model_searches_without_it(make: Make, csm: User) -> None:
    model = ScriptedChat(script=[[("search_knowledge", {"query": "SAML 不具合"})], "証明書の期限切れが原因でした[1]。"])
    copilot = make(model, documents=[MARCH, JANUARY])
    answer = copilot.ask("先月のSAMLの不具合の原因は？", user=csm)
    assert {hit.ref for hit in copilot.trace(answer.thread, user=csm).found} == {"TK-3"}


def test_two_questions_are_both_answered(make: Make, csm: User) -> None:
    copilot = make(documents=[LOCK_JA, LIMIT_EN])
    asked = "HR-1007 のロックは何分で解除されますか？あと、Business plan の API requests は minute あたり何回ですか？"
    answer = copilot.ask(asked, user=csm)
    assert "30分" in answer.text and "120 API requests" in answer.text
    assert copilot.trace(answer.thread, user=csm).tools == ("search_knowledge", "search_knowledge")


def test_the_question_that_no_source_answers_is_named(make: Make, csm: User) -> None:
    asked = "HR-1007 のロックは何分で解除されますか？あと、HR-9999 のエラーの意味は何ですか？"
    answer = make().ask(asked, user=csm)
    assert answer.grounded == "cited" and "30分" in answer.text
    assert any("HR-9999" in notice for notice in answer.notices)


def test_each_question_brings_its_best_to_one_list() -> None:
    knowledge = ListKnowledge([LOCK_JA, LIMIT_EN, MARCH, JANUARY])
    asked = "Where is the account ロック HR-1007, and how many API requests does the Business plan allow?"
    hits, parts = search_asked(knowledge.search, asked, Scope(), 2, NOW)
    assert len(parts) == 2 and {hit.ref for hit in hits} == {"lock.md", "limits.md"}


def test_the_period_is_the_same_however_few_hits_are_wanted() -> None:
    pages = [manual(f"saml{n}.md", "SAML の不具合の原因は？", "SAML の不具合の原因は？") for n in range(3)]
    knowledge = ListKnowledge([*pages, MARCH, JANUARY])
    few, many = (search_asked(knowledge.search, "先月のSAMLの不具合の原因は？", Scope(), k, NOW) for k in (2, 14))
    assert [hit.source for hit in few[0]] == ["manual", "manual"] and few[0] == many[0][:2]
    assert few[1][0].used == many[1][0].used and few[1][0].used is not None and not few[1][0].widened


def test_an_answer_is_found_under_the_equal_word(make: Make, csm: User) -> None:
    page = manual("sso.md", "シングルサインオン", "シングルサインオンの証明書は三年ごとに更新してください。")
    asked = "SSO の証明書は三年ごとに更新しますか？"
    assert make(documents=[page]).ask(asked, user=csm).grounded == "refused"
    words = Fixed(Synonyms((("シングルサインオン", "SSO"),)))
    model = ExtractiveChat(embedder=BagEmbedder(), synonyms=words)
    assert "三年ごと" in make(model, documents=[page]).ask(asked, user=csm).text
