"""Try a search, on the Knowledge tab: what is found for a question and why it stands where it stands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

import gradio as gr

from banso.core.clock import Clock, utc_now
from banso.core.errors import BansoError
from banso.knowledge.asked import Part, search_parts
from banso.knowledge.documents import Installed, Scope
from banso.knowledge.explaining import Explanation
from banso.knowledge.period_notices import period_notices
from banso.knowledge.variants import named
from banso.knowledge.why import why
from banso.ui.answer_view import readable
from banso.ui.ask import ACCOUNT_CHOICES
from banso.ui.inert import inert, one_line
from banso.ui.markup import render
from banso.ui.services import Services
from banso.ui.source_page import hit_path, variant_path
from banso.ui.texts import Text

SHOWN = 8
LONGEST = 500
"""Characters of a question."""
PASSAGE = 220
"""Characters of a passage."""


class TrialHandlers:
    """What happens in this panel."""

    def __init__(self, services: Services, t: Text, clock: Clock = utc_now) -> None:
        self.services, self.t, self.clock = services, t, clock
        self.zone = ZoneInfo(services.settings.timezone)

    def accounts(self, request: gr.Request) -> Any:
        """The customers to choose from."""
        self.services.user(request.username)
        found = self.services.crm.accounts(limit=ACCOUNT_CHOICES)
        customers = ((f"{one.name} · {one.id}", one.id) for one in found)
        return gr.update(choices=[(self.t("ask.account_all"), ""), *customers])

    def find(self, question: str | None, account: str | None, request: gr.Request) -> str:
        """What the Ask tab finds when a conversation begins with this question: each question of the text by itself,
        in the period that it names. The scope is built here, from the settings and the customer."""
        self.services.user(request.username)
        asked = (question or "").strip()[:LONGEST]
        if not asked:
            return self.t("trial.empty")
        try:
            return self._found(asked, self._scope(account or ""))
        except BansoError as error:
            reason = " ".join(part for part in (error.message, error.hint) if part)
            return self.t("ask.failed", reason=inert(reason))

    def _scope(self, account: str) -> Scope:
        private, crm = self.services.settings.private_channels, self.services.crm
        if not account:
            return Scope(private=private)
        runs, editions = crm.get(account), tuple(crm.editions())
        versions = (runs.version,) if runs.version else ()
        installed = Installed(versions=versions, edition=runs.edition, editions=editions)
        return Scope(account=account, private=private, installed=installed)

    def _found(self, asked: str, scope: Scope) -> str:
        knowledge = self.services.knowledge
        parts = search_parts(knowledge.search, asked, scope, SHOWN, self.clock().astimezone(self.zone))
        found = [(part, knowledge.explain(part.words, part.scope, SHOWN)) for part in parts]
        return shown(found, self.t) if any(hits for _, hits in found) else self.t("trial.nothing")


def shown(found: Sequence[tuple[Part, Sequence[Explanation]]], t: Text) -> str:
    """Question by question: the period, and the hits, best first, each with its reasons."""
    parts = [
        {
            "question": one_line(part.question, LONGEST) if len(found) > 1 else "",
            "notices": period_notices([part.used] if part.used else [], t.language),
            "rows": [_row(one, hits, t) for one in hits],
        }
        for part, hits in found
    ]
    return render("trial.html", t=t, parts=parts)


def _row(one: Explanation, others: Sequence[Explanation], t: Text) -> dict[str, Any]:
    return {
        "title": one_line(one.hit.title, 90),
        "path": hit_path(one.hit),
        "source": t(f"knowledge.source_{one.hit.source}"),
        "ref": one.hit.ref,
        "text": one_line(readable(one.hit.text), PASSAGE),
        "variants": [(named(variant), variant_path(variant)) for variant in one.hit.variants],
        "why": why(one, others, t.language),
    }


def build_trial(services: Services, t: Text, screens: gr.Blocks, tab: gr.Tab) -> None:
    """Lay the panel out and connect its events."""
    do = TrialHandlers(services, t)
    quiet: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
    with gr.Accordion(t("trial.heading"), open=False, elem_id="trial"):
        gr.Markdown(t("trial.about"))
        account = gr.Dropdown([(t("ask.account_all"), "")], value="", label=t("trial.account"), filterable=True)
        with gr.Row(elem_id="trial-row"):
            question = gr.Textbox(label=t("trial.question"), placeholder=t("trial.placeholder"), lines=1, max_lines=1, max_length=LONGEST, scale=6, elem_id="trial-question")  # fmt: skip  # noqa: E501
            button = gr.Button(t("trial.button"), variant="primary", scale=1, min_width=110, elem_id="trial-button")
        hits = gr.Markdown("", elem_id="trial-hits")
    gr.on(
        [question.submit, button.click], do.find, [question, account], hits,
        api_visibility="private", show_progress="minimal",
    )  # fmt: skip
    screens.load(do.accounts, None, account, **quiet)
    tab.select(do.accounts, None, account, **quiet)
