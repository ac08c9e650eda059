"""Rules at work on a text."""

from __future__ import annotations

from banso.learning.following import filled, follow, followed
from banso.learning.types import Rule, RuleText

BODY = (
    "有村様\n\nお世話になっております。\n\n設定を確認してください。念のため申し添えます。\n\nよろしくお願いいたします。"
)


def rule(number: int, action: str, before: str = "", after: str = "", topic: str = "") -> Rule:
    text = RuleText(action=action, before=before, after=after, topic=topic)  # type: ignore[arg-type]
    return Rule(number=number, decision=1, language="ja", text=text)


def test_words_are_replaced_left_out_and_added() -> None:
    rules = [
        rule(1, "replace", "確認してください", "ご確認ください"),
        rule(2, "avoid", "念のため申し添えます。"),
        rule(3, "add", after="手順書もご覧ください。", topic="設定の確認"),
        rule(4, "add", after="請求書は月末です。", topic="請求書の発行日"),
        rule(5, "replace", "どこにもない", "x"),
    ]
    body, used = follow(BODY, rules, "設定を確認する方法")
    assert used == (1, 2, 3)
    assert "ご確認ください" in body and "念のため" not in body and "請求書" not in body
    assert body.index("手順書") < body.index("よろしく")
    assert follow(body, rules, "設定を確認する方法")[0] == body  # once is enough


def test_gaps_are_filled_or_the_rule_is_left_out() -> None:
    rules = [rule(1, "add", after="{company}様専用です。", topic="設定"), rule(2, "avoid", "{figure}席")]
    (made,) = filled(rules, {"company": "青葉製作所", "person": ""})
    assert made.text.after == "青葉製作所様専用です。"


def test_what_a_model_claims_is_checked() -> None:
    rules = [
        rule(1, "replace", "確認してください", "ご確認ください"),
        rule(2, "avoid", "念のため"),
        rule(3, "avoid", "ない"),
    ]
    assert followed(rules, BODY, (1, 2, 3)) == (rules[2],)
    assert followed(rules, "ご確認ください。", ()) == (rules[0],)
