"""The curves as small SVG files, for docs/performance.md and docs/scale.md."""

from __future__ import annotations

from pathlib import Path

from evals.bench.page import title
from evals.bench.result import BenchReport, Measure

LOGARITHMIC = {"growth"}


def save_plots(report: BenchReport, folder: Path) -> list[Path]:
    """A file for each figure that has a curve, named after its part."""
    folder.mkdir(parents=True, exist_ok=True)
    return [_save(one, folder / f"bench-{one.part}.svg") for one in report.measures if len(one.series) > 1]


def _save(one: Measure, path: Path) -> Path:
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    with rc_context({"svg.fonttype": "none", "svg.hashsalt": one.part}):  # text stays text, equal runs equal files
        figure = Figure(figsize=(4.4, 2.6), layout="constrained")
        axes = figure.subplots()
        axes.plot(*zip(*one.series, strict=True), color="#0f766e", marker="o" if len(one.series) < 20 else "")
        if one.bound is not None:
            axes.axhline(one.bound, color="#b91c1c", linewidth=0.8, linestyle="--")
        if one.part in LOGARITHMIC:
            axes.set_xscale("log")
        axes.set_ylim(bottom=0)
        axes.set_ylabel(one.unit)
        axes.set_title(title(one), fontsize=9)
        axes.spines[["top", "right"]].set_visible(False)
        figure.savefig(path, metadata={"Date": None})
    return path
