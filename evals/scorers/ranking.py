"""Did search find the documents that answer, and how high?"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence


def recall(found: Sequence[str], gold: Iterable[str], k: int) -> float | None:
    """Share of the gold documents among the first k different ones found."""
    wanted = set(gold)
    return len(wanted & set(distinct(found)[:k])) / len(wanted) if wanted else None


def hit(found: Sequence[str], gold: Iterable[str], k: int) -> float | None:
    """1 when any gold document is among the first k different ones found."""
    wanted = set(gold)
    return float(bool(wanted & set(distinct(found)[:k]))) if wanted else None


def reciprocal_rank(found: Sequence[str], gold: Iterable[str]) -> float | None:
    """1 / rank of the first gold document; 0 when none was found (MRR is its mean)."""
    wanted = set(gold)
    if not wanted:
        return None
    return next((1 / rank for rank, ref in enumerate(distinct(found), start=1) if ref in wanted), 0.0)


def ndcg(found: Sequence[str], gains: Mapping[str, float], k: int) -> float | None:
    """nDCG@k with gains as they are and discount log2(rank + 1) (Järvelin & Kekäläinen 2002)."""
    ideal = sorted((gain for gain in gains.values() if gain > 0), reverse=True)[:k]
    if not ideal:
        return None
    got = [gains.get(ref, 0.0) for ref in distinct(found)[:k]]
    return _dcg(got) / _dcg(ideal)


def placed(groups: Iterable[Sequence[str]], gold: Iterable[str]) -> list[str]:
    """Refs by place, where one hit stands for several documents that say the same (its own first): those of them that
    are gold stand at its place, one after the other; where none is, the hit's own."""
    wanted = set(gold)
    found: list[str] = []
    for group in groups:
        found += [ref for ref in group if ref in wanted] or group[:1]
    return found


def _dcg(gains: Sequence[float]) -> float:
    return sum(gain / math.log2(rank + 1) for rank, gain in enumerate(gains, start=1))


def distinct(found: Sequence[str]) -> list[str]:
    """Each once, in order."""
    return list(dict.fromkeys(found))
