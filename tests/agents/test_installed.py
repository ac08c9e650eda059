"""Version and edition of the chosen customer shape what is found, what is said of it, and what is asked back."""

from __future__ import annotations

import json
from typing import Any

import pytest

from agents.answers import Answer
from agents.session import Copilot
from banso.core.users import User
from tests.agents.conftest import Make
from tests.agents.fakes import ListCrm, ScriptedChat, manual

ASKED = "SSO の証明書は何枚まで登録できますか？"
OLD = manual("2.8/sso.md", "SSO の設定", "SSO の証明書は 1 枚まで登録できます。", version="2.8")
NEW = manual("3.2/sso.md", "SSO の設定", "SSO の証明書は 2 枚まで登録できます。", version="3.2")
CLOUD = manual("cloud/size.md", "添付ファイル", "添付ファイルの上限は 10 MB です。")
OWN_SERVER = manual("self-host/size.md", "添付ファイル", "添付ファイルの上限は 50 MB です。")
SIZE = "添付ファイルの上限は？"


def running(copilot: Copilot, version: str = "", edition: str = "") -> Copilot:
    """The copilot with this on the record of AC-1."""
    crm = copilot.crm
    assert isinstance(crm, ListCrm)
    crm._accounts["AC-1"] = crm.get("AC-1").model_copy(update={"version": version, "edition": edition})
    return copilot


def ask(make: Make, user: User, question: str, *documents: Any, account: str = "AC-1", **more: Any) -> Answer:
    runs = {name: more.pop(name) for name in ("version", "edition") if name in more}
    return running(make(documents=documents, **more), **runs).ask(question, user=user, account=account)


def told(answer: Answer) -> list[tuple[str, str]]:
    return [(fact.kind, fact.value) for fact in answer.facts]


@pytest.mark.parametrize(("version", "said", "other"), [("2.8.3", "1 枚", "2 枚"), ("3.4", "2 枚", "1 枚")])
def test_the_customer_s_own_version_answers(make: Make, csm: User, version: str, said: str, other: str) -> None:
    answer = ask(make, csm, ASKED, OLD, NEW, version=version)
    assert said in answer.text and other not in answer.text
    assert told(answer) == [("version", version)] and answer.notices == ()


def test_what_is_said_for_another_version_alone_is_marked(make: Make, csm: User) -> None:
    answer = ask(make, csm, ASKED, OLD, version="3.1")
    assert answer.notices == ("[1] はバージョン 2.8 の説明です。お客様は 3.1 をお使いです。",)
    assert told(answer) == [("version", "3.1")]


def test_a_page_of_a_later_version_is_marked_and_answers_where_nothing_else_does(make: Make, csm: User) -> None:
    answer = ask(make, csm, ASKED, NEW, version="3.1")
    assert "2 枚" in answer.text and answer.notices == ("[1] はバージョン 3.2 の説明です。お客様は 3.1 をお使いです。",)


def test_a_page_of_the_same_major_version_is_not_marked(make: Make, csm: User) -> None:
    answer = ask(make, csm, ASKED, NEW, version="3.4")
    assert answer.notices == () and told(answer) == []


def test_a_question_that_names_a_version_wins_over_the_record(make: Make, csm: User) -> None:
    answer = ask(make, csm, f"バージョン 2.8 では、{ASKED}", OLD, NEW, version="3.4")
    assert "1 枚" in answer.text and "2 枚" not in answer.text
    assert answer.notices == () and told(answer) == [] and answer.asks is None


def test_the_version_that_the_person_named_counts_where_a_model_leaves_it_out(make: Make, csm: User) -> None:
    chat = ScriptedChat(script=[[("search_knowledge", {"query": "SSO 証明書"})], "NO_ANSWER"])
    ask(make, csm, f"バージョン 2.8 では、{ASKED}", OLD, NEW, version="3.4", model=chat)
    first = json.loads(chat.seen[1][-1].text)["passages"][0]
    assert (first["version"], first["misfit"]) == ("2.8", "")


@pytest.mark.parametrize("edition", ["オンプレミス版", "self-hosted", "On-premises"])
def test_the_customer_s_own_edition_answers(make: Make, csm: User, edition: str) -> None:
    answer = ask(make, csm, SIZE, CLOUD, OWN_SERVER, edition=edition)
    assert "50 MB" in answer.text and "10 MB" not in answer.text
    assert told(answer) == [("edition", edition)] and answer.notices == ()


