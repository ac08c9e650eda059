"""What the embedded model says and leaves out, through `ask` and `draft`."""

from __future__ import annotations

from datetime import UTC, datetime

from agents.models.embedded.answer_type import answer_pattern, value
from agents.models.embedded.mail import subject_of
from banso.core.users import User
from banso.knowledge.documents import Scope
from banso.knowledge.vocabulary import plain
from tests.agents.conftest import Make
from tests.agents.fakes import manual

CODES = manual(
    "codes.md",
    "エラーコード一覧",
    "| コード | 原因 | 対処 |\n| --- | --- | --- |\n| HR-1012 | 宛先の相違 | エンティティ ID を直す |\n"
    "| HR-1013 | 期限切れ | 証明書を替える |",
)


def test_of_a_table_only_the_row_asked_for_is_shown(make: Make, csm: User) -> None:
    answer = make(documents=[CODES]).ask("HR-1012 の対処は？", user=csm)
    assert answer.text.splitlines() == [
        "| コード | 原因 | 対処 |",
        "|---|---|---|",
        "| HR-1012 | 宛先の相違 | エンティティ ID を直す [1] |",
    ]
    assert [c.quote for c in answer.citations] == ["| HR-1012 | 宛先の相違 | エンティティ ID を直す |"]


def test_the_row_about_a_code_is_shown_and_not_one_that_mentions_it(make: Make, csm: User) -> None:
    mentions = manual(
        "settings.md",
        "エラーの多い設定",
        "| 設定 | 結果 |\n| --- | --- |\n| 宛先の変更 | HR-1012 が出ます |\n| 証明書 | 期限に注意 |",
    )
    rest = manual("more.md", "エラーコード一覧（続き）", CODES.text.split("| --- |\n", 1)[1])  # begins inside its table
    for about in (CODES, rest):
        answer = make(documents=[mentions, about]).ask("HR-1012 の原因と対処は？", user=csm)
        assert "宛先の相違" in answer.text and "が出ます" not in answer.text


def test_a_row_of_a_table_that_was_cut_is_shown_with_the_names_of_its_columns(make: Make, csm: User) -> None:
    head, row = "| コード | 原因 | 対処 |", "| HR-1012 | 宛先の相違 | エンティティ ID を直す |"
    rest = manual("more.md", "エラーコード一覧", f"{row}\n| HR-1013 | 期限切れ | 証明書を替える |")
    copilot = make(documents=[rest])
    search = copilot.knowledge.search
    copilot.knowledge.search = lambda *given: [h.model_copy(update={"table_head": head}) for h in search(*given)]  # type: ignore[method-assign]
    answer = copilot.ask("HR-1012 の対処は？", user=csm)
    assert answer.text.splitlines()[0::2] == [head, row.replace("直す |", "直す [1] |")]
    assert [c.quote for c in answer.citations] == [row]


def test_steps_that_were_cut_in_two_are_told_to_the_end_each_with_its_own_source(make: Make, csm: User) -> None:
    steps = manual(
        "export.md",
        "勤怠データの書き出し",
        "勤怠データの書き出し手順は次のとおりです。\n\n1. 月を選びます。\n2. 形式を選びます。",
    )
    rest = manual(
        "export.md",
        "勤怠データの書き出し",
        "3. 書き出しを押します。\n4. 完了の通知を待ちます。\n\n注意点\n\n取り消しはできません。",
    )
    copilot = make(documents=[steps])
    (hit,) = copilot.knowledge.search("書き出し", Scope())
    further = {"chunk_id": f"{hit.document_id}:1", "text": rest.text, "score": 0.0, "dense": 0.0, "coverage": 0.0}
    beside = hit.model_copy(update={**further, "start": 100, "end": 100 + len(rest.text), "continues": hit.chunk_id})
    copilot.knowledge.completed = lambda hits, scope: [*hits, beside]  # type: ignore[method-assign]
    answer = copilot.ask("勤怠データの書き出し手順を教えてください", user=csm)
    assert answer.text.splitlines() == [
        "- 月を選びます [1]。", "- 形式を選びます [1]。", "- 書き出しを押します [2]。", "- 完了の通知を待ちます [2]。",
    ]  # fmt: skip
    assert [citation.chunk_id for citation in answer.citations] == [hit.chunk_id, beside.chunk_id]
    assert answer.citations[1].quote == "3. 書き出しを押します。\n4. 完了の通知を待ちます。"


def test_a_row_in_the_other_language_is_a_quotation_that_names_it(make: Make, csm: User) -> None:
    answer = make(documents=[CODES]).ask("How do I solve HR-1012?", user=csm)
    assert answer.text == "From the Japanese manual: “HR-1012 / 宛先の相違 / エンティティ ID を直す” [1]"
    assert [c.ref for c in answer.citations] == ["codes.md"]


def test_headings_and_greetings_are_not_quoted(make: Make, csm: User) -> None:
    text = "パスワードの再設定\n\n再設定リンクの有効期間は24時間です。\n\nお世話になっております。\n\nログインの設定"
    answer = make(documents=[manual("a.md", "サインイン", text)]).ask(
        "再設定リンクの有効期間は何時間ですか？", user=csm
    )
    assert answer.text == "再設定リンクの有効期間は24時間です [1]。"


