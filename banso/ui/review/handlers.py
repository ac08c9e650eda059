"""What happens on the Review tab. Ledger and desk decide; this asks them and shows what they said.

The browser says which draft, version and hash the person saw, which warnings they ticked and which reason they gave.
Text, identity and role come from the server, in every handler.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import gradio as gr

from banso.core.errors import BansoError, NotFound
from banso.core.users import User
from banso.review.drafts import Decision
from banso.review.gate_report import WARNING, Kind
from banso.review.reasons import compose
from banso.review.refusal import Refused
from banso.ui.review import present, show
from banso.ui.review.gather import DraftView, draft_view
from banso.ui.review.layout import Screen
from banso.ui.review.newest import Newest
from banso.ui.review.seen import Seen
from banso.ui.review.show import Updates
from banso.ui.services import Services
from banso.ui.texts import Text

PURPOSES = ("return", "reject", "revoke", "resolve_sent", "resolve_cancelled")


class Handlers:
    """Looking at one draft and deciding about it."""

    def __init__(self, services: Services, t: Text, screen: Screen) -> None:
        self.services, self.t, self.screen, self._newest = services, t, screen, Newest()

    # --- looking -----------------------------------------------------------------------------------------------------

    def show(self, event: gr.SelectData, request: gr.Request) -> Updates:
        """The draft that was chosen in the list; nothing when another one was chosen meanwhile."""
        page = str(getattr(request, "session_hash", ""))
        number = self._newest.begin(page)
        shown = self._shown(str(event.value or ""), self.services.user(request.username))
        return shown if self._newest.is_last(page, number) else show.unchanged(self.screen)

    def show_seen(self, posted: str, request: gr.Request) -> Updates:
        """The draft on the screen, read again. Nothing happens when the screen shows something else by now."""
        user, draft = self.services.user(request.username), Seen.parse(posted).draft
        return self._shown(draft, user) if draft else show.unchanged(self.screen)

    def show_unless_asking(self, posted: str, purpose: str, request: gr.Request) -> Updates:
        """The draft on the screen, read again, unless a reason is still being asked for."""
        return show.unchanged(self.screen) if purpose else self.show_seen(posted, request)

    def _shown(self, draft: str, user: User) -> Updates:
        view = self._view(draft, user, arrive=True)
        return show.draft(self.screen, view, self.t) if view else show.nothing(self.screen, self.services, user, self.t)

    def _view(self, draft: str, user: User, *, arrive: bool = False) -> DraftView | None:
        if not draft:
            return None
        try:
            view = draft_view(self.services, draft, user)
        except NotFound:
            return None
        if not arrive:
            return view
        others = self.services.desk.claims.here(view.latest.draft, user=user)
        return DraftView(**{**vars_of(view), "others": others})

    def compare(self, posted: str, which: str, request: gr.Request) -> Any:
        """The text, or what changed."""
        view = self._view(Seen.parse(posted).draft, self.services.user(request.username))
        return show.letter(view, str(which), self.t) if view else gr.skip()

    def gloss(self, posted: str, request: gr.Request) -> Updates:
        """What the draft says, in the language of the screen: a reading aid, of the stored text alone."""
        view, s = self._view(Seen.parse(posted).draft, self.services.user(request.username)), self.screen.draft
        if view is None or not self.services.gloss:
            return show.unchanged(self.screen)
        try:
            pairs = self.services.gloss(view.latest.body, self.t.language)
        except BansoError as error:
            return {s.said: self.refused(error)}
        return {s.gloss: present.gloss(pairs or (), self.t), s.said: ""}

    def beat(self, posted: str, request: gr.Request) -> tuple[Any, Any, Any]:
        """Every few seconds: this person is here; who else is, is sending paused, how long is left."""
        user, seen = self.services.user(request.username), Seen.parse(posted)
        view = self._view(seen.draft, user, arrive=True)
        paused = self.services.ledger.paused()
        changed = view is not None and (view.latest.version, view.latest.hash) != (seen.version, seen.hash)
        admin = user.role == "admin"
        return (
            present.people(view, paused, changed, self.t),
            gr.update(visible=admin and not paused),
            gr.update(visible=admin and paused),
        )

    # --- approving ---------------------------------------------------------------------------------------------------

    def ask_approval(self, posted: str, request: gr.Request) -> Updates:
        """Show to whom it goes and the hash, with one tick for each kind of warning."""
        user, seen, s = self.services.user(request.username), Seen.parse(posted), self.screen.draft
        view = self._view(seen.draft, user)
        if view is None:
            return {s.said: self.t("desk.gone")}
        if (view.latest.version, view.latest.hash) != (seen.version, seen.hash):
            return {s.said: self.t("review.changed")}
        choices = present.warning_choices(view.report, self.t)
        blocked = bool(view.report and view.report.blocking)
        return {
            **show.opened(self.screen, s.confirm_box),
            s.said: "",
            s.confirm: present.confirm(view, self.t),
            s.ticks: gr.update(choices=choices, value=[], visible=bool(choices)),
            s.confirm_yes: gr.update(interactive=not choices and not blocked and "approve" in view.actions()),
        }

    def ticked(self, posted: str, ticks: list[str] | None, request: gr.Request) -> Any:
        """Approving is enabled when every warning is ticked. The ledger asks for the same."""
        view = self._view(Seen.parse(posted).draft, self.services.user(request.username))
        report = view.report if view else None
        missing = set(report.warnings if report else ()) - set(ticks or ())
        return gr.update(interactive=bool(view) and not missing and not (report and report.blocking))

    def approve(self, posted: str, ticks: list[str] | None, request: gr.Request) -> Updates:
        """Ask the ledger to approve exactly what was shown."""
        user, seen = self.services.user(request.username), Seen.parse(posted)
        kinds: list[Kind] = [kind for kind in WARNING if kind in (ticks or ())]
        return self._decide(seen, user, lambda: self.services.ledger.approve(*seen, reviewer=user, acknowledged=kinds))

    # --- returning, rejecting, revoking, settling -------------------------------------------------------------------

    def ask_reason(self, purpose: str, posted: str, request: gr.Request) -> Updates:
        """Open the box for a reason."""
        user, s = self.services.user(request.username), self.screen.draft
        if self._view(Seen.parse(posted).draft, user) is None or purpose not in PURPOSES:
            return {s.said: self.t("desk.gone")}
        resolving = purpose.startswith("resolve")
        label = f"desk.{purpose}" if resolving else f"desk.submit_{purpose}"
        title = "desk.why_resolve" if resolving else f"desk.why_{purpose}"
        stop = purpose in ("reject", "revoke")
        return {
            **show.opened(self.screen, s.reason_box),
            s.said: "",
            s.purpose: purpose,
            s.reason_title: f"### {self.t(title)}",
            s.code: gr.update(value=None, visible=not resolving),
            s.words: "",
            s.submit: gr.update(value=self.t(label), variant="stop" if stop else "primary"),
        }

    def give_reason(self, posted: str, purpose: str, code: str | None, words: str, request: gr.Request) -> Updates:
        """Do what the box was opened for, with the reason."""
        user, seen = self.services.user(request.username), Seen.parse(posted)
        reason = compose(str(code or ""), str(words or ""))
        if not reason:
            return {self.screen.draft.said: self.t("desk.choose_reason")}
        ledger = self.services.ledger
        tries: Mapping[str, Callable[[], Decision | None]] = {
            "return": lambda: ledger.return_(*seen, reviewer=user, reason=reason),
            "reject": lambda: ledger.reject(*seen, reviewer=user, reason=reason),
            "revoke": lambda: ledger.revoke(seen.draft, reviewer=user, reason=reason),
            "resolve_sent": lambda: self._resolve(seen, user, "sent", reason),
            "resolve_cancelled": lambda: self._resolve(seen, user, "cancelled", reason),
        }
        if purpose not in tries:
            return {self.screen.draft.said: self.t("desk.gone")}
        return self._decide(seen, user, tries[purpose])

    def _resolve(self, seen: Seen, user: User, outcome: str, reason: str) -> None:
        self.services.ledger.resolve(seen.draft, outcome, user=user, reason=reason)

    def _decide(self, seen: Seen, user: User, attempt: Callable[[], Decision | None]) -> Updates:
        """Also when the ledger says no, the answer is a sentence for the person."""
        said = self.screen.draft.said
        try:
            if user.may_review:
                self.services.desk.claims.acted(seen.draft, user=user)
            decision = attempt()
        except BansoError as error:
            return {said: self.refused(error)}
        return {**show.closed(self.screen), said: self.told(decision, seen.draft) if decision else self.t("desk.done_resolve")}  # fmt: skip  # noqa: E501

    def told(self, decision: Decision, draft: str) -> str:
        """What was done, and what the conversation made of it."""
        said = self.t(f"review.done_{decision.decision}")
        thread = self.services.ledger.latest(draft).thread
        if not thread:
            return said
        try:
            told = self.services.copilot.decided(thread, decision.id)
        except BansoError as error:
            return f"{said} {self.t('review.not_told', reason=error.message)}"
        if decision.decision != "return" or told is None:
            return said
        newer = self.services.ledger.latest(draft).version > decision.version
        made = newer or (told.draft is not None and told.draft != draft)
        return f"{said} {self.t('review.redrafted' if made else 'review.not_redrafted')}"

    def refused(self, error: BansoError) -> str:
        """A refusal as a sentence in the language of the screen."""
        told = error.said_in(self.t.language) if isinstance(error, Refused) else error
        return self.t("review.refused", reason=told.message)

    def close(self, posted: str, request: gr.Request) -> Updates:
        """Close whatever is open."""
        self.services.user(request.username)
        return {**show.closed(self.screen), self.screen.draft.said: ""}


def vars_of(view: DraftView) -> dict[str, Any]:
    """The fields of a view, without what it has read since."""
    return {name: getattr(view, name) for name in view.__dataclass_fields__}
