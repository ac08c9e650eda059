"""日本語。"""

SENTENCES = {
    # 下書きの内容
    "content_account": "下書きには対象の取引先が必要です。",
    "content_recipient": "宛先のメールアドレスが正しくありません。1件だけ指定してください。",
    "content_subject": "件名が空か、長すぎるか（250文字まで）、改行や制御文字が含まれています。",
    "content_body": "本文が空か、長すぎるか（50,000文字まで）、送信できない文字が含まれています。",
    "content_sentences": "本文の文の数が多すぎて確認できません（300文まで）。短くしてください。",
    "content_evidence": "別の取引先の資料が根拠に含まれているため、下書きを登録できません。",
    "content_reason": "理由を入力してください。",
    "content_reason_long": "理由が長すぎるか（2,000文字まで）、保存できない文字が含まれています。",
    # 下書きの版
    "version_author": "作成者がユーザーとして登録されていません。",
    "version_queued": "承認済みのため、この下書きは編集できません。",
    "version_rejected": "却下済みのため、この下書きは編集できません。",
    "version_stale": "ほかの方が新しい版を保存しました。開き直してください。",
    "version_account": "下書きの取引先は変更できません。",
    # 判断
    "decision_role": "承認などの判断ができるのはレビュー担当者だけです。",
    "decision_late": "すでに送信が始まったか、終わっているため、変更できません。",
    "decision_final": "この下書きはすでに却下されたか、承認が取り消されています。",
    "decision_revoke": "取り消せる承認がありません。",
    "decision_once": "この版はすでに判断済みです。編集して新しい版を作成してください。",
    "decision_stale": "最新の版ではありません。最新の版をご確認ください。",
    "decision_hash": "表示された文面と一致しません。もう一度ご確認ください。",
    "decision_two_people": "ご自身が依頼・作成・編集した下書きは承認できません。ほかのレビュー担当者の承認が必要です。",
    "decision_expired": "作成から72時間を過ぎたため承認できません。編集して新しい版を作成してください。",
    "decision_order": "判断の順序が正しくありません。",
    # 下書きの点検
    "decision_unchecked": "この文面は点検が済んでいません。もう一度お試しください。",
    "decision_blocked": "ほかのお客様の情報または機密情報が含まれているため、承認できません。編集してください。",
    "decision_unacknowledged": "点検で注意が見つかりました。内容をご確認のうえ、該当する注意をすべて了承してください。",
    "outbox_unchecked": "この文面は点検を通っていません。",
    "check_order": "点検の記録の順序が正しくありません。",
    "check_hash": "点検の対象が保存された版ではありません。",
    # 送信箱
    "outbox_once": "この下書きはすでに送信箱にあります。",
    "outbox_start": "送信箱への登録は「送信待ち」から始まります。",
    "outbox_approval": "この文面に対する有効な承認がありません。",
    "outbox_latest": "最新の版ではありません。",
    "outbox_hash": "送信箱の文面が保存された版と一致しません。",
    "outbox_role": "承認者がレビュー担当者ではありません。",
    "outbox_two_people": "承認者がこの下書きを作成または編集しています。",
    "outbox_frozen": "送信箱の内容は変更できません。",
    "outbox_step": "現在の状態では、この操作はできません。",
    "outbox_revoked": "承認が有効ではなくなりました。",
    "outbox_approver": "承認した人がレビュー担当ではなくなったため、送信しませんでした。",
    "outbox_paused": "送信は一時停止中です。",
    "outbox_human": "レビュー担当か管理者による確認が必要です。",
    "outbox_tampered": "保存された文面が承認時と一致しないため、送信しませんでした。",
    # 切り替えと監査
    "switch_order": "切り替えの順序が正しくありません。",
    "switch_admin": "送信の一時停止と再開ができるのは管理者だけです。",
    "audit_order": "監査記録の連鎖が正しくつながっていません。",
    # レビューの進め方
    "claim_role": "担当になれるのはレビュー担当者だけです（割り当ては管理者もできます）。",
    "claim_assignee": "割り当て先はレビュー担当者から選んでください。",
    "claim_held": "ほかの方が対応中です。先に「引き継ぐ」を押してください。",
    "comment_author": "投稿者がユーザーとして登録されていません。",
    "comment_draft": "下書きが見つかりません。",
    "comment_order": "コメントの順序が正しくありません。",
    "comment_body": "コメントが空か、長すぎます（4,000文字まで）。",
    # 完了の知らせ
    "done_approve": "承認しました。送信箱に入りました。",
    "done_return": "差し戻しました。",
    "done_reject": "却下しました。",
    "done_revoke": "承認を取り消しました。メッセージは送信されません。",
    "done_edit": "第{version}版として保存しました。ハッシュ：{hash}",
    "done_send": "送信 {sent}件、失敗 {failed}件、要確認 {unknown}件",
    "done_pause": "送信を一時停止しました。",
    "done_resume": "送信を再開しました。",
    "done_resolve": "記録しました。",
    "audit_whole": "監査記録に問題はありません（全{lines}件、うち外部に控えた値と照合済み{exported}件）。",
    "audit_broken": "監査記録が改ざんされたか、欠けています（全{lines}件）。",
    **{
        f"{table}_{end}": "保存済みの記録は変更も削除もできません。"
        for table in (
            "draft_versions",
            "decisions",
            "outbox",
            "review_switches",
            "audit",
            "draft_checks",
            "draft_comments",
        )
        for end in ("kept", "unchanged")
    },
}
