"""What takes many cases or many runs to draw: quality over releases, how far confidence can be trusted, latency."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from markupsafe import Markup

from banso.ui import local_form
from banso.ui.quality import metrics, plots
from banso.ui.quality.metrics import metric
from banso.ui.quality.present import headlines, moment, verdict, when, wilson
from banso.ui.quality.records import Case, Run
from banso.ui.texts import Text

RUNS, CURVES = 20, 6
BINS, BARS = 10, 24


@dataclass(frozen=True)
class Curve:
    """One metric over the runs; `alt` says it in words."""

    title: str
    plot: Markup
    alt: str


@dataclass(frozen=True)
class Release:
    """One run in the list of runs."""

    when: str
    commit: str
    model: str
    n: str
    state: str
    verdict: str
    values: tuple[str, ...]
    changed: bool


def releases(history: Sequence[Run], t: Text, zone: str) -> tuple[list[str], list[Curve], list[Release]]:
    """(metrics, a curve of each, the runs, newest first) of runs given oldest first; the last RUNS of them."""
    kept = history[-RUNS:]
    names = headlines(kept[-1])[:CURVES] if kept else []
    changed = [False for _ in kept[:1]] + [other_cases(a, b) for a, b in pairwise(kept)]
    curves = [_curve(name, kept, changed, t, zone) for name in names] if len(kept) > 1 else []
    listed = [_release(run, names, differs, t, zone) for run, differs in zip(kept, changed, strict=True)]
    return [metrics.title(name, t) for name in names], curves, listed[::-1]


def other_cases(before: Run, run: Run) -> bool:
    """Whether the two asked different questions, or of different sources: then their figures cannot be compared."""
    pairs = [(getattr(before.info, name), getattr(run.info, name)) for name in ("cases_digest", "corpus_digest")]
    return any(a and b and a != b for a, b in pairs)


def _curve(name: str, runs: Sequence[Run], changed: Sequence[bool], t: Text, zone: str) -> Curve:
    unit, last = metric(name).unit, runs[-1]
    bound = last.floors.get(name, last.ceilings.get(name))
    points = []
    for run, differs in zip(runs, changed, strict=True):
        if (found := run.metrics.get(name)) is not None:
            label = f"{when(run.info, t, zone)}: {metrics.shown(found.mean, unit, t.language)}"
            points.append(plots.Point(found.mean, found.low, found.high, label, good=_kept(run, name), changed=differs))
    top = 1.0 if unit in ("share", "score") else max([bound or 0.0, *(p.high for p in points), 1e-9]) * 1.1
    least = min([top if bound is None else bound, *(p.low for p in points)])
    bottom = top / 2 if least > top / 2 else 0.0
    ticks = [(value, metrics.shown(value, unit, t.language)) for value in (bottom, (bottom + top) / 2, top)]
    return Curve(
        metrics.title(name, t), plots.trend(points, bound, ticks),
        "; ".join(point.label for point in points),
    )  # fmt: skip


def _kept(run: Run, name: str) -> bool:
    mean = run.metrics[name].mean
    return run.floors.get(name, mean) <= mean <= run.ceilings.get(name, mean)


def _release(run: Run, names: list[str], changed: bool, t: Text, zone: str) -> Release:
    found = verdict(run, t)
    values = [
        metrics.shown(run.metrics[name].mean, metric(name).unit, t.language) if name in run.metrics else "–"
        for name in names
    ]
    return Release(
        when=when(run.info, t, zone) if moment(run.info) else "–",
        commit=(run.info.commit[:7] or "–") + ("*" if run.info.dirty else ""), model=run.info.model or "–",
        n=local_form.number(run.n, t.language), state=found.state, verdict=t(f"quality.state_{found.state}"),
        values=tuple(values), changed=changed,
    )  # fmt: skip


@dataclass(frozen=True)
class Calibration:
    """How far the product's confidence that its sources answer says the truth. `rows`: range, n, mean, share, interval.

    `ece`: expected calibration error (Guo et al. 2017), the mean distance of confidence and share, weighted by n.
    `brier`: mean squared distance of confidence and truth (Brier 1950).
    """

    n: str
    ece: str
    brier: str
    plot: Markup
    rows: tuple[tuple[str, str, str, str, str], ...]


def calibration(cases: Sequence[Case], t: Text) -> Calibration | None:
    """Confidence in bins of a tenth against the share of questions that the sources do answer; None: not measured."""
    pairs = [(case.confidence, case.answerable) for case in cases if case.confidence is not None]
    if not pairs:
        return None
    bins: dict[int, list[tuple[float, bool]]] = {}
    for sure, true in pairs:
        bins.setdefault(min(int(sure * BINS), BINS - 1), []).append((sure, true))
    drawn, listed, distance = [], [], 0.0
    for number, those in sorted(bins.items()):
        n, mean, hits = len(those), sum(sure for sure, _ in those) / len(those), sum(true for _, true in those)
        low, high = wilson(hits, n)
        distance += abs(mean - hits / n) * n
        drawn.append((mean, hits / n, low, high, n))
        span = f"{number / BINS:.1f}–{(number + 1) / BINS:.1f}"
        shares = (metrics.percent(hits / n, t.language), metrics.interval(low, high, "share", t.language))
        listed.append((span, local_form.number(n, t.language), f"{mean:.2f}", *shares))
    return Calibration(
        n=local_form.number(len(pairs), t.language), ece=f"{distance / len(pairs):.3f}",
        brier=f"{sum((sure - true) ** 2 for sure, true in pairs) / len(pairs):.3f}",
        plot=plots.reliability(drawn, t("quality.confidence"), t("quality.answerable_share")), rows=tuple(listed),
    )  # fmt: skip


@dataclass(frozen=True)
class Latency:
    """Seconds from question to answer."""

    n: str
    p50: str
    p95: str
    longest: str
    plot: Markup


def latency(cases: Sequence[Case], t: Text) -> Latency | None:
    """How long the cases took; None where none took any time."""
    taken = sorted(case.seconds for case in cases if case.seconds > 0 and not case.error)
    if not taken:
        return None
    p50, p95, longest = quantile(taken, 0.5), quantile(taken, 0.95), taken[-1]
    top = min(longest, p95 * 2) or 1.0  # one that hangs would press all others into the first bar
    counts = [0] * BARS
    for seconds in taken:
        counts[min(int(seconds / top * BARS), BARS - 1)] += 1
    words = {name: metrics.shown(value, "seconds", t.language) for name, value in (("p50", p50), ("p95", p95))}
    marks = [(p50 / top, f"p50 {words['p50']}"), (p95 / top, f"p95 {words['p95']}")]
    end = metrics.shown(top, "seconds", t.language) + (" +" if longest > top else "")
    return Latency(
        n=local_form.number(len(taken), t.language), **words, longest=metrics.shown(longest, "seconds", t.language),
        plot=plots.histogram(counts, marks, ("0", end)),
    )  # fmt: skip


def quantile(ordered: Sequence[float], q: float) -> float:
    """The q-quantile of sorted values, between neighbours (type 7 of Hyndman & Fan 1996)."""
    place = q * (len(ordered) - 1)
    below = math.floor(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)
