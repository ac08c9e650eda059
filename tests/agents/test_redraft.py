"""A draft that came back: mended, refused where it is somebody else's, and said when not."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from langgraph.types import Command

from agents.session import Copilot
from banso.core.database import Database
from banso.core.users import User, Users
from banso.learning.book import Lessons
from banso.review.drafts import DraftVersion
from banso.review.ledger import Ledger
from tests.agents.conftest import Make
from tests.agents.fakes import DOCUMENTS, ListCrm, ScriptedChat, manual

ABOUT = "HR-1007 のロックの解除"
MORE = manual(
    "mail.md",
    "再発行メール",
    "パスワードの再発行メールの有効期限は24時間です。届かないときは迷惑メールの設定を確認します。",
)


@pytest.fixture
def copilot(make: Make) -> Copilot:
    return make(documents=(*DOCUMENTS, MORE))


def back(copilot: Copilot, ledger: Ledger, csm: User, reviewer: User, reason: str) -> tuple[DraftVersion, Any]:
    made = copilot.draft(ABOUT, user=csm, account="AC-1")
    decision = ledger.return_(made.draft, 1, made.hash, reviewer=reviewer, reason=reason)
    return made, copilot.decided(made.thread, decision.id)


def test_a_wrong_fact_goes(copilot: Copilot, ledger: Ledger, csm: User, reviewer: User) -> None:
    made, told = back(copilot, ledger, csm, reviewer, "wrong_fact: 30分で解除されるのは旧版です")
    latest = ledger.latest(made.draft)
    assert "30分" in made.body and "30分" not in latest.body and "ロック解除" in latest.body
    assert (latest.draft, latest.version, told.draft) == (made.draft, 2, made.draft)


def test_what_a_draft_took_is_not_counted_again(copilot: Copilot, ledger: Ledger, csm: User, reviewer: User) -> None:
    made, told = back(copilot, ledger, csm, reviewer, "wrong_fact: 30分で解除されるのは旧版です")
    [first] = copilot.history(made.thread, user=csm)[0].answer.usage
    [second] = told.usage
    assert (first.calls, second.calls) == (2, 2)


def test_what_is_missing_comes_with_its_source(copilot: Copilot, ledger: Ledger, csm: User, reviewer: User) -> None:
    made, _ = back(copilot, ledger, csm, reviewer, "missing_info: パスワードの再発行メールの有効期限")
    latest = ledger.latest(made.draft)
    assert "24時間" in latest.body and "30分" in latest.body
    assert {c.ref for c in latest.evidence} >= {"mail.md", "lock.md"}
    assert latest.body.index("30分") < latest.body.index("24時間")


def test_shorter_is_shorter(copilot: Copilot, ledger: Ledger, csm: User, reviewer: User) -> None:
    made, _ = back(copilot, ledger, csm, reviewer, "tone: もっと短く")
    latest = ledger.latest(made.draft)
    assert latest.version == 2 and len(latest.body) < len(made.body)
    assert latest.body.splitlines()[-1] == made.body.splitlines()[-1]


def test_a_persons_words_stay(copilot: Copilot, ledger: Ledger, csm: User, reviewer: User) -> None:
    made = copilot.draft(ABOUT, user=csm, account="AC-1")
    body = made.body.replace("30分待つ", "30分ほどお待ちいただく")
    second = ledger.edit(made.draft, 1, editor=csm, subject="ご案内", body=body)
    ledger.return_(
        made.draft, 2, second.hash, reviewer=reviewer, reason="missing_info: パスワードの再発行メールの有効期限"
    )
    copilot.decided(made.thread)
    third = ledger.latest(made.draft)
    assert (third.version, third.via, third.subject) == (3, "agent", "ご案内")
    assert "30分ほどお待ちいただく" in third.body and "24時間" in third.body


def test_nothing_better_is_said_and_nothing_is_filed(
    copilot: Copilot, ledger: Ledger, csm: User, reviewer: User
) -> None:
    made, told = back(copilot, ledger, csm, reviewer, "tone: 硬い")
    assert (ledger.state(made.draft), len(ledger.versions(made.draft))) == ("returned", 1)
    assert made.draft in told.text and "硬い" in told.text and "編集" in told.text and told.draft is None
    assert copilot.pending(made.thread) is None and len(ledger.queue()) == 1
    assert told.notices == () and told.removed == ()
    assert copilot.ask("HR-1007 とは？", user=csm, thread=made.thread).grounded == "cited"


def test_a_model_that_only_talks_files_nothing(make: Make, ledger: Ledger, csm: User, reviewer: User) -> None:
    mail = {"subject": "件名", "body": "本文です。", "sources": [1]}
    script = [[("search_knowledge", {"query": "ロック"})], [("draft_reply", mail)], "どう直しますか？"]
    made, told = back(make(ScriptedChat(script=script)), ledger, csm, reviewer, "other: 直して")
    assert ledger.state(made.draft) == "returned" and made.draft in told.text


def test_the_same_text_again_is_refused(make: Make, ledger: Ledger, csm: User, reviewer: User) -> None:
    mail = {"subject": "件名", "body": "本文です。", "sources": [1]}
    script = [
        [("search_knowledge", {"query": "ロック"})],
        [("draft_reply", mail)],
        [("draft_reply", mail)],
        "NO_ANSWER",
    ]
    made, told = back(make(ScriptedChat(script=script)), ledger, csm, reviewer, "other: 直して")
    assert len(ledger.versions(made.draft)) == 1 and made.draft in told.text


# --- ways round ------------------------------------------------------------


def strike(copilot: Copilot, database: Database, mine: DraftVersion, target: str, csm: User) -> None:
    """Points the conversation at another draft by hand, as whoever can write checkpoints could, and lets it write."""
    graph = copilot._graph
    config: Any = {"configurable": {"thread_id": mine.thread}, "recursion_limit": 10}
    context = copilot._context(csm, copilot._threads.get(mine.thread, csm))
    mail = {"subject": "乗っ取り", "body": "書き換えました。", "sources": []}
    call = {"name": "draft_reply", "args": mail, "id": "forged", "type": "tool_call"}
    from langchain.messages import AIMessage

    forged = {"redraft": target, "draft": "", "messages": [AIMessage("", tool_calls=[call])]}
    graph.update_state(config, forged, as_node="call_model")
    graph.invoke(None, config, context=context)


def drop(database: Database, *guards: str) -> None:
    with database.write() as db:
        for guard in guards:
            db.execute(sa.text(f"DROP TRIGGER {guard}"))


@pytest.mark.parametrize(
    ("whose", "state", "guards"),
    [
        ("another person's", "returned", ("redraft_author", "redraft_thread")),
        ("another account's", "returned", ("version_account", "redraft_thread")),
        ("mine", "waiting", ("redraft_returned", "redraft_thread")),
        ("mine", "queued", ("version_queued", "redraft_returned", "redraft_thread")),
        ("mine", "rejected", ("version_rejected", "redraft_returned", "redraft_thread")),
    ],
)
def test_a_forged_checkpoint_rewrites_nobodys_draft(
    make: Make, database: Database, ledger: Ledger, csm: User, reviewer: User, whose: str, state: str,
    guards: tuple[str, ...],
) -> None:  # fmt: skip
    copilot = make()
    other = Users(database).add("other", "csm", "long enough 3") if whose == "another person's" else csm
    account = "AC-2" if whose == "another account's" else "AC-1"
    target = copilot.draft("Limits of API requests" if account == "AC-2" else ABOUT, user=other, account=account)
    if state == "queued":
        ledger.approve(target.draft, 1, target.hash, reviewer=reviewer)
    elif state != "waiting":
        act = ledger.return_ if state == "returned" else ledger.reject
        act(target.draft, 1, target.hash, reviewer=reviewer, reason="直して")
    mine = copilot.draft(ABOUT, user=csm, account="AC-1")
    strike(copilot, database, mine, target.draft, csm)
    assert len(ledger.versions(target.draft)) == 1
    drop(database, *guards)
    strike(copilot, database, mine, target.draft, csm)
    assert len(ledger.versions(target.draft)) == 2


def test_a_forged_resume_redrafts_nothing(copilot: Copilot, ledger: Ledger, csm: User) -> None:
    made = copilot.draft(ABOUT, user=csm, account="AC-1")
    config: Any = {"configurable": {"thread_id": made.thread}, "recursion_limit": 10}
    context = copilot._context(csm, copilot._threads.get(made.thread, csm))
    for payload in ({"decision": "return", "redraft": made.draft}, "returned"):
        copilot._graph.invoke(Command(resume=payload), config, context=context)
    assert len(ledger.versions(made.draft)) == 1 and copilot.pending(made.thread) == made.draft


# --- rules ------------------------------------------------------------


def teach(make: Make, database: Database, ledger: Ledger, csm: User) -> tuple[Copilot, Lessons]:
    lessons = Lessons(database, ListCrm())
    copilot = make(lessons=lessons)
    made = copilot.draft(ABOUT, user=csm, account="AC-1")
    body = made.body.replace("すぐにロックを解除できます", "いつでもロックを解除いただけます")
    assert body != made.body
    ledger.edit(made.draft, 1, editor=csm, subject=made.subject, body=body, reason="tone")
    lessons.scan()
    return copilot, lessons


def test_an_accepted_rule_is_followed_and_named(make: Make, database: Database, ledger: Ledger, csm: User) -> None:
    copilot, lessons = teach(make, database, ledger, csm)
    before = copilot.draft(ABOUT, user=csm, account="AC-1")
    assert "すぐにロックを解除できます" in before.body and lessons.followed_by(before.draft, 1) == []
    admin = Users(database).add("root", "admin", "long enough 4")
    rules = sorted(one.number for one in lessons.lessons() if one.kind == "rule")
    for number in rules:
        lessons.accept(number, admin=admin, scope="account")
    after = copilot.draft(ABOUT, user=csm, account="AC-1")
    assert "いつでもロックを解除いただけます" in after.body
    assert [one.number for one in lessons.followed_by(after.draft, 1)] == rules
    for number in rules:
        lessons.switch(number, admin=admin, on=False)
    assert copilot.draft(ABOUT, user=csm, account="AC-1").body == before.body


def test_an_llm_reads_the_rules_of_its_customer_only(make: Make, database: Database, ledger: Ledger, csm: User) -> None:
    _, lessons = teach(make, database, ledger, csm)
    admin = Users(database).add("root", "admin", "long enough 4")
    number = next(one.number for one in lessons.lessons() if one.kind == "rule")
    lessons.accept(number, admin=admin, scope="account")
    model = ScriptedChat(script=["NO_ANSWER"])
    asked = make(model, lessons=lessons)
    asked.ask("ロックは？", user=csm, account="AC-1")
    asked.ask("Lock?", user=csm, account="AC-2")
    prompts = [str(messages[0].content) for messages in model.seen]
    assert "いただけ" in prompts[0] and not any("いただけ" in p for p in prompts[1:])
