"""Try a search, on the Knowledge tab: what is found for a question and why it stands where it stands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import gradio as gr

from banso.core.errors import BansoError
from banso.knowledge.documents import Scope
from banso.knowledge.explaining import Explanation
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

    def __init__(self, services: Services, t: Text) -> None:
        self.services, self.t = services, t

    def accounts(self, request: gr.Request) -> Any:
        """The customers to choose from."""
        self.services.user(request.username)
        found = self.services.crm.accounts(limit=ACCOUNT_CHOICES)
        customers = ((f"{one.name} · {one.id}", one.id) for one in found)
        return gr.update(choices=[(self.t("ask.account_all"), ""), *customers])

    def find(self, question: str | None, account: str | None, request: gr.Request) -> str:
        """The hits as the Ask tab would find them: the scope is built here, from the settings and the customer."""
        self.services.user(request.username)
        asked = (question or "").strip()[:LONGEST]
        if not asked:
            return self.t("trial.empty")
        try:
            if account:
                self.services.crm.get(account)
            scope = Scope(account=account or "", private=self.services.settings.private_channels)
            found = self.services.knowledge.explain(asked, scope, SHOWN)
        except BansoError as error:
            reason = " ".join(part for part in (error.message, error.hint) if part)
            return self.t("ask.failed", reason=inert(reason))
        return shown(found, self.t) if found else self.t("trial.nothing")


def shown(found: Sequence[Explanation], t: Text) -> str:
    """The hits, best first, each with its reasons."""
    rows = [
        {
            "title": one_line(one.hit.title, 90),
            "path": hit_path(one.hit),
            "source": t(f"knowledge.source_{one.hit.source}"),
            "ref": one.hit.ref,
            "text": one_line(readable(one.hit.text), PASSAGE),
            "variants": [(named(variant), variant_path(variant)) for variant in one.hit.variants],
            "why": why(one, found, t.language),
        }
        for one in found
    ]
    return render("trial.html", t=t, rows=rows)


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
