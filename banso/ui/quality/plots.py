"""Plots as small SVG pictures: places across are percentages and letters keep their size, so a plot is as legible at
390 pixels as on paper. Colours are those of Okabe and Ito, told apart by the colour-blind; shapes say the same."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from markupsafe import Markup, escape

GOOD, BAD, LINE, SOFT, INK = "#0072B2", "#C44601", "#94a3b8", "#cbd5e1", "#0f172a"
FONT = "system-ui, 'Hiragino Sans', 'Noto Sans CJK JP', 'Noto Sans JP', sans-serif"
LEFT, RIGHT = 4.0, 96.0
"""Percent of the width between which values lie; the rest keeps a dot at either end whole."""


@dataclass(frozen=True)
class Point:
    """A value with its interval, and what the reader is told on pointing at it."""

    value: float
    low: float
    high: float
    label: str = ""
    good: bool = True
    changed: bool = False
    """What was measured is not what the point before it measured: the two are not joined."""


def whisker(point: Point, bound: float | None = None, top: float = 1.0) -> Markup:
    """A dot with its interval on a line from 0 to `top`, and a tick where the bound is."""
    parts = [_line(LEFT, 9, RIGHT, 9, SOFT, 1)]
    parts += [_line(x, 5, x, 13, SOFT, 1) for x in (LEFT, (LEFT + RIGHT) / 2, RIGHT)]
    if bound is not None:
        parts.append(_line(_across(bound, top), 1, _across(bound, top), 17, INK, 1.5, 'stroke-dasharray="3 2"'))
    parts += _mark(point, top)
    return _svg(parts, 18)


def difference(value: float, low: float, high: float, *, good: bool) -> Markup:
    """A dot with its interval around a line at zero; the scale is that of the interval."""
    top = max(abs(value), abs(low), abs(high)) or 1.0
    middle = (LEFT + RIGHT) / 2
    parts = [_line(LEFT, 9, RIGHT, 9, SOFT, 1), _line(middle, 1, middle, 17, INK, 1)]
    return _svg([*parts, *_mark(Point(value + top, low + top, high + top, good=good), 2 * top)], 18)


def bar(share: float, *, good: bool = False) -> Markup:
    """A bar from the left."""
    width = max(0.0, min(share, 1.0)) * 100
    color = GOOD if good else BAD
    return _svg([Markup('<rect x="0" y="3" width="{:.2f}%" height="10" rx="2" fill="{}"/>').format(width, color)], 16)


def trend(points: Sequence[Point], bound: float | None, ticks: Sequence[tuple[float, str]]) -> Markup:
    """Values over runs, oldest first, with their intervals. `ticks`: (value, words) of the grid, from bottom to top."""
    span = (ticks[0][0], ticks[-1][0])
    parts = [Markup("")]
    for value, words in ticks:
        y = _down(value, span)
        parts += [_line(0, y, 100, y, SOFT, 1), _text(0, y - 3, words)]
    if bound is not None:
        parts.append(_line(14, _down(bound, span), 100, _down(bound, span), INK, 1, 'stroke-dasharray="4 3"'))
    places = [_place(number, len(points)) for number in range(len(points))]
    for (before, last), (x, point) in pairwise(zip(places, points, strict=True)):
        if point.changed:
            parts.append(_line((before + x) / 2, 8, (before + x) / 2, 112, INK, 1, 'stroke-dasharray="1 3"'))
        else:
            parts.append(_line(before, _down(last.value, span), x, _down(point.value, span), GOOD, 1.5))
    for x, point in zip(places, points, strict=True):
        whole = _line(x, _down(point.low, span), x, _down(point.high, span), GOOD if point.good else BAD, 1.5)
        dot = _dot(x, _down(point.value, span), point.good)
        parts.append(Markup("<g><title>{}</title>{}{}</g>").format(point.label, whole, dot))
    return _svg(parts, 120)


def reliability(bins: Iterable[tuple[float, float, float, float, int]], across: str, up: str) -> Markup:
    """(mean confidence, share, low, high, n) of each bin against the diagonal, where a calibrated score lies."""
    parts = [Markup('<rect x="40" y="8" width="260" height="240" fill="none" stroke="{}"/>').format(LINE)]
    parts.append(Markup('<line x1="40" y1="248" x2="300" y2="8" stroke="{}" stroke-dasharray="4 3"/>').format(LINE))
    for tick in (0.0, 0.5, 1.0):
        parts.append(_place_text(40 + 260 * tick, 263, f"{tick:g}", "middle"))
        parts.append(_place_text(34, 252 - 240 * tick, f"{tick:g}", "end"))
    for mean, share, low, high, n in bins:
        x, y = 40 + 260 * mean, 248 - 240 * share
        parts.append(
            Markup(
                '<g><title>n={}</title><line x1="{:.1f}" y1="{:.1f}" x2="{:.1f}" y2="{:.1f}" stroke="{}"'
                ' stroke-width="1.5"/><circle cx="{:.1f}" cy="{:.1f}" r="{:.1f}" fill="{}"/></g>'
            ).format(n, x, 248 - 240 * low, x, 248 - 240 * high, GOOD, x, y, min(3 + n**0.5 / 2, 9), GOOD)
        )
    parts += [_place_text(170, 280, across, "middle"), _place_text(0, 12, up, "start", 'transform="translate(46 10)"')]
    shape = Markup('<svg xmlns="http://www.w3.org/2000/svg" width="320" height="288" viewBox="0 0 320 288"{}>{}</svg>')
    return shape.format(_style(), Markup("").join(parts))


def histogram(counts: Sequence[int], marks: Sequence[tuple[float, str]], ends: tuple[str, str]) -> Markup:
    """Counts in bins of equal width, a line at each mark (0 to 1 across, words), and words at both ends."""
    most, width = max(counts, default=0) or 1, (RIGHT - LEFT) / max(len(counts), 1)
    parts = [
        Markup('<rect x="{:.2f}%" y="{:.1f}" width="{:.2f}%" height="{:.1f}" fill="{}"/>').format(
            LEFT + number * width + 0.1, 124 - 84 * count / most, width - 0.2, 84 * count / most, "#56B4E9"
        )
        for number, count in enumerate(counts)
    ]
    for number, (place, words) in enumerate(marks):
        x, y = LEFT + place * (RIGHT - LEFT), 12 + 14 * number
        parts += [_line(x, y + 3, x, 124, INK, 1.5), _text(x, y, words, "end" if place > 0.5 else "start")]
    parts += [_line(LEFT, 124, RIGHT, 124, LINE, 1), _text(LEFT, 138, ends[0]), _text(RIGHT, 138, ends[1], "end")]
    return _svg(parts, 144)


def address(svg: Markup) -> str:
    """The picture as a data: address, for a page that shows no inline SVG."""
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()


def _svg(parts: Iterable[Markup], height: int) -> Markup:
    shape = Markup('<svg xmlns="http://www.w3.org/2000/svg" width="100%" height="{}"{}>{}</svg>')
    return shape.format(height, _style(), Markup("").join(parts))


def _style() -> Markup:
    return Markup(' font-family="{}" font-size="11" aria-hidden="true" focusable="false"').format(FONT)


def _across(value: float, top: float) -> float:
    return LEFT + max(0.0, min(value / top if top else 0.0, 1.0)) * (RIGHT - LEFT)


def _down(value: float, span: tuple[float, float]) -> float:
    """Pixels from above, of 120, for a value between the two of `span`."""
    bottom, top = span
    return 112 - max(0.0, min((value - bottom) / (top - bottom), 1.0)) * 96


def _place(number: int, count: int) -> float:
    """Percent across, right of the words of the grid."""
    return 96.0 if count == 1 else 16 + 80 * number / (count - 1)


def _mark(point: Point, top: float) -> list[Markup]:
    color = GOOD if point.good else BAD
    low, high = _across(point.low, top), _across(point.high, top)
    return [_line(low, 9, high, 9, color, 3), _dot(_across(point.value, top), 9, point.good)]


def _dot(x: float, y: float, good: bool) -> Markup:
    """A disc, or a square on its corner where something was missed."""
    shape = '<circle r="4.5" fill="{}"/>' if good else '<rect x="-4.5" y="-4.5" width="9" height="9" transform="rotate(45)" fill="{}"/>'  # fmt: skip  # noqa: E501
    inner = Markup(shape).format(GOOD if good else BAD)
    return Markup('<svg x="{:.2f}%" y="{:.1f}" overflow="visible" width="1" height="1">{}</svg>').format(x, y, inner)


def _line(x1: float, y1: float, x2: float, y2: float, color: str, width: float, more: str = "") -> Markup:  # noqa: PLR0913, PLR0917
    return Markup('<line x1="{:.2f}%" y1="{:.1f}" x2="{:.2f}%" y2="{:.1f}" stroke="{}" stroke-width="{}" {}/>').format(
        x1, y1, x2, y2, color, width, Markup(more)
    )


def _text(x: float, y: float, words: str, anchor: str = "start") -> Markup:
    return Markup('<text x="{:.2f}%" y="{:.1f}" text-anchor="{}" fill="#475569">{}</text>').format(
        x, y, anchor, escape(words)
    )


def _place_text(x: float, y: float, words: str, anchor: str, more: str = "") -> Markup:
    return Markup('<text x="{:.1f}" y="{:.1f}" text-anchor="{}" fill="#475569" {}>{}</text>').format(
        x, y, anchor, Markup(more), escape(words)
    )
