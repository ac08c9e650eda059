"""The Review tab put together: components, handlers, and which event calls which."""

from __future__ import annotations

from typing import Any

import gradio as gr

from banso.ui.review.bulk import Bulk
from banso.ui.review.editing import Editing
from banso.ui.review.handlers import PURPOSES, Handlers
from banso.ui.review.layout import Screen, lay_out
from banso.ui.review.listing import Lists
from banso.ui.review.team import Team
from banso.ui.services import Services
from banso.ui.texts import Text

HEARTBEAT = 15.0
"""Seconds. Three missed ones, and the others no longer see this person (`claims.PRESENT`)."""
QUIET: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
LISTING: dict[str, Any] = QUIET | {"concurrency_id": "review-list"}
"""Gradio starts waiting events of different queues in any order. Listing has one queue, so that what was typed last is
listed last (`Newest` counts by the start), also when coming to the tab listed everything a moment before."""


def build_review(services: Services, t: Text, screens: gr.Blocks, tabs: gr.Tabs, tab: gr.Tab) -> None:
    """Lay the tab out and connect its events."""
    screen = lay_out(t, HEARTBEAT)
    main = Handlers(services, t, screen)
    wires = _Wires(screen, main, Lists(services, t, screen))
    wires.lists(screens, tab)
    wires.looking(tabs)
    wires.deciding()
    wires.editing(Editing(main))
    wires.team(Team(main))
    wires.bulk(Bulk(main))


class _Wires:
    def __init__(self, screen: Screen, main: Handlers, lists: Lists) -> None:
        self.screen, self.main, self.do_list, self.all = screen, main, lists, screen.outputs()
        q = screen.queue
        self.filters = [q.view, q.search, q.state, q.account, q.author, q.assignee, screen.draft.seen]
        self.listed = [q.queue, q.count, q.bulk]
        # Deciding and saving ask the gate, which may take a moment: said where the answer will stand.
        self.busy: dict[str, Any] = {
            "api_visibility": "private",
            "show_progress": "minimal",
            "show_progress_on": screen.draft.said,
        }

    def refresh(self, event: Any) -> Any:
        """After the event: the draft on the screen read again, then the list."""
        d = self.screen.draft
        shown = event.then(self.main.show_seen, d.seen, self.all, **QUIET)
        return shown.then(self.do_list.list, self.filters, self.listed, **LISTING)

    def lists(self, screens: gr.Blocks, tab: gr.Tab) -> None:
        q, d = self.screen.queue, self.screen.draft
        boxes = [q.state, q.account, q.author, q.assignee]
        # Coming to the tab only lists: a draft that is being looked at stays, and one just chosen is not hidden again.
        for trigger in (tab.select, screens.load):
            trigger(self.do_list.list, self.filters, self.listed, **LISTING)
            trigger(self.do_list.choices, boxes, boxes, **QUIET)
            trigger(self.main.beat, d.seen, [d.people, self.screen.pause, self.screen.resume], **QUIET)
        for event in (q.refresh.click, q.view.input, q.search.submit, *(box.input for box in boxes)):
            listed = event(self.do_list.list, self.filters, self.listed, **LISTING)
            listed.then(self.main.show_seen, d.seen, self.all, **QUIET)
        q.search.input(self.do_list.list, self.filters, self.listed, trigger_mode="always_last", **LISTING)

    def looking(self, tabs: gr.Tabs) -> None:
        s, d = self.screen, self.screen.draft
        # The list is never an input: Gradio refuses a chosen value that a newer list no longer has, again and again.
        s.queue.queue.select(lambda: "", None, d.said, **QUIET)
        s.queue.queue.select(self.main.show, None, self.all, **QUIET)
        d.gloss_button.click(self.main.gloss, d.seen, self.all, api_name="review_gloss", **self.busy)
        d.rules_open.click(lambda: gr.Tabs(selected="learning"), None, tabs, **QUIET)
        d.compare.input(self.main.compare, [d.seen, d.compare], d.letter, **QUIET)
        s.timer.tick(self.main.beat, d.seen, [d.people, s.pause, s.resume], **QUIET)

    def deciding(self) -> None:
        d = self.screen.draft
        d.approve.click(self.main.ask_approval, d.seen, self.all, **QUIET)
        d.ticks.input(self.main.ticked, [d.seen, d.ticks], d.confirm_yes, **QUIET)
        self.refresh(
            d.confirm_yes.click(self.main.approve, [d.seen, d.ticks], self.all, api_name="review_approve", **self.busy)
        )
        buttons = (d.send_back, d.reject, d.revoke, d.resolve_sent, d.resolve_cancelled)
        for purpose, button in zip(PURPOSES, buttons, strict=True):
            button.click(_with(self.main, purpose), d.seen, self.all, **QUIET)
        given = [d.seen, d.purpose, d.code, d.words]
        decided = d.submit.click(self.main.give_reason, given, self.all, api_name="review_reason", **self.busy)
        self.refresh_if_closed(decided)
        for button in (d.confirm_no, d.reason_no, d.cancel):
            button.click(self.main.close, d.seen, self.all, **QUIET)

    def refresh_if_closed(self, event: Any) -> None:
        """The box stays open when a reason is missing; reading the draft again would close it."""
        d = self.screen.draft
        shown = event.then(self.main.show_unless_asking, [d.seen, d.purpose], self.all, **QUIET)
        shown.then(self.do_list.list, self.filters, self.listed, **LISTING)

    def editing(self, do: Editing) -> None:
        d = self.screen.draft
        form = [d.seen, d.subject, d.body]
        d.edit.click(do.start, d.seen, self.all, **QUIET)
        for box in (d.subject, d.body):
            box.blur(do.check, form, d.findings, **QUIET)
        d.mend.click(do.mend, form, self.all, **QUIET)
        saved = d.save.click(do.save, [*form, d.edit_code, d.edit_words], d.said, api_name="review_save", **self.busy)
        shown = saved.success(self.main.show_seen, d.seen, self.all, **QUIET)
        shown.then(self.do_list.list, self.filters, self.listed, **LISTING)

    def team(self, do: Team) -> None:
        s, d = self.screen, self.screen.draft
        for button, handler in ((d.claim, do.claim), (d.take_over, do.take_over), (d.release, do.release)):
            self.refresh(button.click(handler, d.seen, self.all, api_name=f"review_{handler.__name__}", **QUIET))
        self.refresh(d.assign.input(do.assign, [d.seen, d.assign], self.all, api_name="review_assign", **QUIET))
        d.comment_add.click(do.comment, [d.seen, d.comment], self.all, api_name="review_comment", **QUIET)
        for button, switch in ((s.pause, do.pause), (s.resume, do.resume)):
            switched = button.click(switch, None, self.all, api_name=f"review_{switch.__name__}", **QUIET)
            switched.then(self.main.beat, d.seen, [d.people, s.pause, s.resume], **QUIET)

    def bulk(self, do: Bulk) -> None:
        s, b = self.screen, self.screen.bulk
        s.queue.bulk.click(do.open, None, self.all, **QUIET)
        b.group.input(do.choose, b.group, self.all, **QUIET)
        approved = b.yes.click(
            do.approve,
            [b.chosen, b.ticks],
            self.all,
            api_name="review_bulk",
            **self.busy | {"show_progress_on": b.said},
        )
        approved.then(self.do_list.list, self.filters, self.listed, **LISTING)
        b.close.click(do.close, None, self.all, **QUIET)


def _with(main: Handlers, purpose: str) -> Any:
    def ask(posted: str, request: gr.Request) -> Any:
        return main.ask_reason(purpose, posted, request)

    return ask
