"""The boxes that open over a draft: rules it follows, confirming, a reason, editing."""

from __future__ import annotations

from typing import Any

import gradio as gr

from banso.review.drafts import MAX_BODY, MAX_SUBJECT
from banso.review.reasons import CODES, MAX_WORDS
from banso.ui.texts import Text

Parts = dict[str, Any]
"""Components by the name of their field in `layout.DraftColumn`."""


def rules_box(t: Text) -> Parts:
    """The team's rules that the text follows."""
    with gr.Accordion("", open=False, visible=False, elem_id="rules-box") as box:
        text = gr.Markdown(elem_id="review-rules")
        to_learning = gr.Button(t("desk.rules_open"), size="sm", elem_id="rules-open")
    return {"rules_box": box, "rules": text, "rules_open": to_learning}


def confirm_box(t: Text) -> Parts:
    """To whom it goes, the hash, and a tick for each kind of warning."""
    with gr.Column(visible=False, elem_id="confirm-box", elem_classes="ask") as box:
        text = gr.Markdown(elem_id="confirm-text")
        ticks = gr.CheckboxGroup([], show_label=False, visible=False, elem_id="confirm-ticks")
        with gr.Row():
            yes = gr.Button(t("desk.confirm_yes"), variant="primary", min_width=150, elem_id="confirm-approve")
            no = gr.Button(t("desk.back"), min_width=100, elem_id="confirm-back")
    return {"confirm_box": box, "confirm": text, "ticks": ticks, "confirm_yes": yes, "confirm_no": no}


def reason_box(t: Text) -> Parts:
    """Why it is sent back, rejected, revoked or settled."""
    with gr.Column(visible=False, elem_id="reason-box", elem_classes="ask") as box:
        title = gr.Markdown(elem_id="reason-title")
        code = gr.Dropdown(_codes(t), value=None, label=t("desk.reason"), filterable=False, elem_id="reason-code")
        words = gr.Textbox(
            label=t("desk.reason_words"), placeholder=t("desk.reason_words_hint"), max_lines=4, max_length=MAX_WORDS,
            elem_id="review-reason",
        )  # fmt: skip
        with gr.Row():
            submit = gr.Button(t("desk.submit_return"), variant="primary", min_width=150, elem_id="reason-submit")
            no = gr.Button(t("desk.back"), min_width=100, elem_id="reason-back")
    return {"reason_box": box, "reason_title": title, "code": code, "words": words, "submit": submit, "reason_no": no}


def edit_box(t: Text) -> Parts:
    """The form of the next version, and why."""
    with gr.Column(visible=False, elem_id="edit-box", elem_classes="ask") as box:
        subject = gr.Textbox(label=t("review.subject"), max_lines=1, max_length=MAX_SUBJECT, elem_id="review-subject")
        body = gr.Textbox(label=t("review.body"), lines=14, max_lines=40, max_length=MAX_BODY, elem_id="review-body")
        findings = gr.Markdown("", elem_id="review-findings")
        with gr.Row(elem_id="edit-why"):
            code = gr.Dropdown(
                [(t("desk.edit_reason_none"), ""), *_codes(t)], value="", label=t("desk.edit_reason"), filterable=False,
                min_width=190, elem_id="edit-code",
            )  # fmt: skip
            words = gr.Textbox(
                label=t("desk.edit_words"), placeholder=t("desk.edit_words_hint"), lines=1, max_lines=3,
                max_length=MAX_WORDS, min_width=190, elem_id="edit-words",
            )  # fmt: skip
        with gr.Row():
            save = gr.Button(t("review.save"), variant="primary", min_width=120, elem_id="save")
            mend = gr.Button(t("desk.mend"), min_width=120, elem_id="mend")
            cancel = gr.Button(t("review.cancel"), min_width=100, elem_id="edit-back")
    return {
        "edit_box": box, "subject": subject, "body": body, "edit_code": code, "edit_words": words,
        "findings": findings, "save": save, "mend": mend, "cancel": cancel,
    }  # fmt: skip


def _codes(t: Text) -> list[tuple[str, str]]:
    return [(t(f"desk.reason_{code}"), code) for code in CODES]
