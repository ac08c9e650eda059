"""Suspicious text, on the Knowledge tab: what is hidden in documents, or gives orders to a machine, and where.

For administrators: it names places in documents of every customer and channel."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import groupby
from typing import Any

import gradio as gr

from banso.knowledge.suspicious import Finding, suspicious
from banso.ui import local_form
from banso.ui.inert import one_line
from banso.ui.markup import render
from banso.ui.services import Services
from banso.ui.texts import Text

SHOWN = 100
"""Places that are listed; all are counted, and `python -m ingest suspicious` lists the rest."""


class SuspiciousHandlers:
    """What happens in this panel."""

    def __init__(self, services: Services, t: Text) -> None:
        self.services, self.t = services, t

    def find(self, request: gr.Request) -> str:
        """Every such place, as a list with links to the sources."""
        if self.services.user(request.username).role != "admin":
            raise gr.Error(self.t("knowledge.only_admins"), title=self.t("app.error"), print_exception=False)
        return shown(list(suspicious(self.services.knowledge)), self.t)


def shown(found: Sequence[Finding], t: Text) -> str:
    """The findings, document by document, and how many there are of each kind."""
    if not found:
        return t("suspicious.nothing")
    counts = Counter(one.kind for one in found)
    kinds = [f"{t(f'suspicious.{kind}')} {local_form.number(count, t.language)}" for kind, count in counts.items()]
    documents = [
        {
            "title": one_line(first.title, 90) or first.ref,
            "where": f"{t(f'knowledge.source_{first.source}')} · {one_line(first.ref, 90)}",
            "rows": [_row(one, t) for one in (first, *rest)],
        }
        for _, (first, *rest) in groupby(found[:SHOWN], key=lambda one: one.document_id)
    ]
    more = len(found) - SHOWN
    return render(
        "suspicious.html", t=t, kinds=kinds, documents=documents,
        more=t("suspicious.more", count=local_form.number(more, t.language)) if more > 0 else "",
    )  # fmt: skip


def _row(one: Finding, t: Text) -> dict[str, str]:
    order = t(f"suspicious.order_{one.order}") if one.order else ""
    return {
        "kind": " · ".join(part for part in (t(f"suspicious.{one.kind}"), order) if part),
        "words": one_line(one.words, 240),
        "path": f"/source/{one.document_id}?start={one.start}&end={one.end}#cited",
    }


def build_suspicious(services: Services, t: Text) -> None:
    """Lay the panel out and connect its button; it stands among what only administrators see."""
    do = SuspiciousHandlers(services, t)
    with gr.Accordion(t("suspicious.heading"), open=False, elem_id="suspicious"):
        gr.Markdown(t("suspicious.about"))
        button = gr.Button(t("suspicious.button"), elem_id="suspicious-button")
        listed = gr.Markdown("", elem_id="suspicious-list")
    options: dict[str, Any] = {"api_visibility": "private", "show_progress": "minimal", "concurrency_limit": 1}
    button.click(do.find, None, listed, **options)
