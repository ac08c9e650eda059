"""From a run to what a page shows of it: verdict, figures, groups, causes. Words and numbers are in local form."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import groupby

from markupsafe import Markup

from banso.review.flags import visible
from banso.ui import local_form
from banso.ui.quality import metrics, plots
from banso.ui.quality.metrics import Metric, metric
from banso.ui.quality.records import Case, Figure, Info, Run
from banso.ui.texts import LANGUAGES, Text

HEADLINES = ("key_facts", "recall@10", "ndcg@10", "citation_precision", "sentence_support", "refusal_f1")
"""What says most about a run in few figures, best first."""
GROUPS, COLUMNS = 40, 3


@dataclass(frozen=True)
class Row:
    """One metric: its figures in words, its bound (empty: none), whether that is kept, and its plot (none for counts).

    `unsure`: the bound lies inside the interval, so that more cases could turn the verdict.
    """

    name: str
    title: str
    meaning: str
    value: str
    interval: str
    n: str
    bound: str = ""
    kept: bool = True
    unsure: bool = False
    plot: Markup | None = None


@dataclass(frozen=True)
class Verdict:
    """`state`: kept, missed or none (the suite asks for nothing). `missed`: the rows that say why."""

    state: str
    sentence: str
    missed: tuple[Row, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Cause:
    """Failures of one cause. `cases`: (place in the run, case, reason)."""

    name: str
    title: str
    meaning: str
    todo: str
    share: str
    plot: Markup
    cases: tuple[tuple[int, Case, str], ...] = field(repr=False)


@dataclass(frozen=True)
class Group:
    """Cases of one tag or language: how many passed, with the Wilson interval, and the mean of a few metrics."""

    name: str
    n: str
    passed: str
    interval: str
    plot: Markup
    means: tuple[str, ...]


def failed(case: Case) -> bool:
    """Whether something was wrong with the case."""
    return bool(case.failures or case.error)


def rows(run: Run, t: Text) -> list[tuple[str, list[Row]]]:
    """Every metric, measured or only asked for, by theme: (what the theme is called, its rows)."""
    names = sorted({*run.metrics, *run.floors, *run.ceilings}, key=metrics.order)
    known = [metric(name) for name in names]
    return [
        (t(f"quality.theme_{theme}"), [_row(run, one, t) for one in those])
        for theme, those in groupby(known, key=lambda one: one.theme)
    ]


def verdict(run: Run, t: Text) -> Verdict:
    """Whether the suite's bounds were kept, what was missed and by how much, and what to know about the run."""
    every = [row for _, those in rows(run, t) for row in those if row.bound]
    missed = tuple(row for row in every if not row.kept)
    state = "missed" if missed else "kept" if every else "none"
    sentence = t(f"quality.verdict_{state}", missed=len(missed), bounds=len(every))
    return Verdict(state, sentence, missed, tuple(_notes(run, t)))


def _notes(run: Run, t: Text) -> list[str]:
    info, broken = run.info, sum(bool(case.error) for case in run.cases)
    notes = [
        t("quality.note_limit", n=run.n) if info.limit is not None else "",
        t("quality.note_ablation", what=info.ablation) if info.ablation else "",
        t("quality.note_dirty") if info.dirty else "",
        t("quality.note_errors", n=broken) if broken else "",
        t("quality.note_few", n=run.n) if run.n < 30 else "",
    ]
    return [note for note in notes if note]


def _row(run: Run, one: Metric, t: Text) -> Row:
    found, floor, ceiling = run.metrics.get(one.name), run.floors.get(one.name), run.ceilings.get(one.name)
    asked = Row(
        one.name, metrics.title(one.name, t), metrics.meaning(one.name, t), value=t("quality.not_measured"),
        interval="–", n="0", bound=_bound(one, floor, ceiling, t), kept=False,
    )  # fmt: skip
    if found is None:
        return asked
    kept = (floor is None or found.mean >= floor) and (ceiling is None or found.mean <= ceiling)
    limits = [limit for limit in (floor, ceiling) if limit is not None]
    return replace(
        asked, value=metrics.shown(found.mean, one.unit, t.language),
        interval=metrics.interval(found.low, found.high, one.unit, t.language),
        n=local_form.number(found.n, t.language), kept=kept,
        unsure=any(found.low < limit < found.high for limit in limits), plot=_plot(one, found, limits, kept),
    )  # fmt: skip


def _bound(one: Metric, floor: float | None, ceiling: float | None, t: Text) -> str:
    limits = [("quality.at_least", floor), ("quality.at_most", ceiling)]
    return " ".join(
        t(key, value=metrics.shown(value, one.unit, t.language)) for key, value in limits if value is not None
    )


