"""The list at the left: which drafts, in which order, and what can be chosen from."""

from __future__ import annotations

from typing import Any, get_args

import gradio as gr

from banso.core.errors import NotFound
from banso.review.drafts import DraftState
from banso.ui.review import present
from banso.ui.review.gather import VIEWS, Filters, Queue, QueueView
from banso.ui.review.layout import Screen
from banso.ui.review.newest import Newest
from banso.ui.review.seen import Seen
from banso.ui.services import Services
from banso.ui.texts import Text


class Lists:
    """Lists drafts. Everyone signed in may see every draft; deciding is another matter."""

    def __init__(self, services: Services, t: Text, screen: Screen) -> None:
        self.services, self.t, self.screen, self._queue = services, t, screen, Queue(services)
        self._newest = Newest()

    def list(  # noqa: PLR0913, PLR0917 - one parameter a filter
        self,
        view: str,
        words: str,
        state: str,
        account: str,
        author: str,
        assignee: str,
        posted: str | None,
        request: gr.Request,
    ) -> tuple[Any, ...]:
        """The drafts that fit (the one shown stays chosen while it is listed), how many, and the bulk button."""
        user = self.services.user(request.username)
        page = str(getattr(request, "session_hash", ""))
        number = self._newest.begin(page)
        asked: QueueView = view if view in VIEWS else "waiting"
        filters = Filters(asked, *(str(value or "") for value in (state, account, author, assignee, words)))
        entries = self._queue.entries(filters, user)
        now, zone = self.services.desk.clock(), self.services.settings.timezone
        choices = [(present.queue_label(entry, now, self.t, zone), entry.line.id) for entry in entries]
        # Without a choice nothing is said about it: someone may be choosing while this is on its way.
        shown = Seen.parse(posted).draft
        gone = {"value": None} if shown and shown not in {value for _, value in choices} else {}
        can_bulk = user.may_review and sum(entry.line.state == "waiting" for entry in entries) > 1
        if not self._newest.is_last(page, number):
            return gr.skip(), gr.skip(), gr.skip()
        return (
            gr.update(choices=choices, visible=bool(choices), **gone),
            self._count(filters, len(choices)),
            gr.update(visible=can_bulk),
        )

    def _count(self, filters: Filters, count: int) -> str:
        if count:
            return self.t("desk.count", count=count)
        if filters != Filters(filters.view):
            return self.t("desk.none_matching")
        return self.t("review.empty_all" if filters.view == "all" else "review.empty")

    def choices(self, *chosen: str | None) -> tuple[Any, ...]:
        """What the filters offer: what occurs, and what is chosen in each although it occurs no more."""
        accounts, authors, assignees = self.services.desk.listing.people()
        states = [(self.t(f"review.state_{state}"), state) for state in get_args(DraftState)]
        named = [(self._name(account), account) for account in accounts]
        rows = (states, named, [(n, n) for n in authors], [(n, n) for n in assignees])
        return tuple(
            gr.update(choices=[(self.t("desk.any"), ""), *row, *_kept(row, value)])
            for row, value in zip(rows, chosen, strict=True)
        )

    def _name(self, account: str) -> str:
        try:
            return f"{self.services.crm.get(account).name} ({account})"
        except NotFound:
            return account


def _kept(row: list[tuple[str, str]], value: str | None) -> list[tuple[str, str]]:
    return [(value, value)] if value and value not in {known for _, known in row} else []
