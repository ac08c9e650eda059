"""The Figures tab: what became of the agent's drafts, as plots with a table under each, and as CSV."""

from __future__ import annotations

import csv
import io
from typing import Any

import gradio as gr
from fastapi import FastAPI, Request
from fastapi.responses import PlainTextResponse, Response

from banso.core.users import User
from banso.review.figures import GROUPS, OUTCOMES, By, Line, as_rows
from banso.ui import figures_plot
from banso.ui.markup import render
from banso.ui.services import Services
from banso.ui.texts import Text


def may_see(by: object, user: User) -> bool:
    """Whether this person sees figures grouped so: those about reviewers are not for everyone."""
    return by in GROUPS and (by != "reviewer" or user.role in ("reviewer", "admin"))


def shown(lines: list[Line], by: By, t: Text) -> str:
    """The plots and tables."""
    if not lines:
        return t("figures.none")
    names = [_name(line.group, by, t) for line in lines]
    rows = [_row(line, name) for line, name in zip(lines, names, strict=True)]
    alt = "; ".join(f"{r['name']}, n={r['n']}: " + ", ".join(
        f"{t(f'figures.{kind}')} {line.shares[kind]:.0%}" for kind in OUTCOMES if line.counts[kind]
    ) for r, line in zip(rows, lines, strict=True))  # fmt: skip
    alt_hours = "; ".join(f"{r['name']} {r['hours']}" for r in rows)
    return render(
        "figures.html", t=t, rows=rows, kinds=OUTCOMES, by=by, alt=alt, alt_hours=alt_hours,
        outcomes=figures_plot.outcomes(lines, names, t), hours=figures_plot.hours(lines, names),
    )  # fmt: skip


def _row(line: Line, name: str) -> dict[str, Any]:
    return {
        "name": name, "n": line.n,
        "outcomes": [f"{line.shares[kind]:.0%} ({line.counts[kind]})" for kind in OUTCOMES],
        "sent_back": f"{line.sent_back:.0%}",
        "changed": "–" if line.changed is None else f"{line.changed:.0%} (n={line.counts['edited']})",
        "hours": "–" if line.median_hours is None else f"{line.median_hours:.1f}", "decided": line.decided,
    }  # fmt: skip


def _name(group: str, by: By, t: Text) -> str:
    if by == "all":
        return t("figures.total")
    if not group:
        return t("figures.nothing_named")
    return t(f"knowledge.source_{group}") if by == "source" else group


def build_figures(services: Services, t: Text, tab: gr.Tab) -> None:
    """Lay the tab out and connect its events."""
    quiet: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}

    def show(by: str, request: gr.Request) -> str:
        user = services.user(request.username)
        if services.figures is None or by not in GROUPS:
            return t("figures.none")
        if not may_see(by, user):
            return t("figures.only_reviewers")
        group: By = next(one for one in GROUPS if one == by)
        return shown(services.figures(group), group, t)

    gr.Markdown(f"### {t('figures.heading')}")
    by = gr.Radio([(t(f"figures.by_{one}"), one) for one in GROUPS], value="week", label=t("figures.by"))
    body = gr.Markdown("", elem_id="figures")
    tab.select(show, by, body, **quiet)
    by.change(show, by, body, **quiet)


def add_routes(app: FastAPI, services: Services) -> None:
    """The figures as a CSV file, for whoever sees them on the screen."""

    @app.get("/figures.csv")
    def download(request: Request, by: str = "week") -> Response:
        user = services.user(str(request.session.get("user", "")))
        group = next((one for one in GROUPS if one == by), None)
        if services.figures is None or group is None or not may_see(group, user):
            return PlainTextResponse("not here", status_code=404 if may_see(by, user) else 403)
        out = io.StringIO()
        csv.writer(out).writerows(as_rows(services.figures(group)))
        headers = {"content-disposition": f'attachment; filename="banso-figures-{group}.csv"'}
        return Response("\ufeff" + out.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)