def test_a_question_for_a_size_is_not_answered_with_other_numbers(make: Make, csm: User) -> None:
    page = manual("w.md", "Webhook payload", "The webhook payload is signed and retried 5 times.", language="en")
    answer = make(documents=[page]).ask("What is the maximum size of a webhook payload?", user=csm)
    assert answer.grounded == "refused" and answer.nearest


def test_the_newer_of_two_pages_is_used_and_the_other_said_with_its_date(make: Make, csm: User) -> None:
    at = {year: datetime(year, 6, 15, tzinfo=UTC) for year in (2025, 2026)}
    old = manual("old.md", "よくある質問", "ビジネスは 1 分あたり 60 回まで呼び出せます。", updated_at=at[2025])
    new = manual("new.md", "API の概要", "ビジネスは 1 分あたり 120 回まで呼び出せます。", updated_at=at[2026])
    answer = make(documents=[old, new]).ask("ビジネスは 1 分あたり何回まで呼び出せますか？", user=csm)
    first, second = answer.text.splitlines()
    assert "120 回" in first and "60 回" in second and "2025-06-15" in second and "異なります" in second
    assert [c.ref for c in answer.citations] == ["new.md", "old.md"]


def test_a_mail_never_takes_the_older_number(make: Make, csm: User) -> None:
    at = {year: datetime(year, 6, 15, tzinfo=UTC) for year in (2025, 2026)}
    old = manual("old.md", "よくある質問", "ビジネスの API 呼び出しは 1 分あたり 60 回までです。", updated_at=at[2025])
    new = manual("new.md", "API の概要", "ビジネスの API 呼び出しは 1 分あたり 120 回までです。", updated_at=at[2026])
    made = make(documents=[old, new]).draft("ビジネスの API 呼び出しの 1 分あたりの上限", user=csm, account="AC-1")
    assert "120回" in made.body and "60回" not in made.body.replace(" ", "")


def test_a_row_of_a_table_is_written_out_in_a_mail(make: Make, csm: User) -> None:
    made = make(documents=[CODES]).draft("HR-1012 の対処方法をご案内する", user=csm, account="AC-1")
    assert made.subject == "HR-1012 の対処方法について"
    assert "■ HR-1012\n・原因：宛先の相違\n・対処：エンティティ ID を直す" in made.body
    assert "|" not in made.body and "[1]" not in made.body


def test_subjects_are_nouns_in_the_customers_language() -> None:
    assert subject_of("新価格について説明してほしい", "ja") == "新価格について"
    assert subject_of("API の上限は何回ですか？", "ja") == "API の上限について"
    assert subject_of("Explain how to renew the token", "en") == "How to renew the token"
    assert subject_of("HR-1012 の対処方法", "en") == "Your enquiry about HR-1012"


def test_an_instruction_of_a_manual_is_no_question(make: Make, csm: User) -> None:
    page = manual(
        "a.md", "一括承認", "一括では承認だけができます。却下は理由の入力が必要なため 1 件ずつ行ってください。"
    )
    answer = make(documents=[page]).ask("一括承認では却下もできますか", user=csm)
    assert "1 件ずつ行ってください" in answer.text


def test_what_kind_of_answer_a_question_wants() -> None:
    def fits(question: str, sentence: str) -> bool:
        pattern = answer_pattern(question)
        return pattern is None or bool(pattern.search(plain(sentence)))

    assert fits("何秒以内に応答しますか", "The time-out is 10 seconds.")
    assert not fits("何秒以内に応答しますか", "配信が最大 3 時間遅れます。")
    assert fits("何種類ありますか", "テンプレートは 3 種類です。") and not fits("何種類ありますか", "500行を超えます。")
    assert fits("How many sessions are included?", "Six on Enterprise") and fits("なぜですか", "理由です。")
    assert not fits("何％まで値引きできますか", "値引きの話はしません。")


def test_the_number_a_sentence_states_for_itself() -> None:
    assert value("ビジネスは 1 分あたり 60 回です") == "60"
    assert value("The limit was raised from 60 to 120 requests a minute (50 before).") == "120"
    assert value("since 2026-06-15") == "" and value("1,200 円") == "1200"


def test_the_name_below_a_support_mail_is_not_part_of_the_answer(make: Make, csm: User) -> None:
    text = (
        "Old tablets\n\nAda Byron (customer):\nWhich browser works on old tablets?\n\nDaniel Osei (support):\n"
        "On old tablets the current Chrome works, push notifications do not.\n"
        "Use the approval page there\nDaniel Osei\n"
    )
    solved = manual("TK-9", "Old tablets", text, language="en").model_copy(
        update={"source": "ticket", "status": "solved"}
    )
    said = make(documents=[solved]).ask("Which browser works on old tablets?", user=csm).text
    assert "current Chrome works" in said and "Use the approval page there" in said and "Daniel" not in said
