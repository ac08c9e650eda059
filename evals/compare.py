"""Two runs, case by case: what changed, and whether chance explains it.

For each metric the pairs (before, after) of the shared cases give the difference of the means, its 95 % paired
percentile-bootstrap interval (cases drawn anew; Efron & Tibshirani 1993) and the two-sided p of a paired permutation
test (before and after exchanged at random; Good 2005). A metric fails when it got worse, by more than its margin, and
half of p, the chance of a loss that large, is at most ALPHA. Each metric is tested by itself: the margin, not a
correction, keeps small effects of many metrics from stopping a build. What a machine decides is never judged.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from evals.record import CaseResult, Frozen, RunReport
from evals.statistics import SEED
from evals.texts import in_both, told

ALPHA = 0.05
ROUNDS = 2000
MARGIN = 0.02
ALIKE = 1e-5
"""Scores that differ by no more are the same: a baseline is rounded, and processors differ in the last digits."""
LOWER_IS_BETTER = frozenset({
    "wrong_but_confident", "wrong_answers",
    "errors", "messages_out", "seconds", "tokens", "cost", "good_blocked",
    "warning_only_blocked",
})  # fmt: skip
NOT_JUDGED = frozenset({"seconds", "tokens", "cost"})
"""Shown between runs of one machine, never a reason to fail."""

Pair = tuple[CaseResult, CaseResult]
Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Measure:
    """A figure over cases as a function of sums, so that thousands of draws are one product of matrices.

    `parts`: what a case adds to the sums. `of`: from sums, the last axis, to the figure; nan where it is undefined.
    """

    parts: Callable[[CaseResult], tuple[float, ...]]
    of: Callable[[Numbers], Numbers]

    def rows(self, cases: Iterable[CaseResult]) -> Numbers:
        """What each case adds, a row a case."""
        return np.array([self.parts(case) for case in cases], dtype=np.float64)


class Change(Frozen):
    """One metric over the cases scored in both runs. `delta`: after less before, with its interval."""

    metric: str
    before: float
    after: float
    delta: float
    low: float
    high: float
    p: float
    n: int
    margin: float
    fails: bool = False

    @property
    def better(self) -> bool:
        """Whether the whole interval is a gain, of what is judged at all."""
        gain = -self.high if lower_is_better(self.metric) else self.low
        return gain > 0 and self.metric not in NOT_JUDGED


class CaseChange(Frozen):
    """A case whose scores differ: metric -> (before, after)."""

    id: str
    question: str = ""
    scores: dict[str, tuple[float | None, float | None]]


class Comparison(Frozen):
    """What lies between two runs. `notes`: why they may not be comparable, in English, and in Japanese in `notes_ja`.
    `missing`: cases of the first run alone."""

    suite: str
    n: int
    notes: tuple[str, ...] = ()
    notes_ja: tuple[str, ...] = ()
    changes: tuple[Change, ...] = ()
    improved: tuple[CaseChange, ...] = ()
    worsened: tuple[CaseChange, ...] = ()
    new: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    flaky: tuple[str, ...] = ()

    @property
    def drops(self) -> tuple[Change, ...]:
        """The metrics that fail."""
        return tuple(change for change in self.changes if change.fails)

    def notes_in(self, language: str) -> tuple[str, ...]:
        """The notes in this language."""
        return self.notes_ja if language == "ja" else self.notes


def compare(
    before: RunReport, after: RunReport, margins: Mapping[str, float] | None = None, seed: int = SEED
) -> Comparison:
    """The second run against the first. Only cases of both count."""
    old, new = ({case.id: case for case in run.cases} for run in (before, after))
    pairs = [(old[name], new[name]) for name in old if name in new]
    margins = margins or {}
    changes = [
        _change(name, measure, pairs, margins.get(name, MARGIN), seed) for name, measure in _measures(pairs).items()
    ]
    english, japanese = in_both(lambda: tuple(_notes(before, after, pairs)))
    differing = [one for one in (_case_change(*pair) for pair in pairs) if one]
    return Comparison(
        suite=after.suite,
        n=len(pairs),
        notes=english,
        notes_ja=japanese,
        changes=tuple(change for change in changes if change),
        improved=tuple(one for one in differing if _way(one) > 0),
        worsened=tuple(one for one in differing if _way(one) < 0),
        new=tuple(name for name in new if name not in old),
        missing=tuple(name for name in old if name not in new),
        flaky=tuple(one.id for one in differing) if _same_product(before, after) else (),
    )


def right_grounding(case: CaseResult) -> float | None:
    """1 when what can be answered was answered, and the rest refused: a case that moves from one to the other drops out
    of other metrics, and must not vanish."""
    return float((case.grounded == "refused") != case.answerable) if case.grounded else None


def lower_is_better(metric: str) -> bool:
    """Whether less of it is good."""
    return metric in LOWER_IS_BETTER


def _measures(pairs: Sequence[Pair]) -> dict[str, Measure]:
    """Each metric as a function of cases: means over those scored in both runs, and refusal as a whole."""
    found = {name: _mean_of(name) for name in dict.fromkeys(n for _, b in pairs for n in b.scores)}
    found["right_grounding"] = Measure(lambda case: _counted(right_grounding(case)), _mean)
    if any(not case.answerable for case, _ in pairs):
        found["refusal_f1"] = Measure(_refusal, _f1)
    if pairs and all(case.seconds for pair in pairs for case in pair):
        found["seconds"] = Measure(lambda case: _counted(case.seconds), _mean)
    return found


def _mean_of(name: str) -> Measure:
    return Measure(lambda case: _counted(case.scores.get(name)), _mean)


def _counted(value: float | None) -> tuple[float, float]:
    return (0.0, 0.0) if value is None else (value, 1.0)


def _mean(sums: Numbers) -> Numbers:
    """(sum, number of scored cases) -> mean."""
    return np.asarray(sums[..., 0] / sums[..., 1])


def _refusal(case: CaseResult) -> tuple[float, float, float]:
    refused, right = case.grounded == "refused", not case.answerable
    return float(refused and right), float(refused), float(right)


def _f1(sums: Numbers) -> Numbers:
    """(right refusals, refusals, unanswerable cases) -> F1, undefined as in `scorers/refusing.py`."""
    hits, predicted, true = (sums[..., place] for place in range(3))
    return np.where((predicted > 0) & (true > 0), 2 * hits / (predicted + true), np.nan)


def _change(name: str, measure: Measure, pairs: Sequence[Pair], margin: float, seed: int) -> Change | None:
    if name not in ("right_grounding", "refusal_f1", "seconds"):
        pairs = [(a, b) for a, b in pairs if a.scores.get(name) is not None and b.scores.get(name) is not None]
    if not pairs:
        return None
    with np.errstate(invalid="ignore", divide="ignore"):
        rows = measure.rows(a for a, _ in pairs), measure.rows(b for _, b in pairs)
        first, second = (float(measure.of(each.sum(axis=0))) for each in rows)
        delta = second - first
        if np.isnan(delta):
            return None
        alike = all(_same(name, *pair) for pair in pairs)
        low, high, p = (delta, delta, 1.0) if alike else _chance(measure, *rows, delta, seed)
    loss = delta if lower_is_better(name) else -delta
    fails = name not in NOT_JUDGED and loss > margin and p / 2 <= ALPHA
    return Change(
        metric=name, before=first, after=second, delta=delta, low=low, high=high, p=p, n=len(pairs), margin=margin,
        fails=fails,
    )  # fmt: skip


def _chance(
    measure: Measure, before: Numbers, after: Numbers, observed: float, seed: int
) -> tuple[float, float, float]:  # fmt: skip
    """Low and high of the bootstrap, p of the permutation test. Draws in which the figure is undefined do not count."""
    draw, n = np.random.default_rng(seed), len(before)
    often = draw.multinomial(n, np.full(n, 1 / n), size=ROUNDS).astype(np.float64)
    drawn = measure.of(often @ after) - measure.of(often @ before)
    kept = (draw.random((ROUNDS, n)) < 0.5).astype(np.float64)
    swapped = measure.of(kept @ after + (1 - kept) @ before) - measure.of(kept @ before + (1 - kept) @ after)
    beyond = int(np.sum(np.abs(swapped) >= abs(observed) - 1e-12))
    low, high = np.nanquantile(drawn, (0.025, 0.975))
    return float(low), float(high), (beyond + 1) / (ROUNDS + 1)


def _same(name: str, before: CaseResult, after: CaseResult) -> bool:
    if name == "seconds":
        return False
    return _alike(before.scores.get(name), after.scores.get(name)) and before.grounded == after.grounded


def _alike(one: float | None, other: float | None) -> bool:
    return one == other if one is None or other is None else abs(one - other) <= ALIKE


def _case_change(before: CaseResult, after: CaseResult) -> CaseChange | None:
    first, second = ({**case.scores, "right_grounding": right_grounding(case)} for case in (before, after))
    changed = {
        name: (first.get(name), second.get(name))
        for name in second
        if name not in NOT_JUDGED and name in first and not _alike(first[name], second[name])
    }
    return CaseChange(id=after.id, question=after.question, scores=changed) if changed else None


def _way(change: CaseChange) -> int:
    """-1: worse in any metric scored both times, for a case that gains here and loses there wants looking at; 1: better
    in some and worse in none; 0: only scored in one of the runs."""
    gains = [
        (a - b) if lower_is_better(name) else (b - a)
        for name, (a, b) in change.scores.items()
        if a is not None and b is not None
    ]
    return -1 if any(gain < 0 for gain in gains) else int(bool(gains))


def _same_product(before: RunReport, after: RunReport) -> bool:
    names = ("commit", "model", "embedding", "reranker", "configuration", "corpus_digest", "cases_digest", "ablation")
    one, other = before.info, after.info
    clean = bool(one.commit) and not one.dirty and not other.dirty
    return clean and all(getattr(one, name) == getattr(other, name) for name in names)


def _notes(before: RunReport, after: RunReport, pairs: Sequence[Pair]) -> Iterable[str]:
    if before.suite != after.suite:
        yield told("differs.suites", before=before.suite, after=after.suite)
    if not pairs:
        yield told("differs.no_case")
    one, other = before.info, after.info
    if _differ(one.corpus_digest, other.corpus_digest):
        yield told("differs.corpus")
    if _differ(one.cases_digest, other.cases_digest):
        yield told("differs.cases")
    for name in ("model", "embedding", "reranker", "ablation"):
        first, second = (getattr(info, name) or told("differs.nothing") for info in (one, other))
        if first != second:
            yield told("differs.setting", name=name, before=first, after=second)


def _differ(one: str, other: str) -> bool:
    """Whether both are known and not the same: older records name no digest."""
    return bool(one and other and one != other)
