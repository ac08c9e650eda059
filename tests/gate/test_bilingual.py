"""Claims in one language against pages in the other."""

# ruff: noqa: E501 - one pair a line

from __future__ import annotations

import pytest

from banso.gate.agreement import agrees
from banso.gate.bilingual import told
from banso.knowledge.documents import Hit


def page(text: str, title: str = "", dense: float = 0.83) -> Hit:
    return Hit(
        chunk_id="p", document_id="p", source="manual", collection="c", ref="p.md", title=title, text=text, start=0,
        end=len(text), score=dense, dense=dense, visibility="public",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("APIトークンに必要なスコープを追加すると、すぐに反映されます。", "Add the missing scope to the API token: it takes effect at once."),
        ("Seats can be added at any time and are charged pro rata.", "人数の追加はいつでもできます。差額を日割りで請求します。"),
        ("Notice of non-renewal is due 60 days before the renewal date.", "年契約は、更新日の60日前までに解約をお申し出ください。"),
        ("A receipt may be up to 10 MB in JPEG or PDF.", "領収書は１０ＭＢまで、JPEGかPDFに対応しています。"),
        ("ビジネスプランの承認ルートは15段階までです。", "| Plan | Starter | Business |\n|---|---|---|\n| Approval route steps | 5 | 15 |"),
        ("Retry-Afterの秒数を待ってから再送してください。", "Wait the seconds of Retry-After."),
    ],
)  # fmt: skip
def test_a_page_in_the_other_language_carries_a_claim(claim: str, source: str) -> None:
    assert agrees(claim, page(source))


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("All data is stored in Iceland and Norway.", "データは東京に保管し、写しを大阪に置きます。"),
        ("The Starter plan includes unlimited webhooks.", "スターターの年払いは10%引きです。エンタープライズには含まれます。"),
        ("Notice of non-renewal is due 90 days before the renewal date.", "年契約は、更新日の60日前までに解約をお申し出ください。"),
        ("承認記録はブロックチェーンに保存しています。", "The approval history is kept for five years."),
        ("HR-1016は署名のエラーです。", "HR-1015 means that the signature is wrong."),
        ("承認ルートは50段階までです。", "Approval routes may have 15 steps. A list holds 50 items."),
    ],
)  # fmt: skip
def test_a_page_about_something_near_does_not(claim: str, source: str) -> None:
    assert not agrees(claim, page(source))


def test_distance_in_meaning_outweighs_the_words() -> None:
    source = "人数の追加はいつでもできます。差額を日割りで請求します。"
    claim = "Seats can be added at any time and are charged pro rata."
    assert told(claim, source) == 1.0
    assert not agrees(claim, page(source, dense=0.7))
