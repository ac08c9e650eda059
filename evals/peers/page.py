"""A comparison of systems for people: a table on the terminal, and one HTML file that needs nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from banso.core.texts import spoken_language
from evals.peers.result import PeersReport, SystemResult
from evals.statistics import Figure
from evals.texts import told

MEBIBYTE = 2**20
QUALITY = ("ndcg@10", "recall@5")
TITLES = {"ndcg@10": "nDCG@10", "recall@5": "recall@5"}


def costs(systems: Sequence[SystemResult]) -> list[tuple[str, list[str]]]:
    """(name, a cell for each system) of time, memory and disk."""
    return [
        (told("peers.speed"), [f"{one.documents_per_second:.2f}" for one in systems]),
        (told("peers.processor"), [f"{one.ingest_cpu_seconds / max(one.documents, 1):.2f}" for one in systems]),
        (told("peers.memory"), [f"{one.peak_bytes / MEBIBYTE:.0f}" for one in systems]),
        (told("peers.disk"), [f"{one.index_bytes / MEBIBYTE:.1f}" for one in systems]),
        (told("peers.p50"), [f"{one.p50_seconds * 1000:.0f}" for one in systems]),
        (told("peers.p95"), [f"{one.p95_seconds * 1000:.0f}" for one in systems]),
    ]


def quality(systems: Sequence[SystemResult], *, common: bool) -> list[tuple[str, list[str]]]:
    """(name, a cell for each system) of the metrics and their differences from the first system."""
    rows = []
    for name in QUALITY:
        own = [one.metrics_common if common else one.metrics for one in systems]
        less = [one.against_ours_common if common else one.against_ours for one in systems]
        rows.append((TITLES[name], [shown(figures.get(name)) for figures in own]))
        rows.append(
            (told("peers.difference", name=systems[0].name), [shown(figures.get(name), sign=True) for figures in less])
        )
    return rows


def shown(figure: Figure | None, *, sign: bool = False) -> str:
    """Mean, and the interval on a line below; with `sign`, of a difference."""
    if figure is None:
        return ""
    form = "+.3f" if sign else ".3f"
    interval = told("words.interval", low=f"{figure.low:{form}}", high=f"{figure.high:{form}}")
    return f"{figure.mean:{form}}\n{interval}".replace("-", "−")


def tables(report: PeersReport) -> list[tuple[str, list[tuple[str, list[str]]]]]:
    """(title, rows) of each table; the second only where a system could not read something."""
    systems = measured(report)
    if not systems:
        return []
    found = [(told("peers.all", count=report.questions), costs(systems) + quality(systems, common=False))]
    if report.common < report.questions:
        title = told("peers.common", count=report.common)
        found.append((title, quality(systems, common=True)))
    return found


def measured(report: PeersReport) -> list[SystemResult]:
    """The systems with figures, ours first."""
    return [one for one in report.systems if not one.absent]


def print_peers(report: PeersReport) -> None:
    """The tables, then what was not comparable."""
    console = Console()
    corpus = told("peers.corpus", corpus=report.corpus, documents=report.documents)
    console.print(corpus, markup=False, highlight=False)
    for title, rows in tables(report):
        table = Table("", *(one.name for one in measured(report)), title=title)
        for name, values in rows:
            table.add_row(name, *values)
        console.print(table)
    for sentence in remarks(report):
        console.print(sentence, markup=False, highlight=False)


def remarks(report: PeersReport) -> list[str]:
    """What a reader must know to compare the figures."""
    language = spoken_language()
    said = [told("peers.absent", name=one.name, why=one.about(language)) for one in report.systems if one.absent]
    for one in report.systems:
        endings = sorted({Path(ref).suffix or ref for ref in one.unread})
        if endings:
            said.append(told("peers.unread", name=one.name, count=len(one.unread), endings=", ".join(endings)))
    if report.left_out:
        said.append(told("peers.left_out", count=report.left_out))
    if report.load > report.cores:
        said.append(told("peers.busy", load=f"{report.load:.0f}", cores=report.cores))
    return said


def as_html(report: PeersReport) -> str:
    """One self-contained page in the language of this run. Names and reasons are escaped."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    page = environment.get_template("page.html")
    return page.render(
        report=report, systems=measured(report), tables=tables(report), remarks=remarks(report), said=_said,
        language=spoken_language(),
    )  # fmt: skip


def _said(key: str, **values: object) -> str:
    return told(f"peers.{key}", **values)
