"""The Review tab: the queue, a draft beside its evidence, and the four things a reviewer can do with it.

The browser says which draft, version and hash the person saw; text, identity and role come from the server.
"""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

import gradio as gr

from banso.core.clock import utc_now
from banso.core.errors import BansoError, NotFound
from banso.core.users import User
from banso.review.drafts import Decision, DraftState
from banso.ui import review_view
from banso.ui.services import Services
from banso.ui.texts import Text

Verdict = Literal["approve", "return", "reject", "revoke"]
OPEN_STATES: tuple[DraftState, ...] = ("waiting",)
REVOCABLE: tuple[DraftState, ...] = ("queued",)


class Seen(NamedTuple):
    """What the person has on the screen: the only thing a decision is about.

    The page itself carries it beside the text and posts it back. Kept on the server, it could be about another draft
    than the one on the screen: by two quick clicks, or by someone else who speaks for the same tab.
    """

    draft: str = ""
    version: int = 0
    hash: str = ""

    def posted(self) -> str:
        """As the page carries it."""
        return f"{self.draft} {self.version} {self.hash}" if self.draft else ""

    @classmethod
    def parse(cls, posted: str) -> Seen:
        """What a page posted. Anything else than `posted()` becomes a draft that does not exist."""
        match str(posted or "").split(" "):
            case [draft, version, digest] if version.isascii() and version.isdecimal() and len(version) < 10:
                return cls(draft, int(version), digest)
        return cls()


class ReviewHandlers:
    """What happens on this tab. The ledger decides; this only asks it and shows what it said."""

    def __init__(self, services: Services, t: Text) -> None:
        self.services, self.t = services, t
        self.zone = services.settings.timezone

    def queue(self, which: str, chosen: str | None) -> tuple[Any, str]:
        """The list of drafts (the chosen one stays chosen while it is listed) and a word when it is empty."""
        lines = self.services.ledger.queue(OPEN_STATES if which == "waiting" else None)
        now = utc_now()
        choices = [(review_view.queue_label(x, self._account(x.account), now, self.t), x.id) for x in lines]
        # Without a choice nothing is said about it: someone may be choosing while this is on its way.
        keep = {"value": chosen if chosen in {value for _, value in choices} else None} if chosen else {}
        empty = self.t("review.empty" if which == "waiting" else "review.empty_all")
        return gr.update(choices=choices, visible=bool(choices), **keep), "" if choices else empty

    def show(self, draft: str | None, request: gr.Request) -> tuple[Any, ...]:
        """Everything about a draft: see `OUTPUTS` in `build_review` for the order."""
        user = self.services.user(request.username)
        if not draft:
            return self._nothing(user)
        try:
            latest, state = self.services.ledger.latest(draft), self.services.ledger.state(draft)
        except NotFound:
            return self._nothing(user)
        decide = user.may_review and state in OPEN_STATES
        return (
            Seen(latest.draft, latest.version, latest.hash).posted(),
            review_view.facts_markdown(latest, state, self._account(latest.account), self.t, self.zone),
            review_view.warnings_markdown(latest, self.t),
            gr.update(value=latest.subject, interactive=False),
            gr.update(value=latest.body, interactive=False),
            review_view.evidence_markdown(latest.evidence, self.t, self.zone),
            review_view.history_markdown(self.services.ledger.events(draft), self.t, self.zone),
            gr.update(visible=True),
            gr.update(visible=decide),
            gr.update(visible=state in ("waiting", "returned")),
            gr.update(visible=user.may_review and state in REVOCABLE),
            gr.update(visible=decide or state in REVOCABLE, value=""),
            gr.update(visible=False),
            "" if user.may_review else self.t("review.only_reviewers"),
        )

    def _nothing(self, user: User) -> tuple[Any, ...]:
        hint = " ".join([self.t("review.choose"), *([] if user.may_review else [self.t("review.only_reviewers")])])
        hidden = gr.update(visible=False)
        empty = gr.update(value="", interactive=False)
        return ("", "", "", empty, empty, "", "", hidden, hidden, hidden, hidden, hidden, hidden, hint)

    def decide(self, verdict: Verdict, posted: str, reason: str, request: gr.Request) -> str:
        """Ask the ledger. The answer is a sentence for the person, also when it says no."""
        user, seen = self.services.user(request.username), Seen.parse(posted)
        if verdict != "approve" and not reason.strip():
            return self.t("review.reason_needed")
        try:
            decision = self._ask_ledger(verdict, seen, reason.strip(), user)
        except BansoError as error:
            return self.t("review.refused", reason=error.message)
        return self._tell_conversation(decision, seen)

    def _ask_ledger(self, verdict: Verdict, seen: Seen, reason: str, user: Any) -> Decision:
        ledger = self.services.ledger
        if verdict == "approve":
            return ledger.approve(*seen, reviewer=user, reason=reason)
        if verdict == "return":
            return ledger.return_(*seen, reviewer=user, reason=reason)
        if verdict == "reject":
            return ledger.reject(*seen, reviewer=user, reason=reason)
        return ledger.revoke(seen.draft, reviewer=user, reason=reason)

    def _tell_conversation(self, decision: Decision, seen: Seen) -> str:
        said = self.t(f"review.done_{decision.decision}")
        thread = self.services.ledger.latest(seen.draft).thread
        if not thread:
            return said
        try:
            told = self.services.copilot.decided(thread, decision.id)
        except BansoError as error:
            return f"{said} {self.t('review.not_told', reason=error.message)}"
        if decision.decision != "return" or told is None:
            return said
        made = told.draft is not None and told.draft != seen.draft
        return f"{said} {self.t('review.redrafted' if made else 'review.not_redrafted')}"

    def start_edit(self, request: gr.Request) -> tuple[Any, ...]:
        """Unlock the text; while it is edited nothing can be decided."""
        self.services.user(request.username)
        hidden = gr.update(visible=False)
        return gr.update(interactive=True), gr.update(interactive=True), hidden, hidden, gr.update(visible=True), ""

    def save(self, posted: str, subject: str, body: str, request: gr.Request) -> str:
        """Store the next version. Raises gr.Error (the text stays in the box) when the ledger refuses."""
        user, seen = self.services.user(request.username), Seen.parse(posted)
        try:
            made = self.services.ledger.edit(seen.draft, seen.version, editor=user, subject=subject, body=body)
        except BansoError as error:
            why = self.t("review.refused", reason=error.message)
            raise gr.Error(why, title=self.t("app.error"), print_exception=False) from error
        return self.t("review.saved", version=made.version)

    def _account(self, account: str) -> str:
        try:
            return f"{self.services.crm.get(account).name} ({account})"
        except NotFound:
            return account


