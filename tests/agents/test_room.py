"""Evidence for a model that reads little: the nearest first, never more than there is room for."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from agents.models.room import LEAST, MOST_LETTERS, fitting, room


def words(text: str) -> int:
    return len(text.split())


@given(st.lists(st.integers(1, 40), max_size=12), st.integers(0, 200))
def test_the_first_ones_stay_whole_and_fit_together(lengths: list[int], tokens: int) -> None:
    pieces = [" ".join([f"piece{n}"] * length) for n, length in enumerate(lengths)]
    kept = [piece for piece in fitting(pieces, tokens, words) if not piece.startswith("(")]
    assert sum(map(words, kept)) <= tokens
    whole = [piece for piece in kept if piece in pieces]
    assert whole == pieces[: len(whole)] and len(kept) - len(whole) <= 1


def test_what_is_left_out_is_counted() -> None:
    assert fitting(["one", "two", "three four"], 3, words) == ["one", "two", "(1 passages left out: no room)"]
    assert fitting(["one", "two"], 2, words) == ["one", "two"]


def test_of_the_nearest_at_least_the_beginning_is_read() -> None:
    begun, left = fitting(["one two three four", "five"], 2, words)
    assert begun.strip() == "one two" and "1 passages" in left


def test_room_is_what_rules_question_and_reply_leave() -> None:
    assert room(4096, 1072, 2) == (4096 - 1072 - 1024) // 2
    assert room(2000, 600, 1) == 2000 - 600 - 500
    assert room(1000, 5000, 3) == LEAST and room(8000, 0, 0) == 8000 - 1024


def test_a_text_far_too_long_is_not_counted_whole() -> None:
    longest = 0

    def letters(text: str) -> int:
        nonlocal longest
        longest = max(longest, len(text))
        return len(text)

    begun, _ = fitting(["a" * 1_000_000, "b"], 50, letters)
    assert begun == "a" * 50 and longest <= 50 * MOST_LETTERS
