"""Did it answer what can be answered and refuse the rest?"""

from __future__ import annotations

from collections.abc import Iterable


def f1(outcomes: Iterable[tuple[bool, bool]]) -> tuple[float | None, float | None, float | None]:
    """(precision, recall, F1) of (predicted, true) pairs; each None where it is undefined."""
    pairs = list(outcomes)
    hits = sum(p and t for p, t in pairs)
    predicted, true = sum(p for p, _ in pairs), sum(t for _, t in pairs)
    precision = hits / predicted if predicted else None
    rec = hits / true if true else None
    if precision is None or rec is None:
        return precision, rec, None
    return precision, rec, 2 * precision * rec / (precision + rec) if hits else 0.0


def wrong_but_confident(wrong: float | None, unsure: bool) -> float | None:
    """1 for a wrong answer that does not say that it is not sure."""
    return None if wrong is None else wrong * (not unsure)


def wrong_answer(grounded: str, answerable: bool, citation_hit: float | None, key_facts: float | None) -> float | None:
    """1 for an answer to what nothing answers, or one that cites no gold document and states no key fact."""
    if not grounded:
        return None
    if grounded != "cited":
        return 0.0
    return 1.0 if not answerable else float(not citation_hit and not key_facts)
