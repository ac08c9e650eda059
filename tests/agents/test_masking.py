"""No password, key, token or card number reaches a chat model outside, or a log, wherever it stood."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage, ToolMessage

from agents.masking import mask_text, masked
from agents.models.litellm import LiteLLMChat
from agents.session import Copilot
from agents.wording import prompt
from banso.core.database import Database
from banso.core.settings import Settings
from banso.core.users import User
from tests.agents.fakes import ScriptedChat
from tests.agents.logs import log_everything
from tests.agents.real import real_copilot, write_crm, write_slack, write_tickets

KEY = "AKIA" + "IOSFODNN7QZXWVUT"
GITHUB = "ghp_" + "9aF3kLm2Qx7RtY5uWz1BvC8dEn4GhJ6p"
SLACK = "xoxb-" + "210987654321-AbCdEfGh1JkLmN"
LIVE = "sk_live_" + "51Hq2ZtR8vYxWm3KpQ"
PASSWORD, PIN, PHRASE = "Tsubame#2291", "7306", "k0mor3bi-84"
CARD = "4539 1488 0343 6467"
LINE = "postgres://admin:" + "hash1mot0@db.internal/app"
PLANTED = (KEY, GITHUB, SLACK, LIVE, PASSWORD, PIN, PHRASE, CARD, "4539148803436467", "hash1mot0")


@pytest.fixture
def sources(tmp_path: Path) -> list[tuple[str, Path]]:
    """Each secret in a source of another kind. Ingestion masks cards; the survey of a CRM goes in as it is."""
    tickets = [
        (
            "TK-1",
            "AC-1",
            "連携が止まる",
            f"連携が止まります。APIキーは {KEY} です。パスワードは「{PASSWORD}」です。",
        ),
        (
            "TK-2",
            "AC-1",
            "連携の設定",
            f"連携先は {LINE} で、暗証番号は {PIN} です。カードは {CARD} です。",
        ),
    ]
    slack = [f"連携のトークンは {GITHUB} です。", f"連携の bot のトークン {SLACK} を設定しました。"]
    comment = f"連携用のパスワードは {PHRASE} です。カードは {CARD} です。"
    return [
        ("crm", write_crm(tmp_path / "crm", comment)),
        ("tickets", write_tickets(tmp_path / "tickets.jsonl", tickets)),
        ("slack", write_slack(tmp_path / "slack", slack)),
    ]


def outside(inner: Any) -> LiteLLMChat:
    """The door of LiteLLM with another model behind it."""
    return LiteLLMChat(inner=inner, name_shown="openai/recording", failures=(OSError,))


def recording() -> ScriptedChat:
    look = [("search_knowledge", {"query": "連携"}), ("lookup_account", {"query": "AC-1"})]
    found = [("search_knowledge", {"query": "連携 トークン 設定"})]
    return ScriptedChat(script=[look, found, f"トークンは {GITHUB} です [1]。", "NO_ANSWER"])


QUESTION = f"連携が止まります。APIキーは {LIVE} です。カードは {CARD} です。青葉製作所の状況は？"


@pytest.fixture
def opened(settings: Settings, database: Database, sources: list[tuple[str, Path]]) -> Iterator[Any]:
    copilots: list[Copilot] = []

    def open_(model: Any) -> Copilot:
        copilots.append(real_copilot(settings, database, sources, model))
        return copilots[-1]

    yield open_
    for copilot in copilots:
        copilot.close()


def read_by(model: ScriptedChat) -> str:
    """Everything that reached the model, in every form."""
    return "\n".join(message.model_dump_json() + str(message.content) for seen in model.seen for message in seen)


def test_no_secret_reaches_a_model_outside_or_a_log(opened: Any, csm: User, caplog: pytest.LogCaptureFixture) -> None:
    model = recording()
    with log_everything(caplog):
        copilot = opened(outside(model))
        first = copilot.ask(QUESTION, user=csm, account="AC-1")
        copilot.ask("続けてください", user=csm, thread=first.thread)
    read = read_by(model)
    assert "連携が止まります" in read and "秘密情報" in read and "カード番号" in read
    assert [secret for secret in PLANTED if secret in read] == []
    assert [secret for secret in PLANTED if secret in caplog.text] == []


def test_without_the_door_the_same_secrets_do_reach_it(opened: Any, csm: User) -> None:
    model = recording()
    opened(model).ask(QUESTION, user=csm, account="AC-1")
    read = read_by(model)
    missing = {secret for secret in PLANTED if secret not in read}
    assert missing == {"4539148803436467"}


def test_people_and_search_keep_the_text_as_it_is(opened: Any, csm: User) -> None:
    model = recording()
    copilot = opened(outside(model))
    copilot.ask("連携のトークンは？", user=csm, account="AC-1")
    found = copilot.knowledge.search("連携 トークン", copilot.scope("AC-1"))
    assert any(GITHUB in hit.text for hit in found)
    assert model.seen[1][-2].name == "search_knowledge" and '"passage": 1' in model.seen[1][-2].content


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"パスワードは「{PASSWORD}」です。", "パスワードは「［秘密情報］」です。"),
        (f"The API key is {LIVE}.", "The API [secret]."),
        (f"カード {CARD} で払いました", "カード ［カード番号］ で払いました"),
        ("口座番号は 普通 1234567 です", "口座番号は 普通 ［口座番号］ です"),
        ("-----BEGIN RSA PRIVATE KEY-----\nMIIEow\nabc=\n-----END RSA PRIVATE KEY-----\nok", "[secret]\nok"),
        ("The password is at least 12 characters long.", "The password is at least 12 characters long."),
        ("連絡先は arimura@aoba.example、03-5555-0101 です。", "連絡先は arimura@aoba.example、03-5555-0101 です。"),
        ("見える\u200b文字\U000e0041\U000e0042", "見える文字"),
    ],
)
def test_a_mask_says_what_stood_there(text: str, shown: str) -> None:
    assert mask_text(text) == shown


def test_the_prompts_themselves_hold_nothing_to_mask() -> None:
    for language in ("ja", "en"):
        for name in ("system", "gloss"):
            text = prompt(language, name)  # type: ignore[arg-type]
            assert mask_text(text) == text


def test_json_stays_json_and_ids_stay_ids() -> None:
    document = "5f2b6c1d9e8a47305f2b6c1d9e8a4730"
    row = {"document": document, "marker": 1, "text": f'パスワードは "{PASSWORD}"\nです', "heading": [f"キー {KEY}"]}
    found = ToolMessage(json.dumps({"passages": [row]}, ensure_ascii=False), tool_call_id="1")
    clean = json.loads(str(masked([found])[0].content))["passages"][0]
    assert clean["document"] == document and clean["marker"] == 1
    assert PASSWORD not in clean["text"] and clean["heading"] == ["キー ［秘密情報］"]


@pytest.mark.parametrize(
    "written",
    [{"document": KEY}, {KEY: 1}, {"card": int(CARD.replace(" ", ""))}, {"a": [{"document": f"token {GITHUB}"}]}],
    ids=["under a name that is kept", "as a key", "as a number", "further down"],
)
def test_json_that_an_author_wrote_hides_nothing(written: Any) -> None:
    row = {"document": "5f2b6c1d", "text": json.dumps(written)}
    asked = [ToolMessage(json.dumps({"passages": [row]}), tool_call_id="1"), HumanMessage(json.dumps(written))]
    told = " ".join(str(message.content) for message in masked(asked))
    assert not any(secret in told for secret in (KEY, GITHUB, CARD.replace(" ", "")))


@pytest.mark.parametrize("written", ["[" * 3000, '{"a":' * 3000])
def test_a_text_that_is_nested_deeply_is_a_text(written: str) -> None:
    row = {"text": written + KEY}
    told = masked([HumanMessage(written), ToolMessage(json.dumps({"passages": [row]}), tool_call_id="1")])
    assert told[0].content == written and KEY not in str(told[1].content)


def test_every_kind_of_message_is_looked_at_and_a_clean_one_is_left_alone() -> None:
    call = {"name": "search_knowledge", "args": {"query": f"key {KEY}"}, "id": "1", "type": "tool_call"}
    messages = [
        SystemMessage(f"rule: {KEY}"), HumanMessage([{"type": "text", "text": f"token {GITHUB}"}]),
        AIMessage("", tool_calls=[call]), ToolMessage(f"token {SLACK}", tool_call_id="1"),
    ]  # fmt: skip
    dumped = "".join(message.model_dump_json() for message in masked(messages))
    assert not any(secret in dumped for secret in (KEY, GITHUB, SLACK))
    clean = HumanMessage("HR-1007 のロックは？")
    assert masked([clean])[0] is clean


def test_what_a_provider_repeats_is_masked(make: Any, csm: User, caplog: pytest.LogCaptureFixture) -> None:
    class Broken(ScriptedChat):
        def _stream(self, *args: Any, **kwargs: Any) -> Any:
            raise OSError(f"Incorrect API key provided: {LIVE}")

    from agents.models.extractive import ExtractiveChat
    from tests.agents.fakes import BagEmbedder

    caplog.set_level(logging.DEBUG)
    spare = ExtractiveChat(embedder=BagEmbedder())
    make(outside(Broken(script=[""])), spare=spare).ask("HR-1007 のロックは？", user=csm)
    assert "[secret]" in caplog.text and LIVE not in caplog.text
