"""The Ask tab: a chat whose answers carry sources, for all customers or for one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import gradio as gr

from banso.core.errors import BansoError
from banso.ui.answer_view import Message, asked_at, turn_at
from banso.ui.aside.panel import build_aside
from banso.ui.asking import Asking, failure, may_ask_again
from banso.ui.inert import one_line
from banso.ui.paths import file_path
from banso.ui.preferences import build_preferences
from banso.ui.services import Services, TurnView
from banso.ui.texts import Text

EXAMPLES = ("examples.one", "examples.two", "examples.three", "examples.four")
REASONS = ("wrong", "source", "old", "missing", "other")
ACCOUNT_CHOICES = 5000


class AskHandlers:
    """What happens on this tab. Conversations are read from the copilot, never from what the browser shows."""

    def __init__(self, services: Services, t: Text) -> None:
        self.services, self.t = services, t
        self.asking = Asking(services, t)

    def load(self, request: gr.Request) -> tuple[Any, Any]:
        """Choices of customers and earlier conversations."""
        accounts = self.services.crm.accounts(limit=ACCOUNT_CHOICES)
        choices = [(self.t("ask.account_all"), ""), *((f"{a.name} · {a.id}", a.id) for a in accounts)]
        return gr.update(choices=choices), self.history(request)

    def start(self, request: gr.Request) -> tuple[str, Any]:
        """Before the first question: what is missing and who can add it, or the invitation and its examples."""
        if self.services.knowledge.collections():
            return "", gr.update(placeholder=self.t("ask.empty"), examples=_examples(self.t))
        role = self.services.user(request.username).role
        what_to_do = self.t("ask.no_sources_admin" if role == "admin" else "ask.no_sources_ask")
        return f"**{self.t('ask.no_sources')}** {what_to_do}", gr.update(placeholder="", examples=[])

    def history(self, request: gr.Request) -> Any:
        """The person's conversations, newest first."""
        user = self.services.user(request.username)
        threads = self.services.copilot.threads(user)
        choices = [(one_line(f"{f'[{x.account}] ' if x.account else ''}{x.title}", 60), x.id) for x in threads]
        return gr.update(choices=choices, value=None)

    def tools(self, thread: str, request: gr.Request) -> tuple[Any, Any, Any, Any]:
        """The buttons while nothing is being answered: send, stop, ask again, keep as a file."""
        turns = self._turns(thread, request)
        path = file_path(thread, self.t) if turns else None
        return (
            gr.update(visible=True), gr.update(visible=False), gr.update(visible=may_ask_again(turns)),
            gr.update(visible=bool(turns), link=path),
        )  # fmt: skip

    def open(self, thread: str | None, request: gr.Request) -> tuple[list[Message], str, Any]:
        """An earlier conversation, and the customer it was about."""
        user = self.services.user(request.username)
        account = next((x.account for x in self.services.copilot.threads(user, limit=500) if x.id == thread), "")
        return self.asking.messages(thread or "", user), thread or "", gr.update(value=account)

    def contacts(self, account: str) -> Any:
        """Addresses of the customer's people, for the draft's recipient."""
        people = self.services.crm.contacts(account) if account else []
        choices = [(f"{p.name} <{p.email}>", p.email) for p in people if p.email]
        return gr.update(choices=choices, value=choices[0][1] if choices else None)

    def draft(self, about: str, to: str | None, account: str, request: gr.Request) -> str:
        """File a draft for review; the message says what happened."""
        user = self.services.user(request.username)
        if not account:
            return self.t("ask.draft_needs_account")
        if not about.strip():
            return self.t("ask.draft_needs_about")
        try:
            made = self.services.copilot.draft(about.strip(), user=user, account=account, to=to or "")
        except BansoError as error:
            return failure(error, self.t)
        return self.t("ask.draft_filed", draft=made.draft)

    def thumb(self, thread: str, event: gr.LikeData, request: gr.Request) -> tuple[Any, int]:
        """Record a thumb; thumbs down opens the question why."""
        user, index = self.services.user(request.username), event.index
        turn = turn_at(self._turns(thread, request), int(index if isinstance(index, int) else index[0]))
        if turn is None or event.liked is None:
            return gr.update(visible=False), 0
        asked = asked_at(self._turns(thread, request), turn)
        self.services.feedback.give(thread, turn, user.name, "up" if event.liked else "down", asked=asked)
        gr.Info(self.t("ask.thanks"), title=self.t("app.notice"))
        return gr.update(visible=event.liked is False), turn

    def reason(self, thread: str, turn: int, reason: str, comment: str, request: gr.Request) -> tuple[Any, str]:
        """Add why to a thumbs down."""
        user = self.services.user(request.username)
        asked = asked_at(self._turns(thread, request), turn)
        why = ": ".join(part for part in (reason or "other", comment.strip()) if part)
        self.services.feedback.give(thread, turn, user.name, "down", why, asked=asked)
        gr.Info(self.t("ask.thanks"), title=self.t("app.notice"))
        return gr.update(visible=False), ""

    def _turns(self, thread: str, request: gr.Request) -> Sequence[TurnView]:
        return self.asking.turns(thread, self.services.user(request.username))


