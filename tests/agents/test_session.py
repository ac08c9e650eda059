from __future__ import annotations

import sqlite3
import threading
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from agents.models.embedded.composing import LEAST_SCORE
from agents.session import Copilot, open_copilot
from banso.core.database import open_database
from banso.core.errors import NotFound, Unavailable
from banso.core.settings import Settings
from banso.core.users import User, Users
from banso.review.audit import HEAD
from banso.review.ledger import Ledger
from tests.agents.conftest import Make
from tests.agents.fakes import LIMIT_EN, LOCK_JA, ScriptedChat, manual


def test_answers_with_citations_that_stand_in_the_document(make: Make, csm: User) -> None:
    answer = make().ask("HR-1007 のロックは何分で解除されますか？", user=csm)
    assert answer.grounded == "cited"
    assert "30分" in answer.text and "[1]" in answer.text
    for citation in answer.citations:
        assert LOCK_JA.text[citation.start : citation.end] == citation.quote


def test_refuses_a_code_that_no_source_mentions_and_offers_the_nearest(make: Make, csm: User) -> None:
    answer = make().ask("HR-1016 の意味を教えてください", user=csm)
    assert answer.grounded == "refused" and answer.citations == ()
    assert "HR-1016" in answer.text and answer.nearest


def test_greets_without_sources(make: Make, csm: User) -> None:
    assert make().ask("ありがとうございます！", user=csm).grounded == "chat"
    assert make().ask("What can you do?", user=csm).grounded == "chat"


def test_a_source_in_the_other_language_is_quoted_and_its_language_named(make: Make, csm: User) -> None:
    answer = make(documents=[LIMIT_EN]).ask("Business plan の API requests は minute あたり何回ですか？", user=csm)
    assert answer.grounded == "cited"
    assert "英語のマニュアルより" in answer.text and "120 API requests" in answer.text


def test_follow_up_is_understood_from_the_conversation(make: Make, csm: User) -> None:
    copilot = make()
    first = copilot.ask("How many API requests a minute does the Business plan allow?", user=csm)
    assert "120" in first.text
    second = copilot.ask("And on the Enterprise plan?", user=csm, thread=first.thread)
    assert "600" in second.text
    assert [turn.question for turn in copilot.history(first.thread, user=csm)] == [
        "How many API requests a minute does the Business plan allow?",
        "And on the Enterprise plan?",
    ]


@pytest.mark.parametrize("aside", ["What about the weather?", "今日の天気は？"])
def test_a_change_of_subject_does_not_repeat_the_last_answer(make: Make, csm: User, aside: str) -> None:
    copilot = make()
    first = copilot.ask("How many API requests a minute does the Business plan allow?", user=csm)
    assert copilot.ask(aside, user=csm, thread=first.thread).grounded == "refused"


def test_names_the_conflict_and_prefers_the_current_page(make: Make, csm: User) -> None:
    old = manual("old.md", "旧・保存期間", "バックアップの保存期間は毎日の取得から14日間です。", superseded_by="new.md")
    new = manual("new.md", "保存期間", "バックアップの保存期間は毎日の取得から35日間です。")
    answer = make(documents=[old, new]).ask("バックアップの保存期間は何日ですか？", user=csm)
    assert answer.text.index("35日間") < answer.text.index("14日間")
    assert {citation.ref for citation in answer.citations} == {"old.md", "new.md"}
    assert "異なります" in answer.text


def test_account_facts_are_cited_from_the_crm(make: Make, csm: User) -> None:
    answer = make().ask("契約更新日はいつですか？", user=csm, account="AC-1")
    assert "2027-02-01" in answer.text
    assert [citation.source for citation in answer.citations] == ["crm"]
    assert answer.citations[0].account == "AC-1"


def test_stream_ends_with_the_answer_and_shows_steps_and_checked_text(make: Make, csm: User) -> None:
    events = [*make().stream("HR-1007 のロックは何分で解除されますか？", user=csm)]
    assert [e.step for e in events if e.kind == "step"][:2] == ["thinking", "searching"]
    shown = "".join(e.text for e in events if e.kind == "text")
    assert events[-1].kind == "answer" and events[-1].answer is not None
    assert shown.strip() == events[-1].answer.text


def test_unsupported_sentences_never_reach_the_reader_not_even_in_the_stream(make: Make, csm: User) -> None:
    script = [
        [("search_knowledge", {"query": "HR-1007 ロック 解除"})],
        "30分待つとロックは自動で解除されます[1]。費用は一回につき5000円かかります[1]。月が出ています。既知です[9]。",
    ]
    events = [*make(ScriptedChat(script=script)).stream("ロックの解除は？", user=csm)]
    answer = events[-1].answer
    assert answer is not None and answer.text == "30分待つとロックは自動で解除されます [1]。"
    assert "5000" not in "".join(e.text for e in events)
    assert len(answer.notices) == 2


