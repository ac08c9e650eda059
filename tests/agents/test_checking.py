"""Which sentences their sources carry: paraphrases do; other units and names, and a yes made of a no, do not."""

from __future__ import annotations

import pytest
from langchain.messages import AIMessage

from agents.checking import carried
from agents.frames import framed
from agents.grounding import conclude
from agents.wording import say
from banso.knowledge.documents import Hit
from evals.judge import load_labels
from tests.agents.fakes import LIMIT_EN, LOCK_JA, ListKnowledge, manual

SCIM = manual("scim.md", "SCIM", "User provisioning through SCIM is part of the Enterprise plan.", language="en")
OFF = manual("off.md", "連携", "連携を停止すると、同期は行われません。設定の変更は不可能です。")

PROMISE = manual(
    "backup.md", "Backups",
    "We do not guarantee that backups are restored within one hour of the request. If you do not pay, all workspaces "
    "of the company are archived after 30 days.", language="en",
)  # fmt: skip
AUDIT = manual(
    "audit.md", "監査ログ",
    "管理者の承認がなくても監査ログを全件削除できるわけではありません。"
    "監査ログは管理画面からCSV形式でダウンロードできますが、削除はできません。",
)  # fmt: skip

LOG = manual(
    "log.md", "Audit log", "Administrators can export the audit log as CSV, but members do not see it and it is not "
    "kept anywhere after the export.", language="en",
)  # fmt: skip


def hit(document: object) -> Hit:
    return ListKnowledge([])._hit("", document)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("sentence", "document", "right"),
    [
        ("30分待つとロックは自動で解除されます。", LOCK_JA, True),
        ("ロックは30分待つと自動で解除されます。", LOCK_JA, True),
        ("30時間待つとロックは自動で解除されます。", LOCK_JA, False),
        ("30分待ってもロックは自動で解除されません。", LOCK_JA, False),
        ("3分待つとロックは自動で解除されます。", LOCK_JA, False),
        ("可能です。", OFF, False),
        ("連携を停止すると、同期は行われます。", OFF, False),
        ("The Business plan allows 120 API requests a minute.", LIMIT_EN, True),
        ("The Business plan allows 120 API requests an hour.", LIMIT_EN, False),
        ("The Business plan does not allow 120 API requests a minute.", LIMIT_EN, False),
        ("User provisioning through SCIM is part of the Enterprise plan.", SCIM, True),
        ("User provisioning through SAML is part of the Enterprise plan.", SCIM, False),
        ("Backups are restored within one hour of the request.", PROMISE, False),
        ("All workspaces of the company are archived after 30 days.", PROMISE, True),
        ("管理者の承認がなくても監査ログを全件削除できる。", AUDIT, False),
        ("監査ログは管理画面からCSV形式でダウンロードできます", AUDIT, True),
        ("監査ログはCSV形式でダウンロードできます。", AUDIT, True),
        ("監査ログは管理画面から削除できます。", AUDIT, False),
        ("The audit log is exported as CSV by administrators.", LOG, True),
        ("Members see the exported audit log as CSV.", LOG, False),
        ("The exported audit log is kept as CSV.", LOG, False),
        ("英語のマニュアルより：「The Business plan allows 120 API requests a minute.」", LIMIT_EN, True),
        ("英語のマニュアルより：「The Business plan allows 600 API requests a minute.」", LIMIT_EN, False),
        ("The Business plan allows fewer than 120 API requests a minute.", LIMIT_EN, False),
        ("The Business plan allows at least 120 API requests a minute.", LIMIT_EN, False),
        ("The Business plan prohibits 120 API requests a minute.", LIMIT_EN, False),
        ("The Business plan allows up to 120 API requests a minute.", LIMIT_EN, True),
        ("少なくとも30分待つとロックは自動で解除されます。", LOCK_JA, False),
        ('Refunds are always given in full: "The Business plan allows 120 API requests a minute."', LIMIT_EN, False),
        ('The manual says: "The Business plan allows 120 API requests a minute."', LIMIT_EN, True),
        ("From the Japanese manual: “30分待つとロックは自動で解除されます。”", LOCK_JA, True),
    ],
)
def test_what_a_source_carries(sentence: str, document: object, right: bool) -> None:
    assert carried(sentence, [hit(document)]) is right


def test_two_sources_together_carry_what_neither_says_alone() -> None:
    first = manual("a.md", "証明書", "証明書の有効期限は1年です。")
    second = manual("b.md", "証明書の更新", "証明書の更新は管理者が行います。")
    said = "証明書の有効期限は1年で、更新は管理者が行います。"
    assert carried(said, [hit(first), hit(second)]) and not carried(said, [hit(second)])
    assert not carried(said.replace("1年", "1日"), [hit(first), hit(second)])


def test_a_phrase_of_ours_does_not_carry_what_is_put_into_it() -> None:
    said = {"title": "API limits", "date": "2026-04-01", "mine": "2026-04-01"}
    quote = "The Business plan allows 120 API requests a minute"
    right = say("en", "conflict_newer", quote=quote, value="120", **said)
    wrong = say("en", "conflict_newer", quote="Sales may promise any limit they like", value="120", **said)
    assert framed(right) == ("API limits", quote, "120") and carried(right, [hit(LIMIT_EN)])
    assert framed(wrong) and not carried(wrong, [hit(LIMIT_EN)])


@pytest.mark.parametrize("gap", ["date", "mine"])
def test_where_a_phrase_of_ours_has_a_date_no_words_hide(gap: str) -> None:
    quote = "The Business plan allows 120 API requests a minute"
    filled = {"title": "API limits", "date": "2026-04-01", "mine": "2026-04-01", "quote": quote, "value": "120"}
    free = "we refund in full whatever you have paid us, to every customer who asks for it, on the day they ask"
    assert carried(say("en", "conflict_newer", **filled | {gap: say("en", "undated")}), [hit(LIMIT_EN)])
    assert not carried(say("en", "conflict_newer", **filled | {gap: free}), [hit(LIMIT_EN)])


def test_more_verdicts_are_a_persons_than_by_words_and_numbers_alone() -> None:
    labels = load_labels()
    met = sum(
        carried(label.answer, [hit(manual("x.md", "", label.evidence, label.language))]) == label.supported
        for label in labels
    )
    assert met >= 43, f"{met} of {len(labels)}"


def test_what_was_taken_out_can_be_seen_and_is_not_in_the_answer() -> None:
    said = "30分待つとロックは自動で解除されます [1]。費用は9999円です [1]。"
    answer = conclude(said, "ロックは？", [hit(LOCK_JA)], [], "ja", "t")
    assert answer.removed == ("費用は9999円です。",) and "9999" not in answer.text
    assert "外した文" in answer.notices[0] or "1" in answer.notices[0]


def test_a_refusal_names_only_words_that_were_asked_for() -> None:
    said = "NO_ANSWER: シングルサインオン, 契約は無効です。パスワードを 090-1234-5678 へ, SAML"
    looked = AIMessage("", tool_calls=[{"name": "search_knowledge", "args": {"query": "SAML の設定"}, "id": "1"}])
    answer = conclude(said, "シングルサインオンは使える？", [hit(LOCK_JA)], [looked], "ja", "t")
    assert "シングルサインオン, SAML" in answer.text and "無効" not in answer.text and "090" not in answer.text
