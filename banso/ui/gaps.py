"""The Unanswered tab: what nothing answers, counted, and questions to colleagues. Reviewers and admins see all of it
and close gaps; a csm sees their own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gradio as gr

from banso.core.errors import BansoError, NotFound
from banso.core.users import User
from banso.gaps.book import DECIDERS, GapBook
from banso.gaps.types import ColleagueQuestion, Gap, Standing
from banso.ui import local_form
from banso.ui.inert import inert, one_line
from banso.ui.markup import render
from banso.ui.services import Services
from banso.ui.texts import Text

QUIET: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
Updates = tuple[Any, ...]


class GapHandlers:
    """The role is read in each handler, and by the book again."""

    def __init__(self, services: Services, book: GapBook, t: Text) -> None:
        self.services, self.book, self.t, self.zone = services, book, t, services.settings.timezone

    def open(self, view: str, request: gr.Request) -> Updates:
        """Both lists, with nothing chosen."""
        user = self.services.user(request.username)
        intro = self.t("gaps.intro" if user.role in DECIDERS else "gaps.intro_csm")
        return (intro, *self._gaps(user, view, None, ""), *self._questions(user, view, None, ""))

    def choose(self, view: str, number: int | None, request: gr.Request) -> Updates:
        """One gap with everybody who asked."""
        return self._gaps(self.services.user(request.username), view, number, "")

    def choose_question(self, view: str, number: int | None, request: gr.Request) -> Updates:
        """One question to a colleague."""
        return self._questions(self.services.user(request.username), view, number, "")

    def close(self, view: str, number: int | None, reason: str, request: gr.Request) -> Updates:
        """Close the chosen gap; it stays chosen, so that it can be opened again."""
        if not reason.strip():
            return self._gaps(self.services.user(request.username), view, number, self.t("gaps.reason_needed"))
        return self._settle(
            view, number, request, "closed", lambda one, by: self.book.close(one, user=by, reason=reason)
        )

    def reopen(self, view: str, number: int | None, request: gr.Request) -> Updates:
        """Undo a closing."""
        return self._settle(view, number, request, "reopened", lambda one, by: self.book.reopen(one, user=by))

    def answered(self, view: str, number: int | None, words: str, request: gr.Request) -> Updates:
        """Record the answer that a colleague gave."""
        if not words.strip():
            return self._questions(self.services.user(request.username), view, number, self.t("gaps.answer_needed"))
        return self._settle_question(view, number, "answered", words, request)

    def drop(self, view: str, number: int | None, words: str, request: gr.Request) -> Updates:
        """Withdraw a question."""
        return self._settle_question(view, number, "closed", words, request)

    def again(self, view: str, number: int | None, request: gr.Request) -> Updates:
        """Wait for an answer again."""
        return self._settle_question(view, number, "open", "", request)

    def _settle(
        self, view: str, number: int | None, request: gr.Request, done: str, work: Callable[[int, str], Gap]
    ) -> Updates:
        user = self.services.user(request.username)
        if user.role not in DECIDERS:
            return self._gaps(user, view, None, self.t("gaps.only_deciders"))
        try:
            gap = work(number or 0, user.name)
        except BansoError as error:
            return self._gaps(user, view, None, inert(error.message))
        return self._gaps(user, view, gap.number, self.t(f"gaps.{done}", label=f"G-{gap.number}"))

    def _settle_question(
        self, view: str, number: int | None, standing: Standing, words: str, request: gr.Request
    ) -> Updates:
        user = self.services.user(request.username)
        if number not in {one.number for one in self.book.questions(user)}:
            return self._questions(user, view, None, self.t("gaps.not_yours"))
        assert number is not None
        self.book.settle_question(number, standing, user=user.name, words=words)
        return self._questions(user, view, number, self.t(f"gaps.settled_{standing}", label=f"Q-{number}"))

    def _gaps(self, user: User, view: str, chosen: int | None, said: str) -> Updates:
        """List, what was said, details, reason, button to close, button to open again."""
        seen = self.book.gaps(user)
        one = next((gap for gap in seen if gap.number == chosen), None)
        listed = [gap for gap in seen if view != "open" or gap.standing == "open" or gap is one]
        decides = one is not None and user.role in DECIDERS
        closed = one is not None and one.standing == "closed"
        choices = [(self._gap_label(gap), gap.number) for gap in listed]
        return (
            gr.update(choices=choices, value=one and one.number, visible=bool(choices)),
            said or ("" if choices else self.t("gaps.none")), self._details(one) if one else "",
            gr.update(value="", visible=decides and not closed), gr.update(visible=decides and not closed),
            gr.update(visible=decides and closed),
        )  # fmt: skip

    def _questions(self, user: User, view: str, chosen: int | None, said: str) -> Updates:
        """List, what was said, note, answer, and the buttons: answered, withdraw, open again."""
        seen = self.book.questions(user)
        one = next((question for question in seen if question.number == chosen), None)
        listed = [q for q in seen if view != "open" or q.standing == "open" or q is one]
        waits = one is not None and one.standing == "open"
        choices = [(self._question_label(q), q.number) for q in listed]
        answer = one.decision.words if one and one.decision else ""
        return (
            gr.update(choices=choices, value=one and one.number, visible=bool(choices)),
            said or ("" if choices else self.t("gaps.questions_none")),
            gr.update(value=one.note if one else "", visible=one is not None),
            gr.update(value=answer, visible=waits or bool(answer), interactive=waits),
            gr.update(visible=waits), gr.update(visible=waits), gr.update(visible=one is not None and not waits),
        )  # fmt: skip

    def _gap_label(self, gap: Gap) -> str:
        when = local_form.day(gap.askings[0].at, self.t.language, self.zone)
        facts = [self.t("gaps.times", count=gap.times), when, self.t(f"gaps.standing_{gap.standing}")]
        again = [self.t("gaps.again", count=gap.since_closed)] if gap.since_closed else []
        return f"G-{gap.number}  {one_line(gap.question, 90)}\n{' · '.join([*facts, *again])}"

    def _question_label(self, one: ColleagueQuestion) -> str:
        when = local_form.day(one.created_at, self.t.language, self.zone)
        whom = [self.t("gaps.to", name=one_line(one.whom, 40))] if one.whom else []
        facts = [*whom, one.asked_by, when, self.t(f"gaps.question_{one.standing}")]
        return f"Q-{one.number}  {one_line(one.question, 90)}\n{' · '.join(facts)}"

    def _details(self, gap: Gap) -> str:
        rows = [
            {
                "by": one.asked_by, "account": self._account(one.account), "question": one.question,
                "at": local_form.moment(one.at, self.t.language, self.zone),
            }
            for one in gap.askings
        ]  # fmt: skip
        decided = gap.decision and self.t(
            "gaps.decided", name=gap.decision.by, words=gap.decision.words or self.t("gaps.standing_open"),
            at=local_form.moment(gap.decision.at, self.t.language, self.zone),
        )  # fmt: skip
        return render("gaps/gap.html", t=self.t, gap=gap, rows=rows, decided=decided or "")

    def _account(self, account: str) -> str:
        if not account:
            return self.t("gaps.no_account")
        try:
            return f"{self.services.crm.get(account).name} · {account}"
        except NotFound:
            return account


def build_gaps(services: Services, t: Text, tab: gr.Tab) -> None:
    """Lay the tab out and connect its events. Without a book of gaps it stays empty."""
    if services.gaps is None:
        return
    do = GapHandlers(services, services.gaps, t)
    gr.Markdown(f"### {t('gaps.heading')}")
    intro = gr.Markdown("", elem_id="gaps-intro")
    view = gr.Radio([(t("gaps.view_open"), "open"), (t("gaps.view_all"), "all")], value="open", label=t("gaps.view"), elem_id="gaps-view")  # fmt: skip  # noqa: E501
    gaps = _gap_parts(t)
    gr.Markdown(f"### {t('gaps.questions')}\n\n{t('gaps.questions_intro')}")
    questions = _question_parts(t)
    everything = [intro, *gaps, *questions]
    tab.select(do.open, view, everything, **QUIET)
    view.input(do.open, view, everything, **QUIET)
    choice, _, _, reason, close, reopen = gaps
    choice.input(do.choose, [view, choice], gaps, **QUIET)
    close.click(do.close, [view, choice, reason], gaps, **QUIET)
    reopen.click(do.reopen, [view, choice], gaps, **QUIET)
    asked, _, _, answer, answered, drop, again = questions
    asked.input(do.choose_question, [view, asked], questions, **QUIET)
    answered.click(do.answered, [view, asked, answer], questions, **QUIET)
    drop.click(do.drop, [view, asked, answer], questions, **QUIET)
    again.click(do.again, [view, asked], questions, **QUIET)


def _gap_parts(t: Text) -> list[Any]:
    """In the order of `GapHandlers._gaps`."""
    with gr.Row():
        with gr.Column(min_width=320):
            choice = gr.Radio([], label=t("gaps.heading"), show_label=False, visible=False, elem_classes="list", elem_id="gaps-list")  # fmt: skip  # noqa: E501
            said = gr.Markdown("", elem_id="gaps-said")
        with gr.Column(min_width=320):
            details = gr.Markdown("", elem_id="gap")
            reason = gr.Textbox(label=t("gaps.reason"), placeholder=t("gaps.reason_placeholder"), visible=False, max_length=2000, elem_id="gap-reason")  # fmt: skip  # noqa: E501
            close = gr.Button(t("gaps.close"), variant="primary", visible=False, elem_id="gap-close")
            reopen = gr.Button(t("gaps.reopen"), visible=False, elem_id="gap-reopen")
    return [choice, said, details, reason, close, reopen]


def _question_parts(t: Text) -> list[Any]:
    """In the order of `GapHandlers._questions`."""
    with gr.Row():
        with gr.Column(min_width=320):
            asked = gr.Radio([], label=t("gaps.questions"), show_label=False, visible=False, elem_classes="list", elem_id="questions-list")  # fmt: skip  # noqa: E501
            said = gr.Markdown("", elem_id="questions-said")
        with gr.Column(min_width=320):
            words = gr.Textbox(label=t("gaps.note"), visible=False, interactive=False, lines=4, max_lines=14, buttons=["copy"], elem_id="question-note")  # fmt: skip  # noqa: E501
            answer = gr.Textbox(label=t("gaps.answer"), placeholder=t("gaps.answer_placeholder"), visible=False, lines=2, max_length=4000, elem_id="question-answer")  # fmt: skip  # noqa: E501
            with gr.Row():
                answered = gr.Button(t("gaps.answered"), variant="primary", visible=False, elem_id="question-answered")
                drop = gr.Button(t("gaps.drop"), visible=False, elem_id="question-drop")
                again = gr.Button(t("gaps.again_open"), visible=False, elem_id="question-again")
    return [asked, said, words, answer, answered, drop, again]