def _plot(one: Metric, found: Figure, limits: list[float], kept: bool) -> Markup | None:
    if one.unit == "count" and not found.mean:
        return None
    top = 1.0 if one.unit in ("share", "score") else max([found.mean, found.high, *limits, 1e-9]) * 1.1
    return plots.whisker(plots.Point(found.mean, found.low, found.high, good=kept), next(iter(limits), None), top)


def causes(run: Run, t: Text) -> list[Cause]:
    """Failed cases by cause, the most frequent first; a case counts once, for the first step that went wrong."""
    found: dict[str, list[tuple[int, Case, str]]] = {}
    for number, case in enumerate(run.cases):
        if failed(case):
            first = next(iter(case.failures), None)
            name, reason = (first.cause, first.words(t.language)) if first else ("error", case.error)
            found.setdefault(name, []).append((number, case, reason))
    most = max((len(those) for those in found.values()), default=1)
    return [
        Cause(
            name,
            cause_words(name, "cause", t), cause_words(name, "cause_means", t), cause_words(name, "cause_todo", t),
            share=metrics.percent(len(those) / len(run.cases), t.language), plot=plots.bar(len(those) / most),
            cases=tuple(those),
        )
        for name, those in sorted(found.items(), key=lambda pair: (-len(pair[1]), pair[0]))
    ]  # fmt: skip


def cause_words(name: str, part: str, t: Text) -> str:
    """`cause`: what it is called; `cause_means`, `cause_todo`. A cause of a newer record goes by its own name."""
    key = f"{part}.{name}"
    return t(key) if key in t.known() else (visible(name) if part == "cause" else "")


def headlines(run: Run) -> list[str]:
    """The metrics that say most, those first for which the suite has a bound."""
    bounded = [name for name in sorted({*run.floors, *run.ceilings}, key=metrics.order) if name in run.metrics]
    bounded = [name for name in bounded if metric(name).unit != "count"]
    return list(dict.fromkeys([*bounded, *(name for name in HEADLINES if name in run.metrics)]))


def groups(run: Run, by: Callable[[Case], Sequence[str]], t: Text) -> tuple[list[str], list[Group]]:
    """(names of the columns of means, groups of cases, first those whose interval ends lowest).

    `by`: the groups that a case is in.
    """
    found: dict[str, list[Case]] = {}
    for case in run.cases:
        for name in by(case):
            found.setdefault(name, []).append(case)
    scored = [name for name in HEADLINES if any(name in case.scores for case in run.cases)][:COLUMNS]
    made = [_group(name, cases, scored, t) for name, cases in found.items()]
    worst = sorted(made, key=lambda pair: (pair[0], pair[1].name))  # a single failed case says little
    return [metrics.title(name, t) for name in scored], [group for _, group in worst[:GROUPS]]


def grouped(run: Run, t: Text) -> list[tuple[str, list[str], list[Group]]]:
    """(heading, columns, groups) by language and by tag, where there are cases."""
    known: dict[str, str] = {code: t(f"quality.language_{code}") for code in LANGUAGES}
    made = [
        (
            t("quality.by_language"),
            *groups(run, lambda case: [known.get(case.language, case.language)][: bool(case.language)], t),
        ),
        (t("quality.by_tag"), *groups(run, lambda case: case.tags, t)),
    ]
    return [one for one in made if one[2]]


def _group(name: str, cases: list[Case], scored: list[str], t: Text) -> tuple[float, Group]:
    """(upper end of the interval, the group)."""
    passed, n = sum(not failed(case) for case in cases), len(cases)
    low, high = wilson(passed, n)
    return high, Group(
        name=name, n=local_form.number(n, t.language), passed=metrics.percent(passed / n, t.language),
        interval=metrics.interval(low, high, "share", t.language),
        plot=plots.whisker(plots.Point(passed / n, low, high)),
        means=tuple(_mean([case.scores.get(score) for case in cases], metric(score), t) for score in scored),
    )  # fmt: skip


def _mean(values: list[float | None], one: Metric, t: Text) -> str:
    scored = [value for value in values if value is not None]
    return metrics.shown(sum(scored) / len(scored), one.unit, t.language) if scored else "–"


def wilson(hits: int, n: int) -> tuple[float, float]:
    """The 95 % score interval of a share (Wilson 1927): honest near 0 and 1 and for few cases."""
    z, p = 1.959964, hits / n
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return max(0.0, middle - half), min(1.0, middle + half)


def when(info: Info, t: Text, zone: str) -> str:
    """When the run started, in the reader's form."""
    return local_form.moment(moment(info), t.language, zone)


def moment(info: Info) -> datetime | None:
    """When the run started; None where the record does not say."""
    try:
        return datetime.fromisoformat(info.started_at)
    except ValueError:
        return None