def test_what_is_said_for_another_edition_alone_is_marked(make: Make, csm: User) -> None:
    answer = ask(make, csm, SIZE, OWN_SERVER, edition="cloud")
    assert answer.notices == ("[1] はオンプレミス版の説明です。お客様はクラウド版をお使いです。",)
    english = manual("self-host/size.md", "Attachments", "The limit of attachments is 50 MB.", language="en")
    answer = ask(make, csm, "What is the limit of attachments?", english, edition="cloud")
    assert answer.notices == ("[1] is about the self-hosted edition; this customer uses the cloud edition.",)


def test_a_question_that_names_an_edition_wins_over_the_record(make: Make, csm: User) -> None:
    answer = ask(make, csm, f"オンプレミス版の{SIZE}", CLOUD, OWN_SERVER, edition="cloud")
    assert "50 MB" in answer.text and answer.notices == () and told(answer) == []


def test_a_model_reads_version_and_edition_and_which_passage_is_about_another(make: Make, csm: User) -> None:
    chat = ScriptedChat(script=[[("search_knowledge", {"query": "証明書"})], "NO_ANSWER"])
    ask(make, csm, ASKED, OLD, OWN_SERVER, version="3.1.4", edition="cloud", model=chat)
    told = chat.seen[0][0].text
    assert "利用中のバージョン: 3.1.4。" in told and "利用中のエディション: クラウド版。" in told
    old, own = json.loads(chat.seen[1][-1].text)["passages"]
    assert (old["version"], old["misfit"], own["other_edition"]) == ("2.8", "other_version", "self_hosted")


def test_without_a_customer_the_newest_answers_and_no_fact_is_claimed(make: Make, csm: User) -> None:
    answer = ask(make, csm, ASKED, OLD, NEW, account="")
    assert answer.text.startswith("SSO の証明書は 2 枚") and "なお、古いバージョンの資料は" in answer.text
    assert answer.facts == () and answer.notices == ()


def test_the_version_is_asked_where_it_changes_the_answer_and_nobody_said(make: Make, csm: User) -> None:
    answer = ask(make, csm, ASKED, OLD, NEW, account="")
    assert answer.asks is not None and "バージョン" in answer.asks.question
    assert [one.label for one in answer.asks.choices] == ["バージョン 3.2", "バージョン 2.8"]
    same = OLD.model_copy(update={"text": NEW.text})
    assert ask(make, csm, ASKED, same, NEW, account="").asks is None
    assert ask(make, csm, ASKED, OLD, NEW, version="3.2").asks is None


def test_the_edition_is_asked_where_it_changes_the_answer_and_nobody_said(make: Make, csm: User) -> None:
    answer = ask(make, csm, SIZE, CLOUD, OWN_SERVER, account="")
    assert answer.asks is not None and {one.label for one in answer.asks.choices} == {"クラウド版", "オンプレミス版"}
    assert ask(make, csm, f"クラウド版の{SIZE}", CLOUD, OWN_SERVER, account="").asks is None


def test_a_choice_of_the_version_is_understood(make: Make, csm: User) -> None:
    copilot = make(documents=(OLD, NEW))
    first = copilot.ask(ASKED, user=csm)
    assert first.asks is not None
    answer = copilot.ask(first.asks.choices[1].label, user=csm, thread=first.thread)
    assert "1 枚" in answer.text and answer.asks is None


@pytest.mark.parametrize(("choice", "said"), [("クラウド版", "10 MB"), ("オンプレミス版", "50 MB")])
def test_a_choice_of_the_edition_is_understood(make: Make, csm: User, choice: str, said: str) -> None:
    copilot = make(documents=(CLOUD, OWN_SERVER))
    first = copilot.ask(SIZE, user=csm)
    answer = copilot.ask(choice, user=csm, thread=first.thread)
    assert said in answer.text and answer.asks is None


def test_nothing_of_another_customer_s_record_enters(make: Make, csm: User) -> None:
    chat = ScriptedChat(script=[[("search_knowledge", {"query": "証明書"})], "NO_ANSWER"])
    copilot = running(make(chat, documents=(OLD, NEW)), "2.8.77", "オンプレミス版")
    answer = copilot.ask(ASKED, user=csm, account="AC-2")
    read = "\n".join(message.text for message in (*chat.seen[0], *chat.seen[1]))
    assert "2.8.77" not in read + answer.text and "オンプレミス版" not in read
    passages = json.loads(chat.seen[1][-1].text)["passages"]
    assert {one["misfit"] for one in passages} == {"", "older_version"}
    assert [one for _, one in copilot.knowledge.asked if one.installed.versions or one.installed.edition] == []
    assert answer.facts == () and answer.notices == ()