def test_a_model_that_answers_from_memory_is_refused(make: Make, csm: User) -> None:
    answer = make(ScriptedChat(script=["ロックは一時間で解除されます。"])).ask("ロックは？", user=csm)
    assert answer.grounded == "refused" and "一時間" not in answer.text


def test_threads_belong_to_a_user_and_to_an_account(make: Make, csm: User, reviewer: User) -> None:
    copilot = make()
    first = copilot.ask("HR-1007 とは？", user=csm, account="AC-1")
    with pytest.raises(NotFound):
        copilot.ask("続き", user=reviewer, thread=first.thread)
    with pytest.raises(NotFound):
        copilot.history(first.thread, user=reviewer)
    other = copilot.ask("HR-1007 とは？", user=csm, account="AC-2", thread=first.thread)
    assert other.thread != first.thread
    assert [t.account for t in copilot.threads(csm)].count("AC-1") == 1
    assert copilot.threads(reviewer) == []


def test_unknown_account_and_empty_question_are_said(make: Make, csm: User) -> None:
    with pytest.raises(NotFound):
        make().ask("HR-1007 とは？", user=csm, account="AC-9")
    with pytest.raises(NotFound):
        make().ask("  ", user=csm)


def test_a_busy_thread_says_so(make: Make, csm: User) -> None:
    copilot = make(patience=0.05)
    thread = copilot.ask("HR-1007 とは？", user=csm).thread
    stream = copilot.stream("HR-1007 とは？", user=csm, thread=thread)
    next(stream)
    failed: list[Exception] = []

    def second() -> None:
        try:
            copilot.ask("HR-1007 とは？", user=csm, thread=thread)
        except Unavailable as error:
            failed.append(error)

    other = threading.Thread(target=second)
    other.start()
    other.join()
    assert failed
    assert [*stream][-1].kind == "answer"


def test_forty_turns_stay_small(make: Make, csm: User, settings: Settings) -> None:
    copilot = make()
    thread = ""
    for _ in range(40):
        thread = copilot.ask("HR-1007 とは何ですか？", user=csm, thread=thread).thread
    rows = sqlite3.connect(settings.data / "conversations.db").execute("SELECT count(*) FROM checkpoints").fetchone()
    assert rows[0] <= 4
    assert len(copilot.history(thread, user=csm)) == 40


def test_a_model_in_circles_must_answer(make: Make, csm: User) -> None:
    model = ScriptedChat(script=[[("search_knowledge", {"query": "ロック"})]])
    answer = make(model).ask("ロックは？", user=csm)
    assert answer.grounded == "refused" and model.said <= 12


def test_bad_tool_arguments_come_back_to_the_model(make: Make, csm: User) -> None:
    script: list[Any] = [[("search_knowledge", {"sources": ["payroll"]})], [("open_door", {})], "NO_ANSWER"]
    answer = make(ScriptedChat(script=script)).ask("ロックは？", user=csm)
    assert answer.grounded == "refused" and "no such tool" in answer.text and "open_door" not in answer.text


def test_a_draft_holds_the_thread_until_it_is_decided(make: Make, csm: User, reviewer: User, ledger: Ledger) -> None:
    copilot = make()
    made = copilot.draft("HR-1007 のロックの解除方法を案内する", user=csm, account="AC-1")
    assert made.account == "AC-1" and made.recipient == "arimura@aoba.example"
    assert "有村 亮 様" in made.body and "30分" in made.body and "[1]" not in made.body
    assert [c.ref for c in made.evidence] == ["lock.md"]
    assert copilot.pending(made.thread) == made.draft
    held = copilot.ask("ほかには？", user=csm, thread=made.thread)
    assert made.draft in held.text
    decision = ledger.approve(made.draft, 1, made.hash, reviewer=reviewer)
    told = copilot.decided(made.thread, decision.id)
    assert told is not None and "承認" in told.text
    assert copilot.pending(made.thread) is None
    assert copilot.ask("HR-1007 とは？", user=csm, thread=made.thread).grounded == "cited"


def test_a_returned_draft_is_written_anew_with_the_reason(
    make: Make, csm: User, reviewer: User, ledger: Ledger
) -> None:
    again = {"subject": "ご案内", "body": "短くしました。", "sources": [1]}
    script = [
        [("search_knowledge", {"query": "HR-1007 ロック"})],
        [("draft_reply", {"subject": "ご案内", "body": "長い本文です。", "sources": [1]})],
        [("draft_reply", again)],
    ]
    model = ScriptedChat(script=script)
    copilot = make(model)
    made = copilot.draft("ロックの解除", user=csm, account="AC-1")
    decision = ledger.return_(made.draft, 1, made.hash, reviewer=reviewer, reason="もっと短く")
    told = copilot.decided(made.thread, decision.id)
    assert told is not None and told.draft == made.draft
    latest = ledger.latest(made.draft)
    assert (latest.version, latest.author, latest.via, latest.account) == (2, csm.name, "agent", "AC-1")
    assert "\n短くしました。\n" in latest.body and ledger.state(made.draft) == "waiting"
    assert copilot.pending(made.thread) == made.draft
    assert "もっと短く" in str(model.seen[-1][-1].content)


