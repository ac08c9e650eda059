"""A page in the other language is found by its meaning, and does not push out the page in the question's own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from banso.core.settings import Settings
from banso.knowledge.documents import Language, Scope
from banso.knowledge.e5.embedder import E5Small
from banso.knowledge.fusion import fuse
from banso.knowledge.index import Knowledge, open_knowledge
from tests.knowledge.builders import HashEmbedder, entry

JAPANESE = {
    "請求書の発行": "請求書は「経理」画面で発行します。発行日を選び、PDF をダウンロードします。",
    "承認ルートの設定": "承認ルートは管理者が設定します。申請の種類ごとに承認者を追加します。",
    "メンバーの招待": "「管理 > メンバー」で招待メールを送ります。承認者の権限も選べます。",
    "二要素認証": "ログイン時の二要素認証は「セキュリティ」で有効にします。",
    "経費の申請": "経費は領収書の写真を添えて申請します。承認後に振り込みます。",
    "通知の設定": "メールの通知は個人設定で止められます。毎日何時に受け取るかも選べます。",
    "CSV の出力": "申請の一覧は CSV で出力できます。最大 10,000 件です。",
    "部署の変更": "部署の異動は人事データの取り込みで反映されます。保存は毎晩です。",
}
ENGLISH = {
    "Backups": "Backups are taken every night and kept for 35 days in a second region.",
    "Webhooks": "Your endpoint must answer a webhook within five seconds, or we try again.",
    "Mobile app": "Install the app from the store. A lost phone is signed out by an administrator.",
    "Training": "The plan includes three online training sessions for administrators.",
    "API tokens": "Tokens expire after one year. Create a new one in the developer settings.",
    "Plans": "Seats are billed each month; unused seats are not refunded.",
}


@pytest.fixture(scope="module")
def bilingual(tmp_path_factory: pytest.TempPathFactory, embedder: E5Small) -> Iterator[Knowledge]:
    knowledge = open_knowledge(Settings(data=tmp_path_factory.mktemp("bilingual")), embedder)
    pages: list[tuple[Language, dict[str, str]]] = [("ja", JAPANESE), ("en", ENGLISH)]
    knowledge.put([entry(ref, text, language=language) for language, all_ in pages for ref, text in all_.items()])
    yield knowledge
    knowledge.close()


@pytest.mark.parametrize(
    ("question", "page"),
    [
        ("バックアップは何日分保存されますか", "Backups"),
        ("スマホを失くした人をサインアウトさせたい", "Mobile app"),
        ("オンライン研修は何回含まれていますか", "Training"),
        ("How do I turn on two-factor authentication?", "二要素認証"),
        ("How many requests can be exported at once?", "CSV の出力"),
        ("How do I stop the e-mail notifications?", "通知の設定"),
    ],
)
def test_the_only_right_page_is_in_the_other_language(bilingual: Knowledge, question: str, page: str) -> None:
    assert page in [hit.ref for hit in bilingual.search(question, Scope(), 3)]


@pytest.mark.parametrize(
    ("question", "page"),
    [
        ("メンバーを招待するには", "メンバーの招待"),
        ("経費を申請する手順", "経費の申請"),
        ("webhook answer time", "Webhooks"),
        ("When do API tokens expire?", "API tokens"),
    ],
)
def test_the_right_page_in_the_own_language_stays_first(bilingual: Knowledge, question: str, page: str) -> None:
    assert bilingual.search(question, Scope(), 3)[0].ref == page


def test_raw_signals_stay_raw(bilingual: Knowledge, embedder: E5Small) -> None:
    question = "バックアップは何日分保存されますか"
    alone = {hit.ref: hit for hit in bilingual.search(question, Scope(languages=("en",)), 20)}
    together = {hit.ref: hit for hit in bilingual.search(question, Scope(), 20)}
    assert set(alone) == set(ENGLISH)
    assert set(together) == {*ENGLISH, *JAPANESE}
    for ref, hit in alone.items():
        assert together[ref].dense == pytest.approx(hit.dense, abs=1e-4)
        assert together[ref].dense > 0.5
        assert 0 <= together[ref].score <= 1


def test_a_wall_between_languages_stays_one(bilingual: Knowledge) -> None:
    assert {hit.language for hit in bilingual.search("backup 請求書", Scope(languages=("ja",)), 20)} == {"ja"}


def test_text_of_no_language_is_found_beside_both(settings: Settings) -> None:
    knowledge = open_knowledge(settings, HashEmbedder())
    knowledge.put(
        [entry("ja", "エラーの一覧", language="ja"), entry("en", "error list", language="en"), entry("codes", "E-1024")]
    )
    assert {hit.ref for hit in knowledge.search("E-1024 エラー", Scope())} == {"ja", "en", "codes"}
    assert knowledge.search("E-1024 エラー", Scope())[0].ref == "codes"
    knowledge.close()


def test_what_words_cannot_say_is_partly_credited_to_meaning() -> None:
    words, meanings = {"own": 9.0, "near": 1.0}, {"own": 0.2, "other": 0.2, "near": 0.0}
    plain = fuse(words, meanings, 0.6)
    fair = fuse(words, meanings, 0.6, {"other": 0.2})
    assert plain["other"] == pytest.approx(0.4)
    assert fair["other"] == pytest.approx(0.4 + 0.6 * 0.4)
    assert fair["own"] == plain["own"] > fair["other"]
