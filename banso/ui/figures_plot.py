"""Plots as SVG whose text stays text, so that the reader's own fonts show it in any language."""

from __future__ import annotations

import base64
import io
import re
import warnings
from collections.abc import Sequence
from typing import Any

from banso.review.figures import OUTCOMES, Line, Outcome
from banso.ui.texts import Text

COLORS: dict[Outcome, str] = {
    "unchanged": "#0f766e", "edited": "#5eead4", "returned": "#f59e0b", "rejected": "#b91c1c", "revoked": "#f87171",
    "expired": "#94a3b8", "waiting": "#e2e8f0",
}  # fmt: skip
"""Told apart by lightness too, for readers who see few colours."""
MOST = 16
"""Groups in a plot, the last ones; the table below has them all."""
_FONT = re.compile(r"font: ([^;\"]*?)'DejaVu Sans'[^;\"]*")


def outcomes(lines: Sequence[Line], names: Sequence[str], t: Text) -> str:
    """Shares of the outcomes, one bar a group, as a data: address of an SVG."""
    figure, axes = _canvas(len(lines[-MOST:]), legend=True)
    left = [0.0] * len(lines[-MOST:])
    for kind in OUTCOMES:
        widths = [line.shares[kind] * 100 for line in lines[-MOST:]]
        style = {"color": COLORS[kind], "edgecolor": "#475569", "linewidth": 0.4, "height": 0.6}
        axes.barh(range(len(widths)), widths, left=left, label=t(f"figures.{kind}"), **style)
        left = [a + b for a, b in zip(left, widths, strict=True)]
    axes.set_xlim(0, 100)
    axes.xaxis.set_major_formatter("{x:.0f}%")
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1.02), ncols=2, frameon=False, fontsize=9)
    return _finished(figure, axes, [f"{n} (n={line.n})" for n, line in zip(names, lines, strict=True)][-MOST:])


def hours(lines: Sequence[Line], names: Sequence[str]) -> str:
    """Median hours to the first decision, one bar a group, as a data: address of an SVG."""
    figure, axes = _canvas(len(lines[-MOST:]), legend=False)
    values = [line.median_hours or 0.0 for line in lines[-MOST:]]
    bars = axes.barh(range(len(values)), values, color="#0f766e", height=0.6)
    axes.bar_label(bars, labels=[f"{value:.1f} h" if value else "–" for value in values], padding=3, fontsize=9)
    axes.set_xlim(0, max(max(values, default=0) * 1.25, 1))
    return _finished(figure, axes, [f"{n} (n={line.decided})" for n, line in zip(names, lines, strict=True)][-MOST:])


def _canvas(groups: int, *, legend: bool) -> tuple[Any, Any]:
    from matplotlib.figure import Figure

    height = 0.42 * groups + (1.7 if legend else 0.7)
    figure = Figure(figsize=(4.4, height), layout="constrained")
    return figure, figure.subplots()


def _finished(figure: Any, axes: Any, names: Sequence[str]) -> str:
    from matplotlib import rc_context

    axes.set_yticks(range(len(names)), [_cut(name) for name in names], fontsize=9)
    axes.invert_yaxis()
    axes.tick_params(axis="x", labelsize=9)
    axes.spines[["top", "right"]].set_visible(False)
    out = io.StringIO()
    with rc_context({"svg.fonttype": "none", "svg.hashsalt": "banso"}), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # glyphs that our font lacks: the browser's fonts have them
        figure.savefig(out, format="svg", metadata={"Date": None})
    svg = _FONT.sub(r"font: \1sans-serif", out.getvalue())
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()


def _cut(name: str) -> str:
    return name if len(name) <= 26 else name[:25] + "…"
