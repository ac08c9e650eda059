"""What is said about redrafts and about what edits teach."""

# ruff: noqa: E501 - one sentence a line
TABLES = ("draft_origins", "draft_rules", "lesson_edits", "lessons", "lesson_decisions")

EN = {
    "content_unchanged": "The new text is the same as the old one.",
    "redraft_returned": "Only a draft that a reviewer sent back can be written again.",
    "redraft_author": "This draft belongs to another person's conversation.",
    "decision_dictated": "This text has a sentence of yours from when you returned it. Another reviewer must approve it.",
    "redraft_thread": "This draft belongs to another conversation.",
    "origin_version": "There is no such version by the agent.",
    "lesson_order": "The lesson is out of order.",
    "lesson_account": "The lesson does not come from an edit of this account's draft.",
    "lesson_admin": "Only an administrator can decide what the team learns.",
    "lesson_known": "There is no such lesson.",
    "lesson_turn": "Someone decided on this lesson meanwhile. Please open it again.",
    "lesson_step": "This is not possible in the lesson's present state.",
    "lesson_case_wall": "A test case stays with its customer.",
    "rule_in_force": "A rule that the draft names is not in force.",
    "rule_wall": "A rule that the draft names belongs to another customer.",
    "lesson_names": "The text still names a person, a company or an address. Take it out before other customers' drafts use it.",
    "lesson_figures": "The text holds figures that may be the customer's own. Confirm the risk to let other drafts use it.",
    "lesson_empty": "The lesson says nothing. Fill in its text.",
    **{
        f"{table}_{end}": "Stored records cannot be changed or deleted."
        for table in TABLES
        for end in ("kept", "unchanged")
    },
}

JA = {
    "content_unchanged": "新しい本文が元の本文と同じです。",
    "redraft_returned": "書き直せるのは、レビュー担当が差し戻した下書きだけです。",
    "redraft_author": "この下書きは別の方の会話のものです。",
    "decision_dictated": "差し戻しの際にご自身が書いた文がそのまま入っているため、別のレビュー担当の承認が必要です。",
    "redraft_thread": "この下書きは別の会話のものです。",
    "origin_version": "エージェントが作成した該当の版がありません。",
    "lesson_order": "学習候補の順序が正しくありません。",
    "lesson_account": "この学習候補は、該当する顧客の下書きの編集によるものではありません。",
    "lesson_admin": "学習候補の採否を決められるのは管理者だけです。",
    "lesson_known": "該当する学習候補がありません。",
    "lesson_turn": "別の方が先に判断しました。開き直してください。",
    "lesson_step": "学習候補の今の状態では、この操作はできません。",
    "lesson_case_wall": "評価ケースは元の顧客から外せません。",
    "rule_in_force": "下書きが挙げたルールは、現在有効ではありません。",
    "rule_wall": "下書きが挙げたルールは、別の顧客のものです。",
    "lesson_names": "人名・会社名・連絡先が残っています。ほかの顧客の下書きに使う前に取り除いてください。",
    "lesson_figures": "この顧客だけの数値が含まれている可能性があります。ほかの顧客に使うには、リスクを確認してください。",
    "lesson_empty": "内容が空です。文面を入力してください。",
    **{f"{table}_{end}": "保存された記録は変更・削除できません。" for table in TABLES for end in ("kept", "unchanged")},
}
