"""Follow-ups made whole from the conversation."""

from __future__ import annotations

import pytest

from agents.models.embedded.followup import whole_question
from banso.core.users import User
from tests.agents.conftest import Make
from tests.agents.fakes import LIMIT_EN, LOCK_JA, manual

SAME_FOR = [
    (["Business の席数の上限は？"], "では Enterprise の場合は？", "Enterprise の席数の上限は？"),
    (["スタータープランの料金はいくらですか？"], "ビジネスプランは？", "ビジネスプランの料金はいくらですか？"),
    (["freee 連携の設定方法は？"], "Salesforce だとどうですか？", "Salesforce 連携の設定方法は？"),
    (["ER-2001 が出たら何をご案内しますか？"], "では ER-2002 の場合は？", "ER-2002 が出たら何をご案内しますか？"),
    (["API の上限は？"], "Silver プランです。", "API の上限は Silver プランです。"),
    (["年会費はいくらですか？"], "月会費は？", "月会費はいくらですか？"),
    (["写真は一度に何枚まで送れますか？"], "1日では？", "写真は1日に何枚まで送れますか？"),
    (["What is the call limit on the Silver plan?"], "And on Gold?", "What is the call limit on the Gold plan?"),
    (["How do I export the audit log?"], "What about the sign-in log?", "How do I export the sign-in log?"),
    (["Can I pay by card?"], "And by bank transfer?", "Can I pay by bank transfer?"),
    (["Is SSO in Silver?", "And in Gold?"], "And SCIM?", "Is SCIM in Gold?"),
    (["松プランのログは何日残りますか？", "竹プランなら？"], "梅プランは？", "梅プランのログは何日残りますか？"),
]  # fmt: skip


@pytest.mark.parametrize(("earlier", "question", "whole"), SAME_FOR)
def test_the_same_question_about_something_else_of_its_kind(earlier: list[str], question: str, whole: str) -> None:
    assert whole_question(question, [(one, "") for one in earlier]) == whole


@pytest.mark.parametrize(
    ("earlier", "question", "begins", "holds"),
    [
        (["招待メールの期限は何日ですか？"], "それは延長できますか？", "招待メールの期限は延長できますか？", ""),
        (["閲覧者は誰を招待できますか？"], "その人が退職したら？", "閲覧者が退職したら？", ""),
        (["署名証明書の期限は？"], "切れるとどうなりますか？", "切れるとどうなりますか？", "署名証明書"),
        (["What does ER-5006 mean?"], "How can the customer fix it?", "How can the customer fix it?", "ER-5006"),
        (["Is there a trial?", "For how many seats?"], "When does it end?", "When does it end?", "trial"),
    ],
)
def test_a_question_that_points_back_keeps_its_own_words_and_gets_those_it_leaves_out(
    earlier: list[str], question: str, begins: str, holds: str
) -> None:
    whole = whole_question(question, [(one, "") for one in earlier])
    assert whole.startswith(begins) and holds in whole


@pytest.mark.parametrize(
    ("question", "whole"),
    [
        ("ところで、受付時間は何時までですか？", "受付時間は何時までですか？"),
        ("By the way, how long is a backup kept?", "how long is a backup kept?"),
        ("監査ログを CSV で書き出す手順を教えてください。", "監査ログを CSV で書き出す手順を教えてください。"),
        ("Where does an administrator reset the second factor of a person?",) * 2,
    ],
)
def test_another_subject_takes_nothing_along(question: str, whole: str) -> None:
    assert whole_question(question, [("ER-2001 が出たら何をご案内しますか？", ""), ("Is SSO in Silver?", "")]) == whole


@pytest.mark.parametrize(
    ("question", "holds", "lacks"),
    [
        ("受取人名の件に戻りますが、記号は使えますか？", ["記号は使えますか？", "受取人名"], "受付"),
        ("先ほどの受取人名ですが、記号は使えますか？", ["記号は使えますか？", "受取人名"], "受付"),
        ("Back to the export: where do I find it?", ["where do I find it?", "audit", "log"], "support"),
    ],
)
def test_what_is_gone_back_to_is_found_further_up(question: str, holds: list[str], lacks: str) -> None:
    earlier = [
        ("受取人名は何文字までですか？", ""), ("How does the export of the audit log work?", ""),
        ("ところで、受付時間は何時までですか？", ""), ("When is support open?", ""),
    ]  # fmt: skip
    whole = whole_question(question, earlier)
    assert all(word in whole for word in holds) and lacks not in whole


def test_nothing_is_made_of_a_first_question() -> None:
    assert whole_question("それはいつまで？", []) == "それはいつまで？"


def test_a_follow_up_about_another_code_does_not_get_the_last_codes_answer(make: Make, csm: User) -> None:
    other = manual("other.md", "時計のずれ", "HR-1015 は時計がずれていることを表すエラーです。時刻を合わせてください。")
    copilot = make(documents=[LOCK_JA, other])
    thread = copilot.ask("HR-1007 が出たら何をすればよいですか？", user=csm).thread
    answer = copilot.ask("では HR-1015 の場合は？", user=csm, thread=thread)
    assert "時刻を合わせて" in answer.text and "ロック" not in answer.text
    assert copilot.ask("では HR-1099 の場合は？", user=csm, thread=thread).grounded == "refused"


def test_the_step_shows_what_is_searched_for(make: Make, csm: User) -> None:
    copilot = make(documents=[LIMIT_EN])
    thread = copilot.ask("How many API requests a minute does the Business plan allow?", user=csm).thread
    steps = [event.detail for event in copilot.stream("And on the Enterprise plan?", user=csm, thread=thread)]
    assert "How many API requests a minute does the Enterprise plan allow?" in steps


@pytest.mark.parametrize("question", ["Rival Ltd の契約更新日はいつですか？", "Rivalさんの契約更新日は？"])
def test_in_one_customers_conversation_its_record_does_not_answer_for_another(
    make: Make, csm: User, question: str
) -> None:
    copilot = make()
    thread = copilot.ask("契約更新日はいつですか？", user=csm, account="AC-1").thread
    answer = copilot.ask(question, user=csm, thread=thread)
    assert answer.grounded == "refused" and "2027" not in answer.text
    assert any("株式会社青葉製作所" in notice and "Rival Ltd" in notice for notice in answer.notices)


def test_another_customers_name_does_not_keep_common_sources_from_answering(make: Make, csm: User) -> None:
    asked = "HR-1007 のロックは株式会社青葉製作所でも30分で解除されますか？"
    answer = make().ask(asked, user=csm, account="AC-2")
    assert answer.grounded == "cited" and any("Rival Ltd" in notice for notice in answer.notices)
