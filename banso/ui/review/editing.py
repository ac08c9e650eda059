"""Editing a draft: the form, what the writing check finds, the one-click mend, and saving the next version."""

from __future__ import annotations

from typing import Any

import gradio as gr

from banso.core.errors import BansoError
from banso.review.reasons import compose
from banso.ui.review import show, writing
from banso.ui.review.gather import draft_view
from banso.ui.review.handlers import Handlers
from banso.ui.review.seen import Seen
from banso.ui.review.show import Updates


class Editing:
    """The only handlers that take text from the page; what they store is a new version that someone must approve."""

    def __init__(self, main: Handlers) -> None:
        self.main, self.services, self.t, self.screen = main, main.services, main.t, main.screen

    def start(self, posted: str, request: gr.Request) -> Updates:
        """Open the form with the latest text; a reviewer's free draft becomes theirs meanwhile."""
        user, seen, s = self.services.user(request.username), Seen.parse(posted), self.screen.draft
        claims = self.services.desk.claims
        try:
            view = draft_view(self.services, seen.draft, user)
            claims.acted(seen.draft, user=user)
            if user.may_review:
                claims.claim(seen.draft, user=user)
        except BansoError as error:
            return {s.said: self.main.refused(error)}
        latest = view.latest
        return {
            **show.opened(self.screen, s.edit_box),
            s.said: "",
            s.letter: gr.update(visible=False),
            s.seen: Seen.of(latest).posted(),
            s.subject: latest.subject,
            s.body: latest.body,
            s.edit_code: "",
            s.edit_words: "",
            s.findings: writing.findings(self.services, latest, latest.subject, latest.body, self.t),
        }

    def check(self, posted: str, subject: str, body: str, request: gr.Request) -> Any:
        """What the writing check finds in the form as it stands."""
        user, seen = self.services.user(request.username), Seen.parse(posted)
        try:
            view = draft_view(self.services, seen.draft, user)
        except BansoError:
            return gr.skip()
        return writing.findings(self.services, view.latest, subject, body, self.t)

    def mend(self, posted: str, subject: str, body: str, request: gr.Request) -> Updates:
        """Mend the text of the form. Nothing is stored before it is saved."""
        user, seen, s = self.services.user(request.username), Seen.parse(posted), self.screen.draft
        try:
            view = draft_view(self.services, seen.draft, user)
        except BansoError as error:
            return {s.said: self.main.refused(error)}
        new_subject, new_body = writing.mended(self.services, view.latest, subject, body)
        changed = (new_subject, new_body) != (subject, body)
        return {
            s.subject: new_subject,
            s.body: new_body,
            s.findings: writing.findings(self.services, view.latest, new_subject, new_body, self.t),
            s.said: self.t("desk.mended" if changed else "desk.mend_nothing"),
        }

    def save(  # noqa: PLR0913, PLR0917 - one parameter a field
        self, posted: str, subject: str, body: str, code: str | None, words: str, request: gr.Request
    ) -> str:
        """Store the next version. Raises gr.Error (the text stays in the form) when the ledger refuses."""
        user, seen = self.services.user(request.username), Seen.parse(posted)
        try:
            self.services.desk.claims.acted(seen.draft, user=user)
            made = self.services.ledger.edit(
                seen.draft, seen.version, editor=user, subject=subject, body=body,
                reason=compose(str(code or ""), str(words or "")),
            )  # fmt: skip
        except BansoError as error:
            why = self.main.refused(error)
            raise gr.Error(why, title=self.t("app.error"), print_exception=False) from error
        return self.t("review.saved", version=made.version)
