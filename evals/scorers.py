"""Scorers: pure functions. `None` means not eligible; unscored is never zero."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

_KANA = re.compile(r"[\u3040-\u30ff]")
_MARKER = re.compile(r"\[\d+\]")


def recall(found: Sequence[str], gold: Iterable[str], k: int) -> float | None:
    """Share of the gold documents among the first k different ones found."""
    wanted = set(gold)
    return len(wanted & set(_distinct(found)[:k])) / len(wanted) if wanted else None


def hit(found: Sequence[str], gold: Iterable[str], k: int) -> float | None:
    """1 when any gold document is among the first k different ones found."""
    wanted = set(gold)
    return float(bool(wanted & set(_distinct(found)[:k]))) if wanted else None


def reciprocal_rank(found: Sequence[str], gold: Iterable[str]) -> float | None:
    """1 / rank of the first gold document; 0 when none was found (MRR is its mean)."""
    wanted = set(gold)
    if not wanted:
        return None
    return next((1 / rank for rank, ref in enumerate(_distinct(found), start=1) if ref in wanted), 0.0)


def ndcg(found: Sequence[str], gains: Mapping[str, float], k: int) -> float | None:
    """nDCG@k with gains as they are and discount log2(rank + 1) (Järvelin & Kekäläinen 2002)."""
    ideal = sorted((gain for gain in gains.values() if gain > 0), reverse=True)[:k]
    if not ideal:
        return None
    got = [gains.get(ref, 0.0) for ref in _distinct(found)[:k]]
    return _dcg(got) / _dcg(ideal)


def key_facts(text: str, must_say: Sequence[str]) -> float | None:
    """Share of the facts that the text states; width, case and spaces do not matter; `a|b` accepts either."""
    if not must_say:
        return None
    said = _folded(text)
    return sum(any(_folded(way) in said for way in fact.split("|")) for fact in must_say) / len(must_say)


def citation_precision(cited: Sequence[str], gold: Iterable[str]) -> float | None:
    """Share of the cited documents that are gold."""
    wanted, distinct = set(gold), _distinct(cited)
    return len(wanted & set(distinct)) / len(distinct) if wanted and distinct else None


def every_line_cited(text: str, grounded: str) -> float | None:
    """1 when every line of a cited answer carries a marker; a table counts as one line."""
    if grounded != "cited" or not text.strip():
        return None
    for is_table, lines in groupby(filter(str.strip, text.splitlines()), key=lambda line: line.startswith("|")):
        marked = [bool(_MARKER.search(line)) for line in lines]
        if not (any(marked) if is_table else all(marked)):
            return 0.0
    return 1.0


def language_is(text: str, language: str, quotes: Iterable[str] = ()) -> float | None:
    """1 when the words around the quotes are in the language; not eligible when nothing but quotes is said."""
    for quote in sorted(quotes, key=len, reverse=True):
        text = text.replace(quote, "")
    letters = [c for c in _MARKER.sub("", text) if c.isalpha()]
    if len(letters) < 8:
        return None
    return float(bool(_KANA.search(text)) == (language == "ja"))


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


def _dcg(gains: Sequence[float]) -> float:
    return sum(gain / math.log2(rank + 1) for rank, gain in enumerate(gains, start=1))


def _distinct(found: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(found))


def _folded(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())
