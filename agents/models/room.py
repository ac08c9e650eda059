"""What of the evidence fits into what a model can read: rules and question stay whole, the passages that were found
last are left out. A server such as Ollama cuts a text that is too long at its beginning, where the rules stand, and
says nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence

Count = Callable[[str], int]
"""How many tokens a text has."""
LEAST = 200
"""Tokens of evidence that a model is shown at least, whatever the rest takes."""
MOST_LETTERS = 16
"""Characters of a token at most, on average: a longer text is not counted, for tokenizers take the square of the length
of a word of one letter."""
MOST_ANSWER = 1024
"""Tokens kept free for the reply: a quarter of what the model reads, at most these."""


def room(context: int, taken: int, results: int) -> int:
    """Tokens for each of the tools' results, in a model that reads `context` tokens of which the rest takes `taken`."""
    return max(LEAST, (context - taken - longest_reply(context)) // max(1, results))


def longest_reply(context: int) -> int:
    """Tokens that a reply may take: a small model that repeats itself would not end before the time is over."""
    return min(context // 4, MOST_ANSWER)


def fitting(pieces: Sequence[str], tokens: int, count: Count) -> list[str]:
    """The first pieces that fit together; of the very first, which is the nearest, at least its beginning."""
    kept: list[str] = []
    free = tokens
    for piece in pieces:
        if len(piece) > free * MOST_LETTERS or (taken := count(piece)) > free:
            break
        free -= taken
        kept.append(piece)
    if not kept and pieces:
        kept = [_beginning(pieces[0][: tokens * MOST_LETTERS], tokens, count)]
    left = len(pieces) - len(kept)
    return [*kept, f"({left} passages left out: no room)"] if left else kept


def _beginning(text: str, tokens: int, count: Count) -> str:
    """As much of the text as fits, by halves: a token may be less than a letter."""
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if count(text[:middle]) <= tokens else (low, middle - 1)
    return text[:low]
