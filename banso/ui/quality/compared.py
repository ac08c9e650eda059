"""What changed against a baseline or the run before, as rows for the tab and the report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from banso.ui.quality import plots
from banso.ui.quality.metrics import Unit, metric, order, shown, title
from banso.ui.quality.records import Change, Comparison
from banso.ui.texts import Text

NAMED = 30


@dataclass(frozen=True)
class Moved:
    """One metric before and after. `state`: worse, better or same, as chance allows to say."""

    title: str
    before: str
    after: str
    delta: str
    interval: str
    p: str
    n: int
    state: str
    plot: Markup


def moved(found: Comparison, t: Text) -> list[Moved]:
    """The metrics that are not exactly as before, in the order of the page."""
    changes = [change for change in found.changes if change.delta or change.low != change.high]
    return [_moved(change, t) for change in sorted(changes, key=lambda change: order(change.metric))]


def worse_cases(found: Comparison, listed: Sequence[str]) -> list[tuple[int, str]]:
    """(place in the run, id) of the first NAMED cases that went worse. `listed`: ids of the run's cases."""
    places = {name: place for place, name in enumerate(listed)}
    return [(places[case.id], case.id) for case in found.worsened[:NAMED] if case.id in places]


def _moved(change: Change, t: Text) -> Moved:
    unit = metric(change.metric).unit
    signed = [_signed(value, unit, t) for value in (change.delta, change.low, change.high)]
    return Moved(
        title=title(change.metric, t), before=shown(change.before, unit, t.language),
        after=shown(change.after, unit, t.language), delta=signed[0], interval=f"{signed[1]} … {signed[2]}",
        p=f"{change.p:.3f}", n=change.n, state="worse" if change.fails else "better" if change.better else "same",
        plot=plots.difference(change.delta, change.low, change.high, good=not change.fails),
    )  # fmt: skip


def _signed(value: float, unit: Unit, t: Text) -> str:
    return ("+" if value > 0 else "−" if value < 0 else "±") + shown(abs(value), unit, t.language)
