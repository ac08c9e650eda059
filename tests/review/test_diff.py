"""Word diffs: nothing of either text is lost, and Japanese changes by word."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banso.review.diff import Span, changed_share, diff, tokens

ODD = "確認料金のをします。、 \n\r\tABCabc12,.ｶﾅカー€é👍🏽\u200d\u202e"
TEXT = st.text(alphabet=st.one_of(st.sampled_from(ODD), st.characters()))


@given(TEXT, TEXT)
def test_kept_and_added_are_the_new_text_and_kept_and_deleted_the_old(old: str, new: str) -> None:
    spans = diff(old, new)
    assert "".join(span.text for span in spans if span.kind != "deleted") == new
    assert "".join(span.text for span in spans if span.kind != "added") == old
    assert all(span.text for span in spans)


@given(TEXT)
def test_equal_texts_differ_in_nothing(text: str) -> None:
    assert diff(text, text) == ((Span("kept", text),) if text else ())
    assert changed_share(text, text) == 0.0


@given(TEXT)
def test_tokens_joined_are_the_text(text: str) -> None:
    assert "".join(tokens(text)) == text


def test_japanese_changes_by_word_not_by_sentence_or_letter() -> None:
    assert diff("料金は確認します。", "料金は確認しました。") == (
        Span("kept", "料金は確認"), Span("deleted", "します"), Span("added", "しました"), Span("kept", "。"),
    )  # fmt: skip


def test_english_changes_by_word_and_numbers_stay_whole() -> None:
    changed = [span.text for span in diff("1,200 yen per user", "1,500 yen per seat") if span.kind != "kept"]
    assert changed == ["1,200", "1,500", "user", "seat"]


def test_a_single_particle_between_two_changes_is_no_island() -> None:
    spans = diff("料金の改定", "価格の変更")
    assert [span.kind for span in spans] == ["deleted", "added"]


@pytest.mark.timeout(20)
def test_the_longest_draft_is_compared_at_once() -> None:
    old = "確認の料金をお知らせします。ABC\n" * 2500
    spans = diff(old, old[::-1])
    assert "".join(span.text for span in spans if span.kind != "added") == old
    assert 0 < changed_share(old, old[::-1]) <= 1