def build_review(services: Services, t: Text, screens: gr.Blocks, tab: gr.Tab) -> None:
    """Lay the tab out and connect its events."""
    do = ReviewHandlers(services, t)
    seen = gr.Textbox("", visible="hidden", elem_id="review-seen")
    quiet: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
    with gr.Row():
        with gr.Column(scale=2, min_width=280):
            which = gr.Radio([(t("review.filter_waiting"), "waiting"), (t("review.filter_all"), "all")], value="waiting", label=t("review.filter"), elem_id="review-filter")  # fmt: skip  # noqa: E501
            queue = gr.Radio([], label=t("review.queue"), elem_classes="list", elem_id="review-queue")
            empty = gr.Markdown(t("review.empty"), elem_id="review-empty")
            refresh = gr.Button(t("review.refresh"), size="sm")
        with gr.Column(scale=6, min_width=320):
            role = gr.Markdown(t("review.choose"), elem_id="review-role")
            with gr.Row(visible=False) as detail:
                with gr.Column(scale=3, min_width=320):
                    facts, warnings = gr.Markdown(elem_classes="card"), gr.Markdown(elem_id="review-warnings")
                    subject = gr.Textbox(label=t("review.subject"), interactive=False, max_lines=1, elem_id="review-subject")  # fmt: skip  # noqa: E501
                    body = gr.Textbox(label=t("review.body"), interactive=False, lines=12, max_lines=30, elem_id="review-body")  # fmt: skip  # noqa: E501
                    reason = gr.Textbox(label=t("review.reason"), max_lines=4, max_length=2000, elem_id="review-reason")
                    said = gr.Markdown("", elem_id="review-said")
                    with gr.Row(visible=False, elem_id="verdicts") as verdicts:
                        approve = gr.Button(t("review.approve"), variant="primary", min_width=130, elem_id="approve")
                        send_back = gr.Button(t("review.return"), min_width=100, elem_id="return")
                        reject = gr.Button(t("review.reject"), variant="stop", min_width=100, elem_id="reject")
                    edit = gr.Button(t("review.edit"), elem_id="edit")
                    revoke = gr.Button(t("review.revoke"), variant="stop", visible=False, elem_id="revoke")
                    with gr.Row(visible=False) as editing:
                        save = gr.Button(t("review.save"), variant="primary", elem_id="save")
                        cancel = gr.Button(t("review.cancel"))
                with gr.Column(scale=2, min_width=260):
                    gr.Markdown(f"### {t('review.evidence')}")
                    evidence = gr.Markdown(elem_classes="card", elem_id="review-evidence")
                    gr.Markdown(f"### {t('review.history')}")
                    history = gr.Markdown(elem_classes="card", elem_id="review-history")
    outputs: list[Any] = [
        seen, facts, warnings, subject, body, evidence, history,
        detail, verdicts, edit, revoke, reason, editing, role,
    ]  # fmt: skip

    def listed(event: Any) -> Any:
        return event.then(do.queue, [which, queue], [queue, empty], **quiet)

    # Coming to the tab only lists: a draft that is being looked at stays, and one just chosen is not hidden again.
    tab.select(do.queue, [which, queue], [queue, empty], **quiet)
    for trigger in (refresh.click, which.input):
        trigger(do.queue, [which, queue], [queue, empty], **quiet).then(_kept(do), [queue, seen], outputs, **quiet)
    screens.load(do.queue, [which, queue], [queue, empty], **quiet)
    queue.input(lambda: "", None, said, **quiet).then(do.show, queue, outputs, **quiet)
    verdict_buttons: dict[Verdict, gr.Button] = {
        "approve": approve, "return": send_back, "reject": reject, "revoke": revoke,
    }  # fmt: skip
    for verdict, button in verdict_buttons.items():
        decided = button.click(_bound(do, verdict), [seen, reason], said, api_visibility="private")
        listed(decided.then(_shown(do), seen, outputs, **quiet))
    edit.click(do.start_edit, None, [subject, body, verdicts, edit, editing, said], **quiet)
    saved = save.click(do.save, [seen, subject, body], said, **quiet)
    listed(saved.success(_shown(do), seen, outputs, **quiet))
    cancel.click(_shown(do), seen, outputs, **quiet)


def _bound(do: ReviewHandlers, verdict: Verdict) -> Any:
    def decide(posted: str, reason: str, request: gr.Request) -> str:
        return do.decide(verdict, posted, reason, request)

    return decide


def _kept(do: ReviewHandlers) -> Any:
    def show(chosen: str | None, posted: str, request: gr.Request) -> tuple[Any, ...]:
        return do.show(chosen or Seen.parse(posted).draft, request)

    return show


def _shown(do: ReviewHandlers) -> Any:
    def show(posted: str, request: gr.Request) -> tuple[Any, ...]:
        return do.show(Seen.parse(posted).draft, request)

    return show
