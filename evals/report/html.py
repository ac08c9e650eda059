"""A run as one HTML page: no script, nothing from elsewhere, so that it can be mailed, printed and kept.

Whatever comes from a model or a source is escaped, and what hides or turns text round is written out, in one place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from banso.review.flags import visible
from banso.ui.local_form import number, span
from banso.ui.quality import curves, present
from banso.ui.quality.compared import moved, worse_cases
from banso.ui.quality.metrics import metric, order, shown, title
from banso.ui.quality.records import Against
from banso.ui.texts import ScreenLanguage, Text, text_of
from evals.record import CaseResult, RunReport

LONGEST, QUOTED, SHORT = 4_000, 1_200, 300
"""Characters of an answer, of a quote or reason, of anything else; then an ellipsis."""
MANY = 60
"""Sentences, sources or names shown of one case."""
_ORDINARY = re.compile(r"[\t\n -~‐-―‘-„†-…、-〿ぁ-ヿ一-鿿！-～、￠-￦]*")
"""Text of these alone has nothing to point out; looking at each character takes a hundred times longer."""


@dataclass(frozen=True)
class Room:
    """Characters of cases in full, and how many of the others get a line; what is left is counted."""

    characters: int = 6_000_000
    lines: int = 5_000


ROOM = Room()


@dataclass(frozen=True)
class Section:
    """Cases that failed for one cause, or that passed: those in full, and those with a line."""

    anchor: str
    heading: str
    count: str
    full: Sequence[Markup]
    lines: Sequence[tuple[int, str, str]]


def page(  # noqa: PLR0913
    report: RunReport, history: Sequence[RunReport], language: ScreenLanguage, zone: str, *, room: Room = ROOM,
    against: Against | None = None,
) -> str:  # fmt: skip
    """The whole page. `history`: runs of the same suite, oldest first, the shown one among them. `against`: the run
    held against another."""
    t = text_of(language)
    causes = present.causes(report, t)
    budget = _Budget(room, t)
    sections = list(_sections(report, causes, budget, t))
    names, drawn, listed = curves.releases(history or [report], t, zone)
    comparison = against.found if against else None
    return _PAGES.get_template("report.html").render(
        t=t, run=report, zone=zone, when=present.when(report.info, t, zone), verdict=present.verdict(report, t),
        themes=present.rows(report, t), causes=causes, failed=sum(len(cause.cases) for cause in causes),
        n=number(report.n, language), groups=present.grouped(report, t), trend_names=names, curves=drawn,
        releases=listed,
        calibration=curves.calibration(report.cases, t), latency=curves.latency(report.cases, t),
        sections=sections, against=against, comparison=comparison, moved=moved(comparison, t) if comparison else [],
        worse=worse_cases(comparison, [case.id for case in report.cases]) if comparison else [],
        left_out=budget, how=_how(report, t),
    )  # fmt: skip


class _Budget:
    """Renders cases until the page is heavy enough, and counts the others."""

    def __init__(self, room: Room, t: Text) -> None:
        self._room, self._left, self._t, self._template = room, room.characters, t, _PAGES.get_template("case.html")
        self.lines = self.uncounted = 0
        self.listed: set[int] = set()

    def full(self, place: int, case: CaseResult) -> Markup | None:
        """The case in full, or None when the page is heavy enough."""
        if self._left <= 0:
            return None
        html = Markup(self._template.render(t=self._t, place=place, case=case, **_case(case, self._t)))
        self._left -= len(html)
        self.listed.add(place)
        return html

    def line(self, place: int) -> bool:
        """Whether one more case may have a line."""
        if self.lines < self._room.lines:
            self.lines += 1
            self.listed.add(place)
            return True
        self.uncounted += 1
        return False


def _sections(
    report: RunReport, causes: Sequence[present.Cause], budget: _Budget, t: Text
) -> Iterator[Section]:  # fmt: skip
    for cause in causes:
        places = [place for place, _, _ in cause.cases]
        yield _section(f"cause-{cause.name}", cause.title, places, report, budget, t)
    passed = [place for place, case in enumerate(report.cases) if not present.failed(case)]
    if passed:
        yield _section("passed", t("quality.passed_cases"), passed, report, budget, t)


def _section(  # noqa: PLR0913, PLR0917
    anchor: str, heading: str, places: Sequence[int], report: RunReport, budget: _Budget, t: Text
) -> Section:
    full, lines = [], []
    for place in places:
        case = report.cases[place]
        if (html := budget.full(place, case)) is not None:
            full.append(html)
        elif budget.line(place):
            lines.append((place, case.id, case.question))
    return Section(anchor, heading, number(len(places), t.language), full, lines)


def _case(case: CaseResult, t: Text) -> dict[str, object]:
    """What the template of a case needs beside the case."""
    scores = sorted(case.scores.items(), key=lambda pair: order(pair[0]))
    gold = set(case.gold)
    return {
        "failed": present.failed(case),
        "causes": [
            (present.cause_words(failure.cause, "cause", t), present.cause_words(failure.cause, "cause_means", t))
            for failure in case.failures
        ],
        "found": [(ref, ref in gold) for ref in dict.fromkeys(case.found)][:10],
        "scores": [
            (title(name, t), "–" if value is None else shown(value, metric(name).unit, t.language))
            for name, value in scores
        ],
        "seconds": shown(case.seconds, "seconds", t.language) if case.seconds else "",
    }  # fmt: skip


def _how(report: RunReport, t: Text) -> list[tuple[str, str]]:
    """(what, value) of where the figures come from; what the record does not say is left out."""
    info, language = report.info, t.language
    commit = info.commit[:12] + (f" ({t('quality.note_dirty')})" if info.dirty else "")
    machine = {"machine": info.machine, "cores": info.cores, "python": info.python}
    rows = {
        "version": info.version, "run_commit": commit, "run_model": info.model, "embedding": info.embedding,
        "reranker": info.reranker or (t("quality.reranker_none") if info.model else ""),
        "documents": number(info.documents, language) if info.documents else "",
        "digest_corpus": info.corpus_digest[:16], "digest_cases": info.cases_digest[:16],
        "machine": t("quality.machine_value", **machine) if info.machine else "",
        "seed": str(info.seed), "workers": number(info.workers, language),
        "duration": _duration(report.seconds, language),
        "settings": ", ".join(f"{name}={value}" for name, value in info.configuration.items())
        or (t("quality.settings_none") if info.model else ""),
    }  # fmt: skip
    return [(t(f"quality.{name}"), value) for name, value in rows.items() if value]


def _duration(seconds: float, language: ScreenLanguage) -> str:
    return span(seconds, language) if seconds >= 60 else shown(seconds, "seconds", language)


def plain(value: object) -> object:
    """Every value that a template shows: what hides or turns text round is written as `[U+202E]`."""
    if not isinstance(value, str) or isinstance(value, Markup) or _ORDINARY.fullmatch(value):
        return value
    return visible(value)


def cut(text: str, length: int) -> str:
    """The text, or its beginning and an ellipsis."""
    return text if len(text) <= length else text[:length].rstrip() + "…"


_PAGES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "pages"), autoescape=True, finalize=plain,
    undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
)  # fmt: skip
_PAGES.filters["cut"] = cut
_PAGES.globals |= {"LONGEST": LONGEST, "QUOTED": QUOTED, "SHORT": SHORT, "MANY": MANY}
