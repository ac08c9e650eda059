"""The note to a colleague: whole, in either language, and nothing but what was found."""

from __future__ import annotations

from banso.gaps.note import Near, note

NEAR = (Near("料金\nプラン", "plans.md", "http://localhost/source/1"), Near("SAP", "TK-1"))


def test_it_names_question_customer_and_sources_with_links() -> None:
    text = note("SAP と\n連携できますか", "森川 結衣", NEAR, "ja", "株式会社青葉製作所")
    assert text.startswith("森川 結衣 さん\n")
    assert "質問：SAP と 連携できますか\n対象のお客様：株式会社青葉製作所\n" in text
    assert "- 料金 プラン (plans.md)\n  http://localhost/source/1\n- SAP (TK-1)\n" in text


def test_without_sources_customer_or_person_it_is_still_a_letter() -> None:
    text = note("Do you support SAP?", "", (), "en")
    assert text.startswith("Hi (name),") and "No source comes near." in text
    assert "Customer" not in text and "\n\n\n" not in text
