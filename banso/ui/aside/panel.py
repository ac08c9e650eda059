"""The panel beside the chat. What it shows is read from the conversation, never from what the browser says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import gradio as gr

from banso.core.errors import BansoError, NotFound
from banso.gaps.note import note
from banso.ui.aside.view import beside_html, gap_line, near_of, people_choices
from banso.ui.inert import inert
from banso.ui.services import Services, TurnView
from banso.ui.texts import Text

QUIET: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}


class AsideHandlers:
    """Everything is about the last turn of the person's own conversation."""

    def __init__(self, services: Services, t: Text) -> None:
        self.services, self.t, self.zone = services, t, services.settings.timezone

    def show(self, thread: str, request: gr.Request) -> tuple[Any, ...]:
        """The panel and its parts: column, box, open questions, button, how the gap stands, whom, note, what was said,
        tickets and people."""
        found = self._last(thread, request)
        if found is None:
            return _nothing()
        turn, _ = found
        answer = turn.answer
        beside = beside_html(answer.beside, self.t, self.zone)
        open_ = bool(answer.unanswered) and self.services.gaps is not None
        people = people_choices(answer.beside, self.t, self.zone) if open_ else []
        whom = people[0][1] if people else ""
        known = self._known(answer.unanswered) if open_ else ""
        return (
            gr.update(visible=bool(beside) or open_), gr.update(visible=open_), self._open(answer.unanswered),
            gr.update(visible=open_ and not known), known, gr.update(choices=people, value=whom),
            self._note(turn, whom, thread, request) if open_ else "", "", beside,
        )  # fmt: skip

    def report(self, thread: str, request: gr.Request) -> tuple[Any, str]:
        """Write down what the last answer left open, or count it."""
        user, found = self.services.user(request.username), self._last(thread, request)
        if found is None or self.services.gaps is None:
            return gr.update(), ""
        turn, number = found
        account = self._account(thread, request)
        gaps = [
            self.services.gaps.report(question, user=user.name, thread=thread, turn=number, account=account)
            for question in turn.answer.unanswered
        ]
        return gr.update(visible=False), "\n".join(inert(gap_line(gap, self.t, self.zone, fresh=True)) for gap in gaps)

    def choose(self, thread: str, whom: str | None, request: gr.Request) -> str:
        """The note to this person."""
        found = self._last(thread, request)
        return self._note(found[0], whom or "", thread, request) if found else ""

    def keep(self, thread: str, whom: str | None, words: str, request: gr.Request) -> str:
        """Keep the note as an open question. Nothing is sent."""
        user, found = self.services.user(request.username), self._last(thread, request)
        if found is None or self.services.gaps is None:
            return ""
        turn, number = found
        try:
            kept = self.services.gaps.ask_colleague(
                " ".join(turn.answer.unanswered) or turn.question, whom=whom or "", note=words, user=user.name,
                thread=thread, turn=number, account=self._account(thread, request),
            )  # fmt: skip
        except BansoError as error:
            return inert(self.t("ask.failed", reason=error.message))
        return inert(self.t("aside.kept", number=kept.number))

    def _last(self, thread: str, request: gr.Request) -> tuple[TurnView, int] | None:
        """The last turn of the person's conversation, and its number."""
        user = self.services.user(request.username)
        try:
            turns = self.services.copilot.history(thread, user=user) if thread else []
        except NotFound:
            return None
        return (turns[-1], len(turns) - 1) if turns else None

    def _account(self, thread: str, request: gr.Request) -> str:
        threads = self.services.copilot.threads(self.services.user(request.username), limit=500)
        return next((one.account for one in threads if one.id == thread), "")

    def _note(self, turn: TurnView, whom: str, thread: str, request: gr.Request) -> str:
        settings, account = self.services.settings, self._account(thread, request)
        address = settings.url.rstrip("/") or f"http://{settings.host}:{settings.port}"
        name = self.services.crm.get(account).name if account else ""
        asked = " ".join(turn.answer.unanswered) or turn.question
        return note(asked, whom, near_of(turn.answer, address), self.t.language, name)

    def _open(self, questions: Sequence[str]) -> str:
        return "\n\n".join(inert(question) for question in questions)

    def _known(self, questions: Sequence[str]) -> str:
        """How the gaps stand, when each of these questions is one."""
        assert self.services.gaps is not None
        gaps = [self.services.gaps.find(question) for question in questions]
        return "\n\n".join(inert(gap_line(gap, self.t, self.zone)) for gap in gaps) if all(gaps) else ""


def _nothing() -> tuple[Any, ...]:
    hidden = gr.update(visible=False)
    return (hidden, hidden, "", gr.update(), "", gr.update(), "", "", "")


@dataclass(frozen=True)
class Aside:
    """The parts of the panel, in the order of `AsideHandlers.show`."""

    do: AsideHandlers
    parts: list[Any]

    def follow(self, event: Any, thread: gr.State) -> None:
        """Show the panel after this event."""
        event.then(self.do.show, thread, self.parts, **QUIET)

    @property
    def column(self) -> gr.Column:
        """What is shown or hidden as a whole."""
        column: gr.Column = self.parts[0]
        return column


def build_aside(services: Services, t: Text, thread: gr.State) -> Aside:
    """Lay the panel out and connect what is done in it."""
    do = AsideHandlers(services, t)
    with gr.Column(scale=2, min_width=280, visible=False, elem_id="aside") as column:
        with gr.Column(visible=False, elem_id="aside-open") as box:
            gr.Markdown(f"#### {t('aside.open_heading')}")
            asked = gr.Markdown("", elem_id="aside-asked")
            report = gr.Button(t("aside.gap_button"), variant="primary", elem_id="aside-report")
            stands = gr.Markdown("", elem_id="aside-stands")
            with gr.Accordion(t("aside.ask_heading"), open=False, elem_id="aside-colleague"):
                whom = gr.Dropdown([], label=t("aside.whom"), info=t("aside.whom_info"), allow_custom_value=True, elem_id="aside-whom")  # fmt: skip  # noqa: E501
                words = gr.Textbox(label=t("aside.note"), info=t("aside.note_info"), lines=9, max_lines=16, max_length=8000, buttons=["copy"], elem_id="aside-note")  # fmt: skip  # noqa: E501
                keep = gr.Button(t("aside.keep"), elem_id="aside-keep")
                said = gr.Markdown("", elem_id="aside-said")
        beside = gr.Markdown("", elem_id="aside-beside")
    report.click(do.report, thread, [report, stands], **QUIET)
    whom.input(do.choose, [thread, whom], words, **QUIET)
    keep.click(do.keep, [thread, whom, words], said, **QUIET)
    return Aside(do, [column, box, asked, report, stands, whom, words, said, beside])
