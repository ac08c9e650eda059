"""The Learning tab: candidates drawn from edits. Administrators decide; everyone reads the rules in force."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gradio as gr

from banso.core.errors import BansoError, NotFound
from banso.core.users import User
from banso.learning.book import Lessons
from banso.learning.types import CaseText, Lesson, RuleText, Scope
from banso.review.flags import visible
from banso.review.reasons import split
from banso.review.refusal import Refused
from banso.ui.inert import inert, one_line
from banso.ui.markup import render
from banso.ui.services import Services
from banso.ui.texts import Text

SCOPES: tuple[Scope, ...] = ("account", "segment", "team")
LONGEST = 2000
Updates = tuple[Any, ...]


class LearningHandlers:
    """Role and identity are read in each handler; the ledger of lessons and its guards ask again."""

    def __init__(self, services: Services, lessons: Lessons, t: Text) -> None:
        self.services, self.lessons, self.t = services, lessons, t

    def open(self, request: gr.Request) -> Updates:
        """Read new edits, list what there is, show what this person may do."""
        user = self.services.user(request.username)
        self.lessons.scan()
        return self._listed(user, "")

    def _listed(self, user: User, said: str, chosen: int | None = None) -> Updates:
        admin = user.role == "admin"
        every = self.lessons.lessons()
        listed = sorted(every, key=lambda one: (one.standing != "candidate", -one.number)) if admin else []
        rules = [one for one in every if one.kind == "rule" and one.standing == "accepted"]
        if not admin:  # another customer's words are for nobody who only reads
            rules = [one for one in rules if one.scope != "account"]
        note = "" if admin else self.t("learning.only_admins")
        read = render("learning/rules.html", t=self.t, rules=rules) if rules else self.t("learning.rules_none")
        choices = [(self._label(one), one.number) for one in listed]
        return (
            note, gr.update(value=read, visible=not admin), gr.update(visible=admin),
            gr.update(choices=choices, value=chosen, visible=bool(choices)),
            said or ("" if choices or not admin else self.t("learning.none")),
            *self._fields(self._find(chosen) if admin else None),
        )  # fmt: skip

    def _label(self, one: Lesson) -> str:
        text = (one.rule and (one.rule.after or one.rule.before)) or (one.case.question if one.case else "")
        return f"{one.label} [{self.t(f'learning.standing_{one.standing}')}] {one_line(visible(text), 40)}"

    def choose(self, number: int | None, request: gr.Request) -> Updates:
        """One lesson, for administrators."""
        user = self.services.user(request.username)
        return self._fields(self._find(number) if user.role == "admin" else None)

    def _find(self, number: object) -> Lesson | None:
        try:
            return self.lessons.get(number) if isinstance(number, int) else None
        except NotFound:
            return None

    def _fields(self, one: Lesson | None) -> Updates:
        """Details, the six text fields, scope, the tick, and the four buttons."""
        hidden = gr.update(visible=False)
        if one is None:
            return ("", *[hidden] * 11)
        rule, case = one.rule or RuleText(action="avoid"), one.case or CaseText(question="")
        wide = one.kind == "rule"
        return (
            self._details(one),
            gr.update(value=rule.before, visible=wide and rule.action != "add"),
            gr.update(value=rule.after, visible=wide and rule.action != "avoid"),
            gr.update(value=rule.topic, visible=wide and rule.action == "add"),
            gr.update(value=case.question, visible=not wide),
            gr.update(value="\n".join(case.must_say), visible=not wide),
            gr.update(value="\n".join(case.must_not_say), visible=not wide),
            gr.update(value=one.scope, visible=wide),
            gr.update(value=False, visible=wide and bool(one.risks)),
            gr.update(visible=True),
            gr.update(visible=one.standing == "candidate"),
            gr.update(visible=one.standing in ("accepted", "off"),
                      value=self.t("learning.turn_off" if one.standing == "accepted" else "learning.turn_on")),
        )  # fmt: skip

    def _details(self, one: Lesson) -> str:
        try:
            account = self.services.crm.get(one.account).name
        except NotFound:
            account = one.account
        code, words = split(one.reason)
        masked = one.masked and visible(" → ".join(x for x in (one.masked.before, one.masked.after) if x))
        rule = one.rule or RuleText(action="avoid")
        return render(
            "learning/lesson.html", t=self.t, lesson=one, account=account, reason=words or code or "",
            heard=visible(one.case.heard) if one.case else "",
            before=visible(rule.before), after=visible(rule.after), masked=masked if one.risks else "",
        )  # fmt: skip

    def accept(  # noqa: PLR0913, PLR0917
        self, number: int | None, before: str, after: str, topic: str, question: str, say: str, never: str, scope: str,
        confirmed: bool, request: gr.Request,
    ) -> Updates:  # fmt: skip
        """Put it in force as the form has it."""

        def work(one: Lesson, admin: User) -> Lesson:
            chosen: Scope = next((known for known in SCOPES if known == scope), "account")
            rule = one.rule and RuleText(
                action=one.rule.action, before=_clean(before), after=_clean(after), topic=_clean(topic)
            )
            if rule == one.rule:
                rule = None  # as it stands; for other customers the masked form
            said = {"question": _clean(question), "must_say": _lines(say), "must_not_say": _lines(never)}
            case = (one.case or CaseText(question="")).model_copy(update=said)
            return self.lessons.accept(
                one.number, admin=admin, scope=chosen, rule=rule, case=case, confirmed=confirmed is True
            )

        return self._do(number, request, work)

    def refuse(self, number: int | None, request: gr.Request) -> Updates:
        """Leave it out."""
        return self._do(number, request, lambda one, admin: self.lessons.refuse(one.number, admin=admin))

    def switch(self, number: int | None, request: gr.Request) -> Updates:
        """Off when it is in force, on when it is off."""
        return self._do(
            number, request,
            lambda one, admin: self.lessons.switch(one.number, admin=admin, on=one.standing == "off"),
        )  # fmt: skip

    def _do(self, number: object, request: gr.Request, work: Callable[[Lesson, User], Lesson]) -> Updates:
        user, one = self.services.user(request.username), self._find(number)
        if one is None:
            return self._listed(user, "")
        try:
            if user.role != "admin":
                raise Refused("lesson_admin")
            done = work(one, user)
        except Refused as error:
            return self._listed(user, inert(error.said_in(self.t.language).message), one.number)
        except BansoError as error:
            return self._listed(user, inert(error.message), one.number)
        standing = self.t(f"learning.standing_{done.standing}")
        return self._listed(user, self.t("learning.done", label=done.label, standing=standing), done.number)


def _clean(text: object) -> str:
    return str(text or "").strip()[:LONGEST]


def _lines(text: object) -> tuple[str, ...]:
    return tuple(line.strip() for line in _clean(text).splitlines() if line.strip())


def build_learning(services: Services, t: Text, tab: gr.Tab) -> None:
    """Lay the tab out and connect its events. Without a book of lessons it stays empty."""
    if services.lessons is None:
        return
    do = LearningHandlers(services, services.lessons, t)
    quiet: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
    gr.Markdown(f"### {t('learning.heading')}")
    note = gr.Markdown("", elem_id="learning-note")
    rules = gr.Markdown("", elem_id="learning-rules")
    with gr.Group(visible=False, elem_id="learning-admin") as admin:
        choice = gr.Dropdown([], label=t("learning.choose"), filterable=True, elem_id="lesson-choice")
        said = gr.Markdown("", elem_id="learning-said")
        details = gr.Markdown("", elem_id="lesson")
        fields = [
            gr.Textbox(
                label=t(f"learning.{name}"), visible=False, lines=2, max_length=LONGEST, elem_id=f"lesson-{name}"
            )
            for name in ("before", "after", "topic", "question", "must_say", "must_not_say")
        ]
        scope = gr.Radio([(t(f"learning.scope_{s}"), s) for s in SCOPES], label=t("learning.scope"), visible=False)
        confirm = gr.Checkbox(label=t("learning.confirm"), visible=False, elem_id="lesson-confirm")
        with gr.Row():
            accept = gr.Button(t("learning.accept"), variant="primary", visible=False, elem_id="lesson-accept")
            refuse = gr.Button(t("learning.refuse"), visible=False, elem_id="lesson-refuse")
            switch = gr.Button(t("learning.turn_off"), visible=False, elem_id="lesson-switch")
    shown: list[Any] = [details, *fields, scope, confirm, accept, refuse, switch]
    everything: list[Any] = [note, rules, admin, choice, said, *shown]
    tab.select(do.open, None, everything, **quiet)
    choice.input(do.choose, choice, shown, **quiet)
    accept.click(do.accept, [choice, *fields, scope, confirm], everything, api_visibility="private")
    refuse.click(do.refuse, choice, everything, api_visibility="private")
    switch.click(do.switch, choice, everything, api_visibility="private")
