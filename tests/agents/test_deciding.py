"""Words of cost, duty, number and person are held against the source; true paraphrases keep them."""

from __future__ import annotations

import time

import pytest

from agents.checking import carried
from agents.deciding import decided
from banso.knowledge.documents import Hit
from tests.agents.fakes import ListKnowledge, manual

EXPORT = (
    "Owners can delete a workspace, and administrators can export the audit log as CSV. Seats can be added monthly."
)
EXPORT_JA = "所有者はワークスペースを削除できます。管理者は監査ログをCSV形式で書き出せます。"
MAIL = "The sender of a message sees whether the recipient has opened the message in the portal."
MAIL_JA = "送信者は、受信者がメッセージを開いたかどうかをポータルで確認できます。"
TRIAL = "The trial is free for 14 days. Support by telephone is part of the Enterprise plan."
TRIAL_JA = "お試し期間は14日間で、無料です。電話でのサポートはエンタープライズプランに含まれます。"
RESTART = "Restart the connector after a change of the proxy settings."
LISTED = "Only owners can do this:\n\n- delete a workspace with all its pages\n- change the plan of the company"
ROUTE = "承認者が退職した場合は、管理者が承認経路を差し替えてください。"


def hit(text: str, title: str = "") -> Hit:
    language = "en" if text.isascii() else "ja"
    return ListKnowledge([])._hit("", manual("x.md", title, text, language=language))


@pytest.mark.parametrize(
    ("said", "source"),
    [
        ("Support by telephone is part of the Enterprise plan for free.", TRIAL),
        ("Telephone support is part of the Enterprise plan at no extra cost.", TRIAL),
        ("電話でのサポートは無料でエンタープライズプランに含まれます。", TRIAL_JA),
        ("電話でのサポートは無償で、エンタープライズプランに含まれます。", TRIAL_JA),
        ("管理者は監査ログをCSV形式で無料で書き出せます。", EXPORT_JA),
        ("Administrators can export the audit log as CSV for a fee.", EXPORT),
        ("Administrators can export the audit log as CSV, guaranteed.", EXPORT),
        ("Seats can be added monthly at a discount.", EXPORT),
        ("管理者は監査ログをCSV形式で有料で書き出せます。", EXPORT_JA),
        ("管理者は監査ログを無料でCSV形式に書き出せます。", TRIAL_JA.replace("電話での", EXPORT_JA)),
        ("監査ログは無料でCSVに書き出せます。", "The audit log can be exported as CSV."),
    ],
)  # fmt: skip
def test_a_word_of_money_that_the_source_has_not_beside_it_is_not_carried(said: str, source: str) -> None:
    assert not carried(said, [hit(source)])


@pytest.mark.parametrize(
    ("said", "source"),
    [
        ("Administrators can delete a workspace.", EXPORT),
        ("Owners can export the audit log as CSV.", EXPORT),
        ("所有者は監査ログをCSV形式で書き出せます。", EXPORT_JA),
        ("管理者はワークスペースを削除できます。", EXPORT_JA),
        ("The recipient of a message sees whether the sender has opened the message in the portal.", MAIL),
        ("受信者は、送信者がメッセージを開いたかどうかをポータルで確認できます。", MAIL_JA),
        ("受信者は送信者がメッセージを開いたかどうかをポータルで確認できます。", MAIL_JA),
        ("承認者が退職した場合は、申請者が承認経路を差し替えます。", ROUTE),
        ("Guests can export the audit log as CSV.", EXPORT),
        ("Every user can export the audit log as CSV.", EXPORT),
    ],
)
def test_another_person_than_the_source_names_is_not_carried(said: str, source: str) -> None:
    assert not carried(said, [hit(source)])


@pytest.mark.parametrize(
    ("said", "source"),
    [
        ("Only administrators can export the audit log as CSV.", EXPORT),
        ("Always restart the connector after a change of the proxy settings.", RESTART),
        ("Restart all connectors after a change of the proxy settings.", RESTART),
        ("管理者だけが監査ログをCSV形式で書き出せます。", EXPORT_JA),
        ("管理者は監査ログを必ずCSV形式で書き出せます。", EXPORT_JA),
        ("管理者はすべての監査ログをCSV形式で書き出せます。", EXPORT_JA),
    ],
)
def test_more_than_the_source_says_is_not_carried(said: str, source: str) -> None:
    assert not carried(said, [hit(source)])


@pytest.mark.parametrize(
    ("said", "source"),
    [
        ("The trial costs nothing and is free for 14 days.", TRIAL),
        ("お試し期間は無料で、14日間です。", TRIAL_JA),
        ("The audit log can be exported as CSV by administrators.", EXPORT),
        ("Owners can delete a workspace and administrators can export the audit log.", EXPORT),
        ("監査ログをCSV形式で書き出せるのは管理者です。", EXPORT_JA),
        ("Only owners can delete a workspace with all its pages.", LISTED),
        ("管理者は、承認者が退職した場合に承認経路を差し替えます。", ROUTE),
        ("Users can add seats monthly.", EXPORT),
        ("送信者は受信者がメッセージを開いたかをポータルで確認できます。", MAIL_JA),
    ],
)
def test_a_paraphrase_that_keeps_these_words_is_carried(said: str, source: str) -> None:
    assert carried(said, [hit(source)])


def test_a_heading_says_it_for_what_stands_below() -> None:
    said = "無料プランでは、席は3つまで使えます。"
    assert carried(said, [hit("席は3つまで使えます。ページは10まで作れます。", "無料プラン")])
    assert not carried(said, [hit("席は3つまで使えます。ページは10まで作れます。", "プラン")])
    by = "Administrators can export the audit log as CSV."
    assert carried(by, [hit("The audit log can be exported as CSV.", "For administrators")])
    assert not carried(by, [hit("The audit log can be exported as CSV.", "Audit log")])


@pytest.mark.parametrize(
    "quote", ["The audit log can be exported as CSV by administrators.", "監査ログは書き出せます。"]
)
def test_what_stands_around_a_quotation_is_held_against_the_source_too(quote: str) -> None:
    assert carried(f"“{quote}”", [hit(quote)]) and not carried(f"For free: “{quote}”", [hit(quote)])


@pytest.mark.parametrize(
    "said", ["管理者" + "、" * 20_000, "管理者" + "を、" * 20_000, "owner, " * 5_000 + "free, " * 5_000]
)
def test_a_sentence_made_to_keep_the_check_busy_does_not(said: str) -> None:
    began = time.monotonic()
    assert not decided(said, hit(EXPORT_JA * 20))
    assert time.monotonic() - began < 15
