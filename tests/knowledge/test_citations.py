from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from banso.knowledge.citations import best_span, check, nearest, quoted_verbatim, supported, used_spans
from banso.knowledge.documents import Hit

TEXT_JA = (
    "HR-1007 はロックを表します。30分たつと自動で解除されます。\n\n| 項目 | 上限 |\n| --- | --- |\n| API | 120 回 |"
)
TEXT_EN = "The link is valid for 24 hours. After 3 bounces the address is suspended."


def hit(number: int, text: str, offset: int = 0, **more: object) -> Hit:
    values = {"language": "ja", **more}
    return Hit(
        chunk_id=f"d{number}:0", document_id=f"d{number}", source="manual", collection="c", ref=f"{number}.md",
        title=f"title {number}", text=text, start=offset, end=offset + len(text), score=0.5, **values,
    )  # fmt: skip


EVIDENCE = {1: hit(1, TEXT_JA, 100), 2: hit(2, TEXT_EN, language="en")}


def test_keeps_a_supported_sentence_and_points_at_its_words() -> None:
    checked = check("30分たつと自動で解除されます。[1]", EVIDENCE)
    assert checked.text == "30分たつと自動で解除されます [1]。"
    (citation,) = checked.citations
    assert citation.quote == "30分たつと自動で解除されます。"
    assert TEXT_JA[citation.start - 100 : citation.end - 100] == citation.quote


def test_removes_what_has_no_marker_a_wrong_number_or_another_source() -> None:
    said = "30分たつと自動で解除されます[1]。60分たつと自動で解除されます[1]。雨が降ります。リンクは有効です[1]。"
    checked = check(said, EVIDENCE)
    assert checked.text == "30分たつと自動で解除されます [1]。"
    assert len(checked.removed) == 3


def test_a_sentence_that_stands_in_another_passage_gets_its_number() -> None:
    said = (
        "After 3 bounces the address is suspended. 30分たつと自動で解除されます[2]。\n- The link is valid for 24 hours"
    )
    checked = check(said, EVIDENCE)
    assert checked.text.splitlines() == [
        "After 3 bounces the address is suspended [1]. 30分たつと自動で解除されます [2]。",
        "- The link is valid for 24 hours [1]",  # it touches the other one
    ]
    assert [one.ref for one in checked.citations] == ["2.md", "1.md"] and not checked.removed


@pytest.mark.parametrize(
    "said",
    ["120 回", "自動で解除", "3 bounces", "After 4 bounces the address is suspended.", "HR-1007 はロックを表します"],
)
def test_only_whole_words_of_a_passage_find_it(said: str) -> None:
    checked = check(said, EVIDENCE)
    assert checked.text == "" and checked.citations == () and checked.removed == (said,)


def test_markers_that_name_nothing_are_taken_out_and_counted() -> None:
    checked = check("The link is valid for 24 hours [2][7].", EVIDENCE)
    assert checked.text == "The link is valid for 24 hours [1]."
    assert checked.unresolved == 1 and [c.ref for c in checked.citations] == ["2.md"]


def test_markers_are_renumbered_in_order_of_appearance() -> None:
    checked = check("The link is valid for 24 hours [2]. 30分たつと自動で解除されます [1]。", EVIDENCE)
    assert [c.marker for c in checked.citations] == [1, 2]
    assert [c.ref for c in checked.citations] == ["2.md", "1.md"]


THREE = "最初に管理画面を開きます。次に設定を選びます。関係のない説明です。最後に保存を押します。"


def test_sentences_that_touch_share_a_number_and_others_get_their_own() -> None:
    checked = check("次に設定を選びます[7]。最初に管理画面を開きます[7]。最後に保存を押します[7]。", {7: hit(7, THREE)})
    assert checked.text == "次に設定を選びます [1]。最初に管理画面を開きます [1]。最後に保存を押します [2]。"
    assert [c.quote for c in checked.citations] == [
        "最初に管理画面を開きます。次に設定を選びます。",
        "最後に保存を押します。",
    ]


def test_the_citation_of_a_table_is_its_rows_without_the_header() -> None:
    text = "| 項目 | 上限 |\n| --- | --- |\n| API | 120 回 |\n| 席 | 20 |\n| 段 | 15 |"
    table = "| 項目 | 上限 |\n|---|---|\n| API | 120 回 |\n| 席 | 20 [1] |\n| 段 | 15 |"
    checked = check(table, {1: hit(1, text)})
    assert checked.text == table
    assert [c.quote for c in checked.citations] == ["| API | 120 回 |\n| 席 | 20 |"]


def test_a_mail_is_traced_to_the_sentences_it_took_over() -> None:
    source = hit(7, THREE)
    spans = used_spans(source, "お世話になっております。\n・次に設定を選びます。\n・最後に保存を押します。")
    assert [THREE[start:end] for start, end in spans] == ["次に設定を選びます。", "最後に保存を押します。"]
    assert used_spans(source, "設定の選び方") == [best_span(source, "設定の選び方")]


def test_tables_and_code_are_checked_whole() -> None:
    table = "| 項目 | 上限 |\n|---|---|\n| API | 120 回 [1] |"
    assert check(table, EVIDENCE).text == table
    assert check(table.replace("120", "999"), EVIDENCE).text == ""


def test_between_languages_numbers_decide() -> None:
    assert supported("リンクは24時間有効です", [EVIDENCE[2]])
    assert not supported("リンクは48時間有効です", [EVIDENCE[2]])
    assert check("リンクは24時間有効です[2]。", EVIDENCE).translated == 1


def test_a_verbatim_quotation_carries_its_frame() -> None:
    said = "英語のマニュアルより：「The link is valid for 24 hours.」 [2]"
    assert check(said, EVIDENCE).citations[0].quote == "The link is valid for 24 hours."


def test_numbers_are_compared_across_widths_and_separators() -> None:
    assert supported("料金は1200円です", [hit(3, "料金は１，２００円です。")])
    assert not supported("料金は1300円です", [hit(3, "料金は１，２００円です。")])


def test_nearest_gives_one_citation_a_document() -> None:
    assert [c.ref for c in nearest([EVIDENCE[1], EVIDENCE[1], EVIDENCE[2]])] == ["1.md", "2.md"]


def test_verbatim_quotes_are_found_whatever_the_spacing() -> None:
    assert quoted_verbatim("a: After 3 bounces the\naddress is suspended. b", EVIDENCE[2])
    assert not quoted_verbatim("three bounces suspend it", EVIDENCE[2])


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="30分たつと自動。.[1]29| `\nabc", max_size=80))
def test_whatever_a_model_says_every_citation_is_a_true_span(said: str) -> None:
    checked = check(said, EVIDENCE)
    texts = {"1.md": (TEXT_JA, 100), "2.md": (TEXT_EN, 0)}
    for citation in checked.citations:
        text, offset = texts[citation.ref]
        assert text[citation.start - offset : citation.end - offset] == citation.quote
        assert f"[{citation.marker}]" in checked.text


@given(st.text(max_size=60))
def test_a_span_lies_inside_its_passage(sentence: str) -> None:
    start, end = best_span(EVIDENCE[1], sentence)
    assert 100 <= start < end <= 100 + len(TEXT_JA)
