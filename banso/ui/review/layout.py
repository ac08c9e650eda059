"""The components of the Review tab, laid out. What they show and do is elsewhere."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import gradio as gr

from banso.review.comments import LONGEST
from banso.ui.markup import render
from banso.ui.review import boxes
from banso.ui.review.boxes import Parts
from banso.ui.review.gather import VIEWS
from banso.ui.texts import Text


@dataclass(frozen=True)
class QueueColumn:
    """The list at the left and what chooses it."""

    view: gr.Radio
    search: gr.Textbox
    state: gr.Dropdown
    account: gr.Dropdown
    author: gr.Dropdown
    assignee: gr.Dropdown
    count: gr.Markdown
    queue: gr.Radio
    refresh: gr.Button
    bulk: gr.Button


@dataclass(frozen=True)
class DraftColumn:
    """One draft, what is asked about it, and the buttons."""

    seen: gr.Textbox
    purpose: gr.Textbox
    hint: gr.Markdown
    detail: gr.Column
    head: gr.Markdown
    people: gr.Markdown
    said: gr.Markdown
    compare: gr.Radio
    gate: gr.Markdown
    letter: gr.Markdown
    rules_box: gr.Accordion
    rules: gr.Markdown
    rules_open: gr.Button
    gloss_button: gr.Button
    gloss: gr.Markdown
    note: gr.Markdown
    confirm_box: gr.Column
    confirm: gr.Markdown
    ticks: gr.CheckboxGroup
    confirm_yes: gr.Button
    confirm_no: gr.Button
    reason_box: gr.Column
    reason_title: gr.Markdown
    code: gr.Dropdown
    words: gr.Textbox
    submit: gr.Button
    reason_no: gr.Button
    edit_box: gr.Column
    subject: gr.Textbox
    body: gr.Textbox
    edit_code: gr.Dropdown
    edit_words: gr.Textbox
    findings: gr.Markdown
    save: gr.Button
    mend: gr.Button
    cancel: gr.Button
    actions: gr.Row
    approve: gr.Button
    send_back: gr.Button
    edit: gr.Button
    reject: gr.Button
    revoke: gr.Button
    resolve_sent: gr.Button
    resolve_cancelled: gr.Button
    work: gr.Row
    claim: gr.Button
    take_over: gr.Button
    release: gr.Button
    assign: gr.Dropdown
    comments: gr.Markdown
    comment: gr.Textbox
    comment_add: gr.Button


@dataclass(frozen=True)
class SideColumn:
    """What stands beside the draft."""

    side: gr.Column
    context: gr.Markdown


@dataclass(frozen=True)
class BulkPanel:
    """Drafts of one template, approved together, each on its own."""

    panel: gr.Column
    group: gr.Dropdown
    common: gr.Markdown
    chosen: gr.CheckboxGroup
    ticks: gr.CheckboxGroup
    yes: gr.Button
    close: gr.Button
    said: gr.Markdown


@dataclass(frozen=True)
class Screen:
    """All of the tab."""

    queue: QueueColumn
    draft: DraftColumn
    side: SideColumn
    bulk: BulkPanel
    pause: gr.Button
    resume: gr.Button
    timer: gr.Timer

    def outputs(self) -> list[Any]:
        """Every component that an event may change."""
        parts = (self.queue, self.draft, self.side, self.bulk)
        return [*(getattr(part, f.name) for part in parts for f in fields(part)), self.pause, self.resume]


def lay_out(t: Text, heartbeat: float) -> Screen:
    """Build everything, in the language of `t`."""
    with gr.Row(elem_id="review-desk"):
        with gr.Column(scale=3, min_width=280, elem_id="review-left"):
            queue = _queue_column(t)
            with gr.Row(elem_id="review-switch"):
                pause = gr.Button(t("desk.pause"), visible=False, size="sm", elem_id="pause")
                resume = gr.Button(t("desk.resume"), visible=False, size="sm", variant="primary", elem_id="resume")
            gr.Markdown(_help(t), elem_id="review-keys")
        with gr.Column(scale=5, min_width=320, elem_id="review-center"):
            bulk = _bulk_panel(t)
            draft = _draft_column(t)
        with gr.Column(scale=4, min_width=300, elem_id="review-right", visible=False) as side:
            context = gr.Markdown(elem_id="review-context")
    return Screen(queue, draft, SideColumn(side, context), bulk, pause, resume, gr.Timer(heartbeat))


def _help(t: Text) -> str:
    keys = [("j / k", "next"), ("a", "approve"), ("e", "edit"), ("r", "return"), ("/", "search"), ("Esc", "escape"), ("?", "help")]  # fmt: skip  # noqa: E501
    return render("review/help.html", t=t, keys=[(key, t(f"desk.key_{what}")) for key, what in keys])


def _queue_column(t: Text) -> QueueColumn:
    views = [(t(f"desk.view_{view}"), view) for view in VIEWS]
    view = gr.Radio(views, value="waiting", show_label=False, container=False, elem_id="review-view")
    search = gr.Textbox(
        label=t("desk.search"), placeholder=t("desk.search_placeholder"), max_lines=1, max_length=200,
        show_label=False, elem_id="review-search",
    )  # fmt: skip
    with gr.Accordion(t("desk.filters"), open=False, elem_id="review-filters"):
        boxes: dict[str, Any] = {
            name: gr.Dropdown(
                [(t("desk.any"), "")], value="", label=t(label), filterable=False, elem_id=f"filter-{name}"
            )
            for name, label in (
                ("state", "desk.state"), ("account", "review.account"), ("author", "desk.author"),
                ("assignee", "desk.assignee"),
            )
        }  # fmt: skip
    count = gr.Markdown("", elem_id="review-count")
    queue = gr.Radio(
        [], label=t("review.queue"), show_label=False, visible=False, interactive=True, elem_classes="list",
        elem_id="review-queue",
    )  # fmt: skip
    with gr.Row():
        refresh = gr.Button(t("review.refresh"), size="sm", min_width=80, elem_id="review-refresh")
        bulk = gr.Button(t("desk.bulk"), size="sm", min_width=120, visible=False, elem_id="bulk-open")
    return QueueColumn(view=view, search=search, count=count, queue=queue, refresh=refresh, bulk=bulk, **boxes)


def _draft_column(t: Text) -> DraftColumn:
    seen = gr.Textbox("", visible="hidden", elem_id="review-seen")
    purpose = gr.Textbox("", visible="hidden", elem_id="review-purpose")
    hint = gr.Markdown(t("review.choose"), elem_id="review-role")
    people = gr.Markdown("", elem_id="review-people")
    said = gr.Markdown("", elem_id="review-said")
    with gr.Column(visible=False, elem_id="review-detail") as detail:
        head = gr.Markdown(elem_id="review-head")
        work = _work(t)
        gate = gr.Markdown(elem_id="review-gate")
        compare = gr.Radio([], show_label=False, container=False, visible=False, elem_id="review-compare")
        letter = gr.Markdown(elem_id="review-letter")
        gloss_button = gr.Button(t("desk.gloss_button"), visible=False, size="sm", elem_id="gloss-open")
        gloss = gr.Markdown("", elem_id="review-gloss")
        rules = boxes.rules_box(t)
        edit = boxes.edit_box(t)
        note = gr.Markdown("", elem_id="review-note")
        confirm = boxes.confirm_box(t)
        reason = boxes.reason_box(t)
        actions = _actions(t)
        comments = gr.Markdown(elem_id="review-comments")
        comment = gr.Textbox(label=t("desk.comment"), max_lines=5, max_length=LONGEST, elem_id="comment-text")
        comment_add = gr.Button(t("desk.comment_add"), size="sm", elem_id="comment-add")
    return DraftColumn(
        seen=seen, purpose=purpose, hint=hint, detail=detail, head=head, people=people, said=said, compare=compare,
        gate=gate, gloss_button=gloss_button, gloss=gloss, letter=letter, note=note, comments=comments,
        comment=comment, comment_add=comment_add,
        **edit, **confirm, **reason, **actions, **work, **rules,
    )  # fmt: skip


def _actions(t: Text) -> Parts:
    def button(label: str, name: str, **more: Any) -> gr.Button:
        return gr.Button(t(label), visible=False, min_width=110, elem_id=name, **more)

    with gr.Row(elem_id="verdicts") as row:
        return {
            "actions": row,
            "approve": button("review.approve", "approve", variant="primary"),
            "send_back": button("review.return", "return"),
            "edit": button("review.edit", "edit"),
            "reject": button("review.reject", "reject", variant="stop"),
            "revoke": button("review.revoke", "revoke", variant="stop"),
            "resolve_sent": button("desk.resolve_sent", "resolve-sent", variant="primary"),
            "resolve_cancelled": button("desk.resolve_cancelled", "resolve-cancelled"),
        }


def _work(t: Text) -> Parts:
    with gr.Row(elem_id="review-work") as row:
        buttons = {
            name: gr.Button(t(f"desk.{name}"), visible=False, size="sm", min_width=90, elem_id=name.replace("_", "-"))
            for name in ("claim", "take_over", "release")
        }
        assign = gr.Dropdown(
            [(t("desk.assign_nobody"), "")], value="", label=t("desk.assign"), show_label=False, container=False,
            filterable=False, visible=False, elem_id="assign",
        )  # fmt: skip
    return {"work": row, "assign": assign, **buttons}


def _bulk_panel(t: Text) -> BulkPanel:
    with gr.Column(visible=False, elem_id="bulk", elem_classes="ask") as panel:
        gr.Markdown(f"### {t('desk.bulk')}")
        said = gr.Markdown("", elem_id="bulk-said")
        group = gr.Dropdown([], label=t("desk.bulk_group"), filterable=False, elem_id="bulk-group")
        common = gr.Markdown(elem_id="bulk-common")
        chosen = gr.CheckboxGroup([], label=t("desk.bulk_choose"), elem_id="bulk-chosen", elem_classes="list")
        ticks = gr.CheckboxGroup(
            [], label=t("desk.bulk_ticks"), visible=False, elem_id="bulk-ticks", elem_classes="list"
        )
        with gr.Row():
            yes = gr.Button(t("desk.bulk_approve"), variant="primary", min_width=150, elem_id="bulk-approve")
            close = gr.Button(t("desk.bulk_close"), min_width=100, elem_id="bulk-close")
    return BulkPanel(panel, group, common, chosen, ticks, yes, close, said)
