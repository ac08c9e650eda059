"""The pieces of the Quality tab as HTML for Markdown fields; every value is neutralised by `render`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from markupsafe import Markup

from banso.review.flags import visible
from banso.ui import local_form
from banso.ui.inert import one_line
from banso.ui.markup import render
from banso.ui.quality import compared, curves, plots, present
from banso.ui.quality.choosing import Wanted, matching
from banso.ui.quality.metrics import metric, order, shown, title
from banso.ui.quality.records import Against, Case, Kept, Run
from banso.ui.texts import Text

MOST = 30
"""Cases listed at once; a narrower filter or the full report shows the others."""
COMMAND = "python -m evals run smoke"
LISTED = 8
"""Runs in the table of releases; the full report has more."""
LONGEST, QUOTED = 4_000, 1_200


def empty(t: Text) -> Markup:
    """What to do where nothing has been measured."""
    return render("quality/empty.html", t=t, command=COMMAND)


def overview(latest: Sequence[Kept], unreadable: Sequence[str], t: Text, zone: str) -> Markup:
    """Every suite with its verdict."""
    rows = [
        {
            "suite": visible(one.run.suite), "verdict": present.verdict(one.run, t),
            "n": local_form.number(one.run.n, t.language), "when": present.when(one.run.info, t, zone),
        }
        for one in latest
    ]  # fmt: skip
    return render(
        "quality/overview.html", t=t, rows=rows, unreadable=[one_line(visible(name)) for name in unreadable[:5]]
    )


def body(  # noqa: PLR0913
    kept: Kept, history: Sequence[Run], t: Text, zone: str, *, whole: bool, against: Sequence[Against] = ()
) -> Markup:
    """One suite: verdict, what changed, figures, groups, releases, confidence, latency, causes. `whole`: with words of
    cases and a link to the full report."""
    run = kept.run
    names, drawn, listed = curves.releases(history or [run], t, zone)
    return render(
        "quality/body.html", t=t, run=run, suite=visible(run.suite), commit=visible(run.info.commit[:7]),
        n=local_form.number(run.n, t.language),
        when=present.when(run.info, t, zone), verdict=present.verdict(run, t), themes=present.rows(run, t),
        names=names, curves=drawn, releases=listed[:LISTED], causes=present.causes(run, t), whole=whole,
        against=[_against(one, run, t, zone, whole=whole) for one in against], groups=present.grouped(run, t),
        calibration=curves.calibration(run.cases, t), latency=curves.latency(run.cases, t),
        picture=plots.address, short=lambda text: one_line(visible(text), 160),
        link=f"/quality/report?run={quote(kept.name)}" if whole else "",
    )  # fmt: skip


def _against(one: Against, run: Run, t: Text, zone: str, *, whole: bool) -> dict[str, Any]:
    """What changed since that run. `whole`: with the ids of the cases that went worse."""
    moved = compared.moved(one.found, t)
    worse = compared.worse_cases(one.found, [case.id for case in run.cases]) if whole else []
    return {
        "what": one.what, "moved": moved, "n": local_form.number(one.found.n, t.language),
        "when": present.when(one.info, t, zone) if present.moment(one.info) else "",
        "drops": [row for row in moved if row.state == "worse"],
        "gains": [row for row in moved if row.state == "better"],
        "worse": [one_line(visible(name), 60) for _, name in worse], "notes": list(one.found.notes_in(t.language)),
    }  # fmt: skip


def cases(run: Run, wanted: Wanted, t: Text) -> Markup:
    """The cases that match, each to be opened."""
    found = matching(run.cases, wanted)
    listed = [_case(case, t) for _, case in found[:MOST]]
    counts = {"n": local_form.number(len(found), t.language), "shown": local_form.number(MOST, t.language)}
    said = t("quality.shown_more", **counts) if len(found) > MOST else ""
    every = {"n": local_form.number(len(run.cases), t.language), "shown": counts["n"]}
    return render("quality/cases.html", t=t, cases=listed, said=said or t("quality.shown_of", **every))


def _case(case: Case, t: Text) -> dict[str, Any]:
    scores = sorted(case.scores.items(), key=lambda pair: order(pair[0]))
    return {
        "id": one_line(visible(case.id), 60), "question": _cut(case.question, QUOTED), "failed": present.failed(case),
        "reasons": [
            (
                present.cause_words(one.cause, "cause", t), present.cause_words(one.cause, "cause_means", t),
                _cut(one.words(t.language), QUOTED),
            )
            for one in case.failures
        ],
        "error": _cut(case.error, QUOTED), "conversation": [_cut(said, 300) for said in case.conversation[:20]],
        "answerable": case.answerable, "must_say": [_cut(fact, 300) for fact in case.must_say[:20]],
        "must_not_say": [_cut(fact, 300) for fact in case.must_not_say[:20]],
        "gold": [_cut(ref, 300) for ref in case.gold[:20]], "grounded": case.grounded,
        "confidence": None if case.confidence is None else f"{case.confidence:.2f}",
        "answer": _cut(case.text, LONGEST),
        "sentences": [(one.support, one.score, _cut(one.text, QUOTED), one.markers[:9]) for one in case.sentences[:40]],
        "evidence": [
            (one.marker, _cut(one.title or one.ref, 300), _cut(one.ref, 300), _cut(one.quote, QUOTED))
            for one in case.evidence[:20]
        ],
        "scores": [
            (title(name, t), shown(value, metric(name).unit, t.language)) for name, value in scores if value is not None
        ],
    }  # fmt: skip


def _cut(text: str, length: int) -> str:
    return visible(text if len(text) <= length else text[:length].rstrip() + "…")
