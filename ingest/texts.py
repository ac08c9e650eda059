"""What ingestion says to people, in Japanese and English."""

from __future__ import annotations

from typing import Literal

Shown = Literal["ja", "en"]

_TEXTS: dict[str, tuple[str, str]] = {
    "listing": ("一覧を作成しています", "listing"),
    "remove_many": (
        "「{name}」に登録済みの {stored} 件のうち {going} 件が取り込み元に見つかりません。索引から削除しますか？",
        "{going} of the {stored} stored documents of “{name}” are no longer there. Remove them from the index?",
    ),
    "remove_records": (
        "CRM の {stored} 件のうち {going} 件が取り込み元に見つかりません。削除しますか？",
        "{going} of the {stored} CRM records are no longer there. Remove them?",
    ),
    "records_kept": (
        "{folder}: 何も変更していません（{stored} 件のうち {going} 件が削除されるところでした）",
        "{folder}: nothing was changed: {going} of {stored} records would have been removed",
    ),
    "records_kept_hint": (
        "書き出したファイルを確認してください。削除するには --yes を付けて実行してください",
        "check the export; --yes removes them",
    ),
    "removal_declined": (
        "見つからない {going} 件は削除せずに残しました（削除するには --yes を付けて実行してください）",
        "{going} documents that are no longer there were kept (run with --yes to remove them)",
    ),
    "removal_held": (
        "読み取れないファイルがあったため、見つからない {going} 件は削除せずに残しました",
        "{going} documents that were not seen were kept, because something could not be read",
    ),
    "duplicate": ("同じ識別子の文書が 2 件あります", "two documents have the same identifier"),
    "duplicate_hint": ("一方の識別子を変えてください", "give one of them another identifier"),
    "no_text": ("本文がありません", "no text in it"),
    "no_text_hint": (
        "内容が空、または画像のみのファイルです",
        "the item is empty, or holds pictures only",
    ),
    "forget_collection": (
        "「{name}」の {count} 件を索引から削除しますか？",
        "Remove the {count} documents of “{name}” from the index?",
    ),
    "forget_document": ("「{name}」を索引から削除しますか？", "Remove “{name}” from the index?"),
    "forgotten": ("{count} 件を索引から削除しました", "removed {count} documents from the index"),
    "forgotten_hint": (
        "元のファイルが残っている場合、次回の取り込みで再び登録されます",
        "the next run over the same files takes them in again",
    ),
    "kept": ("削除しませんでした", "nothing was removed"),
    "unknown": (
        "「{name}」に該当する文書も取り込み元もありません",
        "no document and no collection is called “{name}”",
    ),
    "unknown_hint": ("python -m ingest status で一覧を確認できます", "python -m ingest status lists them"),
    "ambiguous": ("「{name}」に該当する取り込み元が複数あります", "“{name}” names more than one collection"),
    "ambiguous_hint": ("次のいずれかを指定してください: {names}", "name one of: {names}"),
    "busy": (
        "このデータフォルダでは別の取り込みが実行中です（プロセス {pid}）",
        "another ingestion is running on this data folder (process {pid})",
    ),
    "busy_hint": ("終了してから、もう一度実行してください", "run it again when that one has finished"),
    "rebuilt": ("{count} 件のチャンクで索引を作り直しました", "rebuilt the index: {count} chunks"),
    "stopped": (
        "中断しました。ここまでの取り込みは保存されています。もう一度実行すると続きから始まります",
        "stopped; what was finished is kept, and running it again goes on from there",
    ),
    "source": ("取り込み元", "source"),
    "collection": ("名前", "collection"),
    "documents": ("文書", "documents"),
    "chunks": ("チャンク", "chunks"),
    "updated_at": ("最終取り込み", "last run"),
    "added": ("追加", "added"),
    "updated": ("更新", "updated"),
    "unchanged": ("変更なし", "unchanged"),
    "deleted": ("削除", "deleted"),
    "failed": ("失敗", "failed"),
    "seconds": ("所要時間（秒）", "seconds"),
    "masked": ("マスクした個人情報", "personal data masked"),
    "warnings": ("注意", "warnings"),
    "dry_run": ("試行のため、何も保存していません", "dry run: nothing was stored"),
    "more": ("ほか {count} 件（--json ですべて表示）", "and {count} more (--json lists all)"),
    "failures": ("取り込めなかったもの", "what did not go in"),
    "empty": ("まだ何も取り込まれていません", "nothing has been ingested yet"),
    "email": ("メールアドレス", "e-mail"),
    "phone": ("電話番号", "phone"),
    "postal": ("郵便番号", "postal code"),
    "card": ("カード番号", "card number"),
    "mynumber": ("マイナンバー", "My Number"),
    "bank": ("口座番号", "bank account"),
}


def say(key: str, language: Shown, **values: object) -> str:
    """The words for `key`, with `values` filled in."""
    return _TEXTS[key][0 if language == "ja" else 1].format(**values)