def build_ask(services: Services, t: Text, screens: gr.Blocks, tab: gr.Tab) -> None:
    """Lay the tab out and connect its events."""
    do = AskHandlers(services, t)
    thread, turn = gr.State(""), gr.State(0)
    with gr.Row(elem_id="account-row"):
        account = gr.Dropdown([(t("ask.account_all"), "")], value="", label=t("ask.account"), info=t("ask.account_info"), filterable=True, scale=3)  # fmt: skip  # noqa: E501
        new = gr.Button(t("ask.new"), scale=1, min_width=140, elem_id="new-conversation")
    missing = gr.Markdown("", elem_id="ask-missing")
    with gr.Row(elem_id="ask-main"):
        with gr.Column(scale=3, min_width=320):
            chat = _chat(t)
        aside = build_aside(services, t, thread)
    with gr.Row(elem_id="ask-row", visible=True):
        question = gr.Textbox(label=t("ask.question"), show_label=False, placeholder=t("ask.placeholder"), lines=1, max_lines=6, max_length=4000, scale=6, elem_id="question")  # fmt: skip  # noqa: E501
        send = gr.Button(t("ask.send"), variant="primary", scale=1, min_width=90, elem_id="send")
        stop = gr.Button(t("ask.stop"), variant="stop", scale=1, min_width=90, visible=False, elem_id="stop")
    with gr.Row(elem_id="ask-tools"):
        again = gr.Button(t("ask.again"), size="sm", visible=False, min_width=120, elem_id="again")
        export = gr.Button(t("ask.export"), size="sm", visible=False, min_width=120, elem_id="export", link_target="_self")  # fmt: skip  # noqa: E501
    gr.Markdown(t("ask.copied"), elem_id="copied")
    with gr.Group(visible=False) as why:
        reason = gr.Radio([(t(f"ask.reason_{r}"), r) for r in REASONS], label=t("ask.why_wrong"))
        comment = gr.Textbox(label=t("ask.reason_comment"), max_length=2000)
        reason_send = gr.Button(t("ask.reason_send"))
    draft = _draft_form(do, t, account)
    with gr.Accordion(t("ask.history"), open=False):
        history = gr.Radio([], label=t("ask.history"), show_label=False, elem_classes="list")
    build_preferences(services, t, screens)
    quiet: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}

    def busy(request: gr.Request) -> tuple[Any, ...]:
        do.asking.begin(request)
        return (gr.update(visible=False), gr.update(visible=True), *([gr.update(visible=False)] * 3))

    buttons, shown = [send, stop, again, export], [chat, thread, question]

    def idle(after: Any) -> Any:
        aside.follow(after, thread)
        return after.then(do.tools, thread, buttons, **quiet)

    # The panel closes in the same event: one that ran beside the answering could close it after it was opened anew.
    asked = gr.on([question.submit, send.click], busy, None, [*buttons, aside.column], **quiet)
    idle(asked.then(do.asking.ask, [question, thread, account], shown, **quiet)).then(
        do.history, None, history, **quiet
    )
    chosen = chat.option_select(chosen_answer, None, question, **quiet).then(
        busy, None, [*buttons, aside.column], **quiet
    )
    idle(chosen.then(do.asking.ask, [question, thread, account], shown, **quiet))
    idle(again.click(busy, None, [*buttons, aside.column], **quiet).then(do.asking.again, thread, shown, **quiet))
    stop.click(do.asking.stop, None, None, **quiet)
    chat.example_select(chosen_example, None, question, **quiet)
    idle(gr.on([new.click, account.input, chat.clear], lambda: ([], "", ""), None, shown, **quiet))
    account.change(do.contacts, account, draft, **quiet)
    idle(history.input(do.open, history, [chat, thread, account], **quiet))
    chat.like(do.thumb, thread, [why, turn], **quiet)
    reason_send.click(do.reason, [thread, turn, reason, comment], [why, comment], **quiet)
    screens.load(do.load, None, [account, history], **quiet)
    screens.load(do.start, None, [missing, chat], **quiet)
    tab.select(do.start, None, [missing, chat], **quiet)


def chosen_example(event: gr.SelectData) -> str:
    """The words of the example that was clicked, for the question box."""
    return str(event.value["text"])


def chosen_answer(event: gr.SelectData) -> str:
    """The whole question that a choice below a question back asks."""
    return str(event.value)


def _chat(t: Text) -> gr.Chatbot:
    return gr.Chatbot(
        [], label=t("ask.chat"), show_label=False, height="58vh", min_height=320, layout="bubble",
        placeholder=t("ask.empty"), examples=_examples(t), latex_delimiters=[],
        buttons=[], autoscroll=False, feedback_options=("Like", "Dislike"), allow_tags=False, elem_id="chat",
    )  # fmt: skip


def _examples(t: Text) -> list[Any]:
    return [{"text": t(key)} for key in EXAMPLES]


def _draft_form(do: AskHandlers, t: Text, account: gr.Dropdown) -> gr.Dropdown:
    with gr.Accordion(t("ask.draft_heading"), open=False, elem_id="draft-form"):
        to = gr.Dropdown([], label=t("ask.draft_to"), allow_custom_value=True)
        about = gr.Textbox(label=t("ask.draft_about"), placeholder=t("ask.draft_about_placeholder"), lines=2, max_length=4000)  # fmt: skip  # noqa: E501
        button = gr.Button(t("ask.draft_button"))
        said = gr.Markdown("", elem_id="draft-said")
        button.click(do.draft, [about, to, account], said, api_visibility="private")
    return to
