"""From two texts to rules and a test case."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banso.learning.extract import case_of, rules_of
from banso.learning.following import follow
from banso.learning.types import Rule, RuleText

JA = "お世話になっております。\n設定を確認してください。\nロックは30分で解除されます。\n以上です。"


def changed(text: str, old: str, new: str) -> list[RuleText]:
    assert old in text
    return rules_of(text, text.replace(old, new), "ロックの解除")


def test_a_phrase_becomes_a_phrase() -> None:
    (rule,) = changed(JA, "確認してください", "ご確認いただけますと幸いです")
    assert rule.action == "replace" and "確認" in rule.before and "幸いです" in rule.after
    assert len(rule.before) < len("設定を確認してください。")


def test_a_figure_is_right_only_in_its_sentence() -> None:
    assert changed(JA, "30分", "24時間") == [
        RuleText(action="replace", before="ロックは30分で解除されます。", after="ロックは24時間で解除されます。")
    ]


def test_a_sentence_taken_out_is_not_written_and_one_put_in_is_added_on_the_same_matter() -> None:
    assert changed(JA, "以上です。", "") == [RuleText(action="avoid", before="以上です。")]
    (rule,) = changed(JA, "以上です。", "以上です。\nご不明な点はサポート窓口までお知らせください。")
    assert rule == RuleText(action="add", after="ご不明な点はサポート窓口までお知らせください。", topic="ロックの解除")


def test_english_words() -> None:
    text = "Hello,\n\nPlease kindly do the needful and restart the service.\n\nBest regards"
    (rule,) = rules_of(text, text.replace("kindly do the needful and ", ""), "restart")
    assert rule.action == "replace" and "needful" in rule.before and "needful" not in rule.after


@pytest.mark.parametrize("new", [JA, JA + "\n", JA.replace("\n", "\n\n")])
def test_layout_teaches_nothing(new: str) -> None:
    assert rules_of(JA, new, "t") == [] and case_of("q", JA, new) is None


def test_a_text_written_anew_teaches_no_phrases() -> None:
    assert rules_of(JA, "".join(f"まったく別の文その{n}を書きました。" for n in range(9)), "t") == []


def test_a_case_asks_for_the_new_figure_and_against_the_old() -> None:
    case = case_of("ロックは何分で解除されますか", JA, JA.replace("30分", "24時間"))
    assert case is not None
    assert (case.must_say, case.must_not_say) == (("24時間",), ("30分",))


OLD = ("設定をご確認ください。", "30分お待ちください。", "Please wait.", "It takes 5 days.")
NEW = ("設定を見てください。", "24時間お待ちください。", "Please hold on.", "It takes 3 days.")


@given(st.lists(st.sampled_from(OLD), max_size=5), st.lists(st.sampled_from(NEW), max_size=5))
def test_rules_are_about_what_changed(old: list[str], new: list[str]) -> None:
    before, after = "\n".join(old), "\n".join(new)
    for number, rule in enumerate(rules_of(before, after, "お待ち"), 1):
        assert rule.before in before and rule.after in after
        if rule.action == "replace":
            changed, used = follow(before, [Rule(number=number, decision=1, language="ja", text=rule)], "")
            assert used == (number,) or rule.before in rule.after, changed
