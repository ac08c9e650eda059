"""The Quality tab. Everyone reads the figures; cases, which show all customers' questions and sources, are for
reviewers and administrators: a CS lead without one of these roles needs the figures, and asks a reviewer for a case."""

from __future__ import annotations

from typing import Any

import gradio as gr
from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, Response

from banso.core.errors import NotFound
from banso.core.users import User
from banso.ui.quality import choosing, show
from banso.ui.quality.choosing import Wanted
from banso.ui.quality.records import Kept, Quality
from banso.ui.services import Services
from banso.ui.sign_in import PAGES, language_of
from banso.ui.texts import Text, text_of


def may_see_cases(user: User) -> bool:
    """Whether this person sees cases and the full report."""
    return user.role in ("reviewer", "admin")


class QualityHandlers:
    """The role is read in each handler, and only a suite that there is is ever looked up."""

    def __init__(self, services: Services, quality: Quality, t: Text) -> None:
        self.services, self.quality, self.t = services, quality, t
        self.zone = services.settings.timezone

    def open(self, suite: object, request: gr.Request) -> list[Any]:
        """Overview and choice of suites, then as `choose`."""
        latest = self.quality.latest()
        if not latest:
            return [show.empty(self.t), gr.update(choices=[], visible=False), *self._hidden()]
        names = [one.run.suite for one in latest]
        chosen = suite if suite in names else names[0]
        over = show.overview(latest, self.quality.unreadable(), self.t, self.zone)
        return [over, gr.update(choices=names, value=chosen, visible=True), *self.choose(chosen, request)]

    def choose(self, suite: object, request: gr.Request) -> list[Any]:
        """Figures of a suite, a note, the filters with what there is to choose, and the cases."""
        whole = may_see_cases(self.services.user(request.username))
        kept = self._find(suite)
        if kept is None:
            return self._hidden()
        history = [one.run for one in self.quality.history(kept.run.suite)]
        against = self.quality.compared(kept.name)
        body = show.body(kept, history, self.t, self.zone, whole=whole, against=against)
        cases = kept.run.cases if whole else ()
        options = [kind(cases, self.t) for kind in _FILTERS]
        return [
            body, "" if whole else self.t("quality.only_reviewers"), gr.update(visible=bool(cases)),
            *(gr.update(choices=choices, value="") for choices in options), gr.update(value=""),
            show.cases(kept.run, Wanted(), self.t) if cases else "",
        ]  # fmt: skip

    def narrow(  # noqa: PLR0913, PLR0917
        self, suite: object, outcome: object, tag: object, language: object, words: object, request: gr.Request
    ) -> str:
        """The cases that match."""
        kept = self._find(suite) if may_see_cases(self.services.user(request.username)) else None
        if kept is None or not kept.run.cases:
            return ""
        return show.cases(kept.run, Wanted(*(_text(one) for one in (outcome, tag, language, words))), self.t)

    def _find(self, suite: object) -> Kept | None:
        return next((one for one in self.quality.latest() if one.run.suite == suite), None)

    def _hidden(self) -> list[Any]:
        return ["", "", gr.update(visible=False), *[gr.update(value="")] * 4, ""]


_FILTERS = (choosing.outcome_choices, choosing.tag_choices, choosing.language_choices)


def _text(value: object) -> str:
    return value[:200] if isinstance(value, str) else ""


def build_quality(services: Services, t: Text, tab: gr.Tab) -> None:
    """Lay the tab out and connect its events."""
    gr.Markdown(f"### {t('quality.heading')}")
    if services.quality is None:
        gr.Markdown(show.empty(t))
        return
    do = QualityHandlers(services, services.quality, t)
    quiet: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
    over = gr.Markdown("", elem_id="quality-overview")
    suite = gr.Dropdown([], label=t("quality.suite"), visible=False, elem_id="quality-suite", filterable=False)
    body = gr.Markdown("", elem_id="quality-body")
    note = gr.Markdown("", elem_id="quality-note")
    with gr.Group(visible=False, elem_id="quality-cases") as group:
        gr.Markdown(f"#### {t('quality.cases')}", elem_id="quality-cases-heading")
        with gr.Row():
            kinds = ("outcome", "tag", "language")
            filters = [gr.Dropdown([], label=t(f"quality.filter_{one}"), min_width=150) for one in kinds]
        words = gr.Textbox(label=t("quality.filter_words"), max_length=200, elem_id="quality-words")
        listed = gr.Markdown("", elem_id="quality-list")
    shown: list[Any] = [body, note, group, *filters, words, listed]
    tab.select(do.open, suite, [over, suite, *shown], api_name="quality_open", **quiet)
    suite.input(do.choose, suite, shown, api_name="quality_choose", **quiet)
    wanted: list[Any] = [suite, *filters, words]
    for one in filters:
        one.input(do.narrow, wanted, listed, api_name="quality_narrow", **quiet)
    words.submit(do.narrow, wanted, listed, api_name="quality_narrow", **quiet)


def add_routes(app: FastAPI, services: Services) -> None:
    """`/quality/report?run=NAME`: the full report, for whoever sees cases."""

    @app.get("/quality/report")
    def report(request: Request, run: str = "") -> Response:
        user = services.user(str(request.session.get("user", "")))
        language = language_of(request, services.settings.language)
        missing = PAGES.get_template("missing.html").render(t=text_of(language))
        if not may_see_cases(user):
            return HTMLResponse(missing, status_code=403)
        try:
            if services.quality is None:
                raise NotFound(run)
            return HTMLResponse(services.quality.page(run, language))
        except NotFound:
            return HTMLResponse(missing, status_code=404)
