from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banso.knowledge.sentences import sentences


def split(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text)]


@pytest.mark.parametrize(
    "text, expected",
    [
        ("設定を開きます。保存を押してください。", ["設定を開きます。", "保存を押してください。"]),
        ("本当ですか？はい！", ["本当ですか？", "はい！"]),
        ("「保存しました。」と表示されます。次に進みます。", ["「保存しました。」と表示されます。", "次に進みます。"]),
        (
            "管理画面（設定 > 全般。初期値は無効。）を開きます。終わりです。",
            ["管理画面（設定 > 全般。初期値は無効。）を開きます。", "終わりです。"],
        ),
        ("なぜ？と思ったら確認します。", ["なぜ？と思ったら確認します。"]),
        (
            "v1.2.3 を使います。https://example.com/a?b=1 を開きます。",
            ["v1.2.3 を使います。", "https://example.com/a?b=1 を開きます。"],
        ),
        (
            "実行します。`npm run a. b` で確認。**注意**してください。",
            ["実行します。", "`npm run a. b` で確認。", "**注意**してください。"],
        ),
        ("Yahoo!メールは使えません。", ["Yahoo!メールは使えません。"]),
        ("閉じない「かっこです。次の文です。", ["閉じない「かっこです。", "次の文です。"]),
        ("半角ピリオドです.次の文です.", ["半角ピリオドです.", "次の文です."]),
        ("はい！！本当です。。", ["はい！！", "本当です。。"]),
    ],
)
def test_japanese(text: str, expected: list[str]) -> None:
    assert split(text) == expected


@pytest.mark.parametrize(
    "text, expected",
    [
        ("Open settings. Press Save.", ["Open settings.", "Press Save."]),
        (
            "Dr. Smith uses e.g. Docker, i.e. containers. It works.",
            ["Dr. Smith uses e.g. Docker, i.e. containers.", "It works."],
        ),
        ("See Fig. 2 and No. 5 first. No. We do not.", ["See Fig. 2 and No. 5 first.", "No.", "We do not."]),
        ("Use Node.js 18.2 or v3.1. Then run it.", ["Use Node.js 18.2 or v3.1.", "Then run it."]),
        ("Visit https://a.example/x.html?q=1! Now go.", ["Visit https://a.example/x.html?q=1!", "Now go."]),
        ('He said "Stop." Then he left.', ['He said "Stop."', "Then he left."]),
        ("Acme Inc. sells it. Acme Inc. The end.", ["Acme Inc. sells it.", "Acme Inc.", "The end."]),
        ("it works now. thanks a lot", ["it works now.", "thanks a lot"]),
        ("Really? Yes! Good", ["Really?", "Yes!", "Good"]),
        ("wait... what is it", ["wait... what is it"]),
        ("J. R. Smith wrote it. Read it.", ["J. R. Smith wrote it.", "Read it."]),
        ("Yes. It is so.", ["Yes.", "It is so."]),
    ],
)
def test_english(text: str, expected: list[str]) -> None:
    assert split(text) == expected


def test_lists_and_table_rows_are_sentences_of_their_own() -> None:
    text = "手順\n1. 開く. 次に閉じる\n2. 保存する\n- item one\n- item two\n\n| a. b | c |\n| --- | --- |\n| d | e. F |"
    assert split(text) == [
        "手順", "1. 開く.", "次に閉じる", "2. 保存する", "- item one", "- item two", "| a. b | c |", "| d | e. F |",
    ]  # fmt: skip


def test_wrapped_lines_are_one_sentence() -> None:
    english = "This line was wrapped by an old mail program at the edge\nof the screen. Next one."
    assert split(english) == [english[: english.index(" Next")], "Next one."]
    assert split("この機能は管理者が\n有効にします。\n次の行") == ["この機能は管理者が\n有効にします。", "次の行"]
    assert split("Short title\nAnother line") == ["Short title", "Another line"]


@given(st.text(alphabet="あ漢A a1。！？!?.「」()（）\"'`*\n|-、,", max_size=200))
def test_ranges_are_ordered_and_lose_no_word(text: str) -> None:
    found = sentences(text)
    assert all(start < end for start, end in found)
    assert all(before[1] <= after[0] for before, after in pairwise(found))
    assert all(text[start:end] == text[start:end].strip() for start, end in found)
    kept = "".join(text[start:end] for start, end in found)
    assert [c for c in kept if c.isalnum()] == [c for c in text if c.isalnum()]


@pytest.mark.parametrize("unit", ["「", 'a!"', "(a. ", "`x", "。」", "a.b ", "\n", "e.g. "])
def test_hostile_repetition_takes_linear_time(unit: str) -> None:
    began = time.process_time()
    sentences(unit * 40_000)
    assert time.process_time() - began < 5
