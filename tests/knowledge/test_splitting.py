"""Messages with several questions are parted where each stands alone, and only there."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banso.knowledge.documents import Scope
from banso.knowledge.splitting import MOST, merged, questions_in
from tests.agents.fakes import DOCUMENTS, ListKnowledge


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("APIの上限は？あと証明書の期限はいつですか", ("APIの上限は？", "証明書の期限はいつですか")),
        (
            "Where is the audit log, and how much is the Business plan?",
            ("Where is the audit log", "how much is the Business plan?"),
        ),
        (
            "How long until a change reaches us via SCIM? Also, by when must a customer ask for a credit?",
            ("How long until a change reaches us via SCIM?", "by when must a customer ask for a credit?"),
        ),
        (
            "SSOの設定手順を教えてください。また、監査ログは何日残りますか。",
            ("SSOの設定手順を教えてください", "監査ログは何日残りますか"),
        ),
        (
            "In Dify, where is the log viewer, and how do I delete a dataset?",
            ("In Dify, where is the log viewer", "In Dify, how do I delete a dataset?"),
        ),
        (
            "ログインできません。HR-1012と出ます。何をすればよいですか？それと、請求書の宛名はどこで変えますか？",
            ("ログインできません。HR-1012と出ます。何をすればよいですか？", "請求書の宛名はどこで変えますか？"),
        ),
        (
            "先月の HR-1012 の問い合わせは？証明書の期限は？",
            ("先月の HR-1012 の問い合わせは？", "証明書の期限は？"),
        ),
        ("APIの上限は？SSOの設定は？", ("APIの上限は？", "SSOの設定は？")),
    ],
)
def test_questions_that_stand_alone_are_parted(text: str, parts: tuple[str, ...]) -> None:
    assert questions_in(text) == parts


@pytest.mark.parametrize(
    "text",
    [
        "ビジネスプランの上限は？超えたらどうなりますか？",
        "What was down on 28 September, for how long, and whose fault was it?",
        "Teams の中で承認できますか。設定方法も知りたいです。",
        "パスキーでサインインできますか。設定場所は？",
        "ビジネスプランの上限は？追加の料金は？",
        "ビジネスプランの上限は？ユーザーの上限は？",
        "ビジネスプランは使えますか？証明書の期限は？",
        "Can two steps of my flow happen at the same time, and how long may one chain get?",
        "「上限は？あと期限は？」という質問への回答はどこにありますか",
        "ログと証明書の期限は？",
    ],
)
def test_what_leans_on_its_neighbour_stays(text: str) -> None:
    assert questions_in(text) == (text,)


def test_a_long_list_ends_with_what_is_left_together() -> None:
    asked = "".join(f"あと「{name}」のプラグインはどこで設定しますか？" for name in "あいうえおか")
    assert len(questions_in(asked)) == MOST


@given(st.text(alphabet="上限は期ログ？?。か、あとまた and how what WX Y,", max_size=60))
def test_no_word_is_lost_and_parts_are_whole(text: str) -> None:
    parts = questions_in(text)
    assert 1 <= len(parts) <= MOST
    left = iter("".join(text.split()))
    assert all(character in left for part in parts for character in "".join(part.split()))


def test_each_question_keeps_its_best_hits() -> None:
    knowledge = ListKnowledge(DOCUMENTS)
    everything = knowledge.search("HR-1007 ロック", Scope(), 4)
    other = list(reversed(everything))
    both = merged([everything, other], 2)
    assert [hit.ref for hit in both] == [everything[0].ref, other[0].ref]
    assert len(merged([everything, everything], 10)) == len(everything)
