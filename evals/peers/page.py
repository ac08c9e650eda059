"""A comparison of systems for people: a table on the terminal, and one HTML file that needs nothing else."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.table import Table

from evals.peers.result import PeersReport, SystemResult
from evals.statistics import Figure

MEBIBYTE = 2**20
COLUMNS = (
    "system", "docs/s", "peak MiB", "index MiB", "p50 ms", "p95 ms", "nDCG@10", "less ours", "recall@5", "less ours",
)  # fmt: skip


def cells(one: SystemResult) -> tuple[str, ...]:
    """One row of COLUMNS; only the name where nothing was measured."""
    if one.absent:
        return (one.name, *("–" for _ in COLUMNS[1:]))
    return (
        one.name, f"{one.documents_per_second:.2f}", f"{one.peak_bytes / MEBIBYTE:.0f}",
        f"{one.index_bytes / MEBIBYTE:.1f}", f"{one.p50_seconds * 1000:.0f}", f"{one.p95_seconds * 1000:.0f}",
        shown(one.metrics.get("ndcg@10")), shown(one.against_ours.get("ndcg@10"), sign=True),
        shown(one.metrics.get("recall@5")), shown(one.against_ours.get("recall@5"), sign=True),
    )  # fmt: skip


def shown(figure: Figure | None, *, sign: bool = False) -> str:
    """Mean and interval; with `sign`, of a difference."""
    if figure is None:
        return ""
    form = "+.3f" if sign else ".3f"
    return f"{figure.mean:{form}} ({figure.low:{form}} to {figure.high:{form}})"


def print_peers(report: PeersReport) -> None:
    """The table, then what was not comparable."""
    console = Console()
    measured = [cells(one) for one in report.systems if not one.absent]
    heads = (row[0] for row in measured)
    table = Table("", *heads, title=f"{report.corpus}: {report.documents} documents, {report.questions} questions")
    for name, *values in zip(COLUMNS[1:], *(row[1:] for row in measured), strict=True):
        table.add_row(name, *values)
    console.print(table)
    for sentence in remarks(report):
        console.print(sentence, markup=False, highlight=False)


def remarks(report: PeersReport) -> list[str]:
    """What a reader must know to compare the figures."""
    said = [f"{one.name}: not measured: {one.absent}" for one in report.systems if one.absent]
    for one in report.systems:
        endings = sorted({Path(ref).suffix or ref for ref in one.unread})
        if endings:
            said.append(f"{one.name}: {len(one.unread)} files not taken in ({', '.join(endings)})")
    if report.common < report.questions:
        said.append(f"over the {report.common} questions whose documents every system could read:")
        for one in report.systems:
            if one.metrics_common:
                difference = one.against_ours_common.get("ndcg@10")
                less = f", less ours {shown(difference, sign=True)}" if difference else ""
                said.append(f"  {one.name}: nDCG@10 {shown(one.metrics_common['ndcg@10'])}{less}")
    if report.left_out:
        said.append(f"{report.left_out} questions left out: no file of the folder answers them, or nothing should")
    return said


def as_html(report: PeersReport) -> str:
    """One self-contained page. Names and reasons are escaped."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    page = environment.get_template("page.html")
    return page.render(report=report, columns=COLUMNS, cells=cells, remarks=remarks(report))
