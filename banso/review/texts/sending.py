"""Sentences about recipients, channels, rights and the audit trail, in both languages. `{…}` is filled in."""

EN = {
    "content_placeholder": "The text holds {{ or {%, which Zendesk would replace. Please write it in another way.",
    # what a channel says; {detail} are the server's own words or the name of the channel
    "channel_unreachable": "The server could not be reached ({detail}). Nothing was sent.",
    "channel_broke": "Sending was cut off ({detail}). The message may or may not have arrived.",
    "channel_refused": "The server refused the message ({detail}). Nothing was sent.",
    "channel_busy": "The server asked to wait ({detail}). Sending goes on by itself.",
    "channel_credentials": "The server refused the user name or password ({detail}). Messages wait until the sender's "
    "settings are right.",
    "channel_moved": "The server answered with another address ({detail}); it is not followed. Messages wait until the "
    "sender's settings are right.",
    "channel_missing": "This channel is not set up ({detail}). Messages wait until it is.",
    "channel_recipient": "This channel does not know the recipient ({detail}). Nothing was sent.",
    "channel_slow": "The server answers too slowly ({detail}). Nothing was sent.",
    "zendesk_closed": "Ticket {detail} is closed and takes no replies. Nothing was sent.",
    "zendesk_long": "Ticket {detail} has too long a history to look for an earlier copy. Nothing was sent.",
    # what the sender says
    "sender_died": "The sender stopped while sending. The message may or may not have arrived.",
    "sender_died_absent": "The sender stopped while sending. The provider does not show the message.",
    "sender_found": "The sender stopped while sending. The provider shows the message.",
    "lease_over": "The sender stood still for too long and did not send.",
    "held_too_long": "Given up after many tries: {detail}",
    # rights of the database's roles
    "rights_outbox": "This part of the program may only cancel a message or settle an unknown one.",
    # outbox status
    "status_on": "Sending is on.",
    "status_paused": "Sending is paused.",
    "status_two": "An approver may not have asked for or edited the text (two people).",
    "status_one": "Reviewers may approve their own drafts (single-person mode).",
    "status_counts": "queued {queued}, sending {sending}, sent {sent}, unknown {unknown}, cancelled {cancelled}",
    "status_hold": "{channel} rests until {until}: {note}",
    # audit verify; {line} is the line's number
    "audit_first": "First bad line: {line}",
    "audit_more": "and {count} more",
    "problem_missing": "line {line}: missing",
    "problem_loose": "line {line}: does not continue the line before it",
    "problem_changed": "line {line}: changed",
    "problem_cut": "line {line}: cut (the head file names it)",
    "problem_rewritten": "line {line}: rewritten (the head file has another hash)",
    "problem_text": "draft {draft} version {version}: the text does not match its hash",
    "problem_unrecorded": "{what}: no line of the audit trail tells of it",
    "problem_gone": "{what}: the audit trail tells of it, but it is gone or changed",
    "problem_head_missing": "{path}: missing",
    "problem_head_line": "{path}:{number}: not a head",
    "done_export": "{count} lines written to {path}",
    "done_grant": "The rights of {app} and {sender} are set.",
    "grant_next": "Give each a password (ALTER ROLE … PASSWORD …), then set BANSO_DATABASE_URL to {app} and "
    "BANSO_SENDER_DATABASE_URL to {sender}.",
}

JA = {
    "content_placeholder": "本文に「{{」または「{%」が含まれています。"
    "Zendesk で置き換えられるため、別の書き方に直してください。",
    "channel_unreachable": "サーバーに接続できませんでした（{detail}）。送信されていません。",
    "channel_broke": "送信中に通信が途切れました（{detail}）。届いたかどうか確認が必要です。",
    "channel_refused": "サーバーに受け付けられませんでした（{detail}）。送信されていません。",
    "channel_busy": "サーバーから待機を求められました（{detail}）。時間をおいて自動で再開します。",
    "channel_credentials": "サーバーの認証に失敗しました（{detail}）。送信設定を修正するまで待機します。",
    "channel_moved": "サーバーから別のアドレスを案内されました（{detail}）。転送先には送信しません。"
    "送信設定を修正するまで待機します。",
    "channel_missing": "この送信方法は設定されていません（{detail}）。設定されるまで待機します。",
    "channel_recipient": "この送信方法では宛先を扱えません（{detail}）。送信されていません。",
    "channel_slow": "サーバーの応答が遅すぎます（{detail}）。送信されていません。",
    "zendesk_closed": "チケット {detail} は終了しているため返信できません。送信されていません。",
    "zendesk_long": "チケット {detail} は履歴が長く、送信済みかどうかを確認できません。送信されていません。",
    "sender_died": "送信中に処理が止まりました。届いたかどうか確認が必要です。",
    "sender_died_absent": "送信中に処理が止まりました。送信先にはまだ見当たりません。確認が必要です。",
    "sender_found": "送信中に処理が止まりましたが、送信先に届いていることを確認しました。",
    "lease_over": "送信処理が長い間止まっていたため、送信しませんでした。",
    "held_too_long": "繰り返し試しましたが送信できませんでした：{detail}",
    "rights_outbox": "この処理でできるのは、取り消しと要確認の解決だけです。",
    "status_on": "送信は有効です。",
    "status_paused": "送信は一時停止中です。",
    "status_two": "依頼・編集した本人は承認できません（2人で確認）。",
    "status_one": "レビュー担当者は自分の下書きも承認できます（1人で確認）。",
    "status_counts": "送信待ち {queued}件、送信中 {sending}件、送信済み {sent}件、要確認 {unknown}件、"
    "取り消し {cancelled}件",
    "status_hold": "{channel} は {until} まで待機します：{note}",
    "audit_first": "最初の異常：{line}行目",
    "audit_more": "ほか{count}件",
    "problem_missing": "{line}行目：ありません",
    "problem_loose": "{line}行目：直前の行とつながっていません",
    "problem_changed": "{line}行目：書き換えられています",
    "problem_cut": "{line}行目：切り取られています（控えには記載があります）",
    "problem_rewritten": "{line}行目：作り直されています（控えの値と一致しません）",
    "problem_text": "下書き {draft} 第{version}版：本文がハッシュと一致しません",
    "problem_unrecorded": "{what}：監査記録に該当する行がありません",
    "problem_gone": "{what}：監査記録にありますが、記録が失われたか書き換えられています",
    "problem_head_missing": "{path}：見つかりません",
    "problem_head_line": "{path}:{number}：控えの形式ではありません",
    "done_export": "{count}件を {path} に書き出しました",
    "done_grant": "{app} と {sender} の権限を設定しました。",
    "grant_next": "それぞれにパスワードを設定し（ALTER ROLE … PASSWORD …）、BANSO_DATABASE_URL に {app}、"
    "BANSO_SENDER_DATABASE_URL に {sender} を指定してください。",
}
