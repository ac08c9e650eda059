"""What the screen shows of a draft, as updates of its components."""

from __future__ import annotations

from typing import Any

import gradio as gr

from banso.core.users import User
from banso.review.drafts import DraftVersion
from banso.ui.markup import render
from banso.ui.review import context, present, writing
from banso.ui.review.explain import explain_in
from banso.ui.review.gather import DraftView
from banso.ui.review.layout import Screen
from banso.ui.review.seen import Seen
from banso.ui.services import Services
from banso.ui.texts import Text

Updates = dict[Any, Any]
HIDDEN: dict[str, Any] = {"visible": False}


def draft(screen: Screen, view: DraftView, t: Text) -> Updates:
    """One draft for reading: nothing is being asked, edited or decided."""
    s, latest, actions = screen.draft, view.latest, view.actions()
    report = view.report
    blocked = bool(report and report.blocking)
    return {
        **closed(screen),
        s.seen: Seen.of(latest).posted(),
        s.hint: "",
        s.detail: gr.update(visible=True),
        screen.side.side: gr.update(visible=True),
        s.head: present.head(view, t),
        s.people: present.people(view, view.services.ledger.paused(), False, t),
        s.gate: present.gate(report, view.state, t),
        s.compare: _compare(view.versions, t),
        s.letter: letter(view, "text", t),
        s.gloss_button: gr.update(visible=is_foreign(view, t)),
        s.gloss: "",
        s.rules_box: gr.update(label=t("desk.rules", count=len(view.rules)), visible=bool(view.rules)),
        s.rules: present.rules(view, t),
        s.note: note(view, t),
        s.approve: gr.update(visible="approve" in actions, interactive=not blocked),
        s.send_back: gr.update(visible="return" in actions),
        s.edit: gr.update(visible="edit" in actions),
        s.reject: gr.update(visible="reject" in actions),
        s.revoke: gr.update(visible="revoke" in actions),
        s.resolve_sent: gr.update(visible="resolve" in actions),
        s.resolve_cancelled: gr.update(visible="resolve" in actions),
        s.claim: gr.update(visible="claim" in actions),
        s.take_over: gr.update(visible="take_over" in actions),
        s.release: gr.update(visible="release" in actions),
        s.assign: _assign(view, t),
        s.comments: present.comments(view, t),
        screen.side.context: context.context(view, t),
    }


def nothing(screen: Screen, services: Services, user: User, t: Text) -> Updates:
    """No draft is chosen."""
    hint = " ".join([t("review.choose"), *([] if user.may_review else [t("review.only_reviewers")])])
    return {
        **closed(screen),
        screen.draft.seen: "",
        screen.draft.hint: hint,
        screen.draft.people: present.people(None, services.ledger.paused(), False, t),
        screen.draft.detail: gr.update(**HIDDEN),
        screen.side.side: gr.update(**HIDDEN),
    }


def unchanged(screen: Screen) -> Updates:
    """Leave everything as it is. Gradio takes an empty dict for a value, and fails."""
    return {screen.draft.purpose: gr.skip()}


def closed(screen: Screen) -> Updates:
    """No box is open, the text and the buttons are there."""
    s = screen.draft
    return {
        s.confirm_box: gr.update(**HIDDEN),
        s.reason_box: gr.update(**HIDDEN),
        s.edit_box: gr.update(**HIDDEN),
        screen.bulk.panel: gr.update(**HIDDEN),
        s.actions: gr.update(visible=True),
        s.work: gr.update(visible=True),
        s.letter: gr.update(visible=True),
        s.purpose: "",
    }


def opened(screen: Screen, box: gr.Column) -> Updates:
    """One box is open; while it is, nothing else can be pressed."""
    s = screen.draft
    shut: Updates = {s.actions: gr.update(**HIDDEN), s.work: gr.update(**HIDDEN)}
    boxes: Updates = {b: gr.update(visible=b is box) for b in (s.confirm_box, s.reason_box, s.edit_box)}
    return shut | boxes


def letter(view: DraftView, which: str, t: Text) -> Any:
    """The text with its marks, or what changed since another version."""
    old = _base(view.versions, which)
    if old is not None:
        return gr.update(value=present.difference(old, view.latest, t), visible=True)
    text = present.letter(view.latest, view.report, explain_in(t.language), t)
    return gr.update(value=text, visible=True)


def is_foreign(view: DraftView, t: Text) -> bool:
    """Whether the draft is in another language than the screen and a model can say what it says."""
    return bool(view.services.gloss) and writing.language_of(view.latest.body) != t.language


def _base(versions: Any, which: str) -> DraftVersion | None:
    if len(versions) < 2 or which not in ("previous", "first"):
        return None
    found: DraftVersion = versions[-2] if which == "previous" else versions[0]
    return found


def _compare(versions: Any, t: Text) -> Any:
    names = ["text", "previous", *(["first"] if len(versions) > 2 else [])]
    choices = [(t(f"desk.compare_{name}"), name) for name in names]
    return gr.update(choices=choices, value="text", visible=len(versions) > 1)


def note(view: DraftView, t: Text) -> str:
    """Why a button that one would look for is not there."""
    lines = []
    if not view.user.may_review:
        lines.append(t("review.only_reviewers"))
    elif view.state == "waiting" and view.held_by_other:
        lines.append(t("desk.held_note", name=view.held_by_other))
    elif view.state == "waiting" and view.is_own:
        lines.append(t("desk.own"))
    if view.state == "unknown":
        lines.append(t("desk.resolve_note"))
    return render("review/note.html", lines=lines) if lines else ""


def _assign(view: DraftView, t: Text) -> Any:
    names = [user.name for user in view.services.users.all() if user.may_review]
    choices = [(t("desk.assign_nobody"), ""), *((t("desk.assign_to", name=name), name) for name in names)]
    return gr.update(choices=choices, value=view.claim.assignee, visible="assign" in view.actions())