def test_internal_words_in_a_draft_are_flagged(make: Make, csm: User) -> None:
    body = "有村様\nお客様専用の回避策として、夜間に一括取り込みを分割して実行する運用にしました。"
    script = [
        [("search_knowledge", {"query": "一括取り込み 回避策"})],
        [("draft_reply", {"subject": "回避策", "body": body, "sources": [1]})],
    ]
    answer = make(ScriptedChat(script=script)).ask("返信して", user=csm, account="AC-1")
    assert answer.draft and any("TK-1" in notice for notice in answer.notices)


def test_without_sources_only_a_holding_reply_is_drafted(make: Make, csm: User, ledger: Ledger) -> None:
    copilot = make(documents=[LIMIT_EN])
    made = copilot.draft("来週の訪問のお礼", user=csm, account="AC-1")
    assert made.evidence == () and "改めてご連絡" in made.body


def test_opens_again_where_it_stopped(make: Make, csm: User) -> None:
    first: Copilot = make()
    made = first.draft("HR-1007 のロックの解除", user=csm, account="AC-1")
    assert make().pending(made.thread) == made.draft


def test_users_of_the_same_name_are_one(database: Any, csm: User) -> None:
    assert Users(database).get("sato") == csm


def test_the_head_of_the_audit_trail_lies_in_the_data_folder_wherever_the_database_is(tmp_path: Path) -> None:
    elsewhere = tmp_path / "server"
    elsewhere.mkdir()
    settings = Settings(data=tmp_path / "data", database_url=f"sqlite:///{elsewhere}/banso.db")
    with closing(open_database(settings)) as database:
        Users(database).add("sato", "csm", "long enough 1")
    with closing(open_copilot(settings)) as copilot:
        copilot.ledger.file("AC-1", "a@b.example", "Subject", "Body", (), author="sato")
        assert copilot.ledger.verify_audit().exported == 1
    assert [(tmp_path / "data" / HEAD).exists(), (elsewhere / HEAD).exists()] == [True, False]


def test_the_history_keeps_how_long_an_answer_took(make: Make, csm: User) -> None:
    copilot = make()
    answer = copilot.ask("HR-1007 のロックは？", user=csm)
    assert 0 < copilot.history(answer.thread, user=csm)[0].answer.seconds <= answer.seconds


def test_the_embedded_model_says_how_sure_it_is_and_another_one_does_not(make: Make, csm: User) -> None:
    copilot = make()
    sure = copilot.ask("HR-1007 のロックは何分で解除されますか？", user=csm)
    unsure = copilot.ask("社内の花見の日程を教えてください", user=csm)
    assert (sure.grounded, unsure.grounded) == ("cited", "refused")
    assert sure.confidence is not None and unsure.confidence is not None
    assert 0.0 <= unsure.confidence <= LEAST_SCORE <= sure.confidence <= 1.0
    assert copilot.history(sure.thread, user=csm)[0].answer.confidence == sure.confidence
    assert make(ScriptedChat(script=["NO_ANSWER"])).ask("ロックは？", user=csm).confidence is None


def test_an_answer_below_the_bound_is_marked_and_kept_so(
    make: Make, csm: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    copilot, asked = make(), "HR-1007 のロックは何分で解除されますか？"
    assert not copilot.ask(asked, user=csm).unsure
    monkeypatch.setattr("agents.finishing.UNSURE", 1.01)
    doubted = copilot.ask(asked, user=csm)
    assert doubted.unsure and doubted.grounded == "cited" and copilot.history(doubted.thread, user=csm)[0].answer.unsure
    assert not copilot.ask("社内の花見の日程を教えてください", user=csm).unsure  # a refusal is sure of nothing else
    assert not make(ScriptedChat(script=["NO_ANSWER"])).ask(asked, user=csm).unsure


def test_the_trace_names_the_tools_that_ran_and_what_they_found(make: Make, csm: User, reviewer: User) -> None:
    script = [[("search_knowledge", {"query": "ロック"}), ("open_door", {})], "30分待つと自動で解除されます [1]。"]
    copilot = make(ScriptedChat(script=script))
    answer = copilot.ask("ロックは？", user=csm)
    trace = copilot.trace(answer.thread, user=csm)
    assert trace.tools == ("search_knowledge", "open_door") and trace.found[0].ref == "lock.md"
    with pytest.raises(NotFound):
        copilot.trace(answer.thread, user=reviewer)
