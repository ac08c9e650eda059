"""A person's wishes about answers: which models are told, and what the embedded one makes of them."""

from __future__ import annotations

from typing import Any

import pytest

from banso.core.database import Database
from banso.core.preferences import PreferenceBook
from banso.core.users import User
from banso.review.ledger import Ledger
from tests.agents.conftest import Make
from tests.agents.fakes import LIMIT_EN, LOCK_JA, ScriptedChat, manual

PAGE = manual(
    "lock.md", "ロック",
    "ロックは30分で自動的に解除されます。ロックは管理者がすぐに解除できます。ロックの解除は監査ログに残ります。"
    "ロックは5回の失敗で始まります。ロックの通知は管理者に届きます。ロックの時間は変更できます。",
)  # fmt: skip


@pytest.fixture
def book(database: Database) -> PreferenceBook:
    return PreferenceBook(database)


def sentences(text: str) -> int:
    return text.count("。")


def test_the_embedded_model_says_as_much_as_is_wanted(make: Make, csm: User, book: PreferenceBook) -> None:
    said = {}
    for length in ("short", "normal", "detailed"):
        book.set(csm.name, length=length)
        answer = make(documents=[PAGE], preferences=book).ask("ロックはどうなりますか？", user=csm)
        assert answer.grounded == "cited"
        said[length] = sentences(answer.text)
    assert said["short"] == 1 < said["normal"] < said["detailed"]


def test_the_embedded_model_words_its_answer_in_the_wanted_language(
    make: Make, csm: User, book: PreferenceBook
) -> None:
    asked = "How many API requests a minute does the Business plan allow?"
    assert "マニュアル" not in make(documents=[LIMIT_EN], preferences=book).ask(asked, user=csm).text
    book.set(csm.name, language="ja")
    copilot = make(documents=[LIMIT_EN, LOCK_JA], preferences=book)
    assert "英語のマニュアルより" in copilot.ask(asked, user=csm).text
    assert "見つかりませんでした" in copilot.ask("What does HR-9999 mean?", user=csm).text
    assert "こんにちは" in copilot.ask("Hello", user=csm).text


@pytest.mark.parametrize(
    ("wanted", "words"),
    [({"language": "en"}, ["answer in English"]), ({"length": "short"}, ["短い回答"]),
     ({"length": "detailed"}, ["詳しい回答"]),
     ({"language": "ja", "length": "short"}, ["日本語で答えてください", "短い回答"])],
)  # fmt: skip
def test_a_prompted_model_is_told(
    make: Make, csm: User, book: PreferenceBook, wanted: dict[str, str], words: list[str]
) -> None:
    book.set(csm.name, **wanted)
    model = ScriptedChat(script=["NO_ANSWER"])
    make(model, preferences=book).ask("ロックは？", user=csm)
    assert all(word in str(model.seen[0][0].content) for word in words)


def test_one_persons_wishes_are_nothing_to_another(make: Make, csm: User, reviewer: User, book: PreferenceBook) -> None:
    book.set(csm.name, language="en", length="short")
    model = ScriptedChat(script=["NO_ANSWER"])
    make(model, preferences=book).ask("ロックは？", user=reviewer)
    assert "短い回答" not in str(model.seen[0][0].content) and "answer in English" not in str(model.seen[0][0].content)


def test_a_draft_stays_in_the_customers_language_and_at_its_length(
    make: Make, csm: User, book: PreferenceBook, ledger: Ledger
) -> None:
    def body() -> Any:
        return make(preferences=book).draft("HR-1007 のロックの解除方法を案内する", user=csm, account="AC-1").body

    usual = body()
    book.set(csm.name, language="en", length="short")
    assert body() == usual
