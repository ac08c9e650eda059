"""Working together: claims, assignments, comments, and stopping the sender."""

from __future__ import annotations

import gradio as gr

from banso.core.errors import BansoError, NotFound
from banso.review.refusal import Refused
from banso.ui.review import present
from banso.ui.review.gather import draft_view
from banso.ui.review.handlers import Handlers
from banso.ui.review.seen import Seen
from banso.ui.review.show import Updates


class Team:
    """These handlers change who works on what; none of them decides about a draft."""

    def __init__(self, main: Handlers) -> None:
        self.main, self.services, self.t, self.screen = main, main.services, main.t, main.screen

    def claim(self, posted: str, request: gr.Request) -> Updates:
        """Take a free draft."""
        return self._claims("claim", posted, request)

    def take_over(self, posted: str, request: gr.Request) -> Updates:
        """Take a draft from a colleague; that is recorded."""
        return self._claims("take_over", posted, request)

    def release(self, posted: str, request: gr.Request) -> Updates:
        """Let go."""
        return self._claims("release", posted, request)

    def _claims(self, verb: str, posted: str, request: gr.Request) -> Updates:
        user, draft, claims = self.services.user(request.username), Seen.parse(posted).draft, self.services.desk.claims
        said = {"claim": "desk.claimed", "take_over": "desk.taken_over", "release": "desk.released"}[verb]
        try:
            if verb == "release":
                claims.release(draft, user=user)
            else:
                claims.claim(draft, user=user, take_over=verb == "take_over")
        except BansoError as error:
            return {self.screen.draft.said: self.main.refused(error)}
        return {self.screen.draft.said: self.t(said)}

    def assign(self, posted: str, to: str | None, request: gr.Request) -> Updates:
        """Give the draft to a reviewer."""
        user, draft, name = self.services.user(request.username), Seen.parse(posted).draft, str(to or "")
        try:
            self.services.desk.claims.assign(draft, name, user=user)
        except BansoError as error:
            return {self.screen.draft.said: self.main.refused(error)}
        said = self.t("desk.assigned_done", name=name) if name else self.t("desk.unassigned_done")
        return {self.screen.draft.said: said}

    def comment(self, posted: str, text: str, request: gr.Request) -> Updates:
        """Add to the thread about the draft."""
        user, s = self.services.user(request.username), self.screen.draft
        draft = Seen.parse(posted).draft
        try:
            self.services.desk.comments.add(draft, str(text or ""), author=user)
            view = draft_view(self.services, draft, user)
        except (Refused, NotFound) as error:
            return {s.said: self.main.refused(error)}
        return {s.comments: present.comments(view, self.t), s.comment: "", s.said: ""}

    def pause(self, request: gr.Request) -> Updates:
        """Stop the sender. The database refuses anyone but an admin."""
        return self._switch("pause", request)

    def resume(self, request: gr.Request) -> Updates:
        """Let the sender go on. The database refuses anyone but an admin."""
        return self._switch("resume", request)

    def _switch(self, verb: str, request: gr.Request) -> Updates:
        user, ledger = self.services.user(request.username), self.services.ledger
        try:
            (ledger.pause if verb == "pause" else ledger.resume)(admin=user)
        except BansoError as error:
            return {self.screen.draft.said: self.main.refused(error)}
        return {self.screen.draft.said: self.t(f"desk.{verb}_done")}
