"""Which column of an unknown export may be which field of a ticket: a proposal for a person to correct."""

from __future__ import annotations

from collections.abc import Iterable

from ingest.values import normal_key

_WORDS = {
    "id": "id ticket_id ticket_number number no case_id 番号 受付番号 受付no 管理番号 管理no チケット番号"
    " チケットid 問い合わせ番号 問合せ番号",
    "subject": "subject title summary 件名 タイトル 題名 表題 要約",
    "description": "description body text question content message details 内容 本文 問い合わせ内容"
    " お問い合わせ お問い合わせ内容 問い合わせ 問合せ内容 詳細 質問",
    "resolution": "resolution answer solution reply response 回答 回答内容 解決 解決方法 対応内容 対応 返信",
    "status": "status state 状態 ステータス 対応状況 状況",
    "account": "account account_id customer customer_id client 顧客 顧客名 会社名"
    " お客様 お客様名 顧客コード 顧客id 会社 会社コード アカウント",
    "product": "product service 製品 製品名 商品 サービス プロダクト",
    "created_at": "created_at created date opened_at received_at 受付日時 受付日 作成日時 作成日"
    " 登録日時 登録日 起票日 日時",
}


def guess(columns: Iterable[str]) -> dict[str, str]:
    """Field -> column, in the order of the fields; "" where no column looks like it. No column stands for two."""
    known = {normal_key(column): column for column in reversed(list(columns))}
    found: dict[str, str] = {}
    for field, words in _WORDS.items():
        taken = found.values()
        found[field] = next((known[w] for w in words.split() if w in known and known[w] not in taken), "")
    return found
