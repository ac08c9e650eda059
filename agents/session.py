"""The one door to the copilot for the app, the evals, the command line and tests."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from agents import checkpoints  # first: it sets what langgraph reads at import
from agents.account_facts import AccountFacts, facts_of
from agents.answers import Answer, Event, Grounded, StepKey, ThreadSummary, Trace, Turn
from agents.conversations import Conversations
from agents.graph import Graph, build_graph
from agents.hints import hints_of
from agents.judging import Judge, open_judge
from agents.models.roster import Roster
from agents.noticing import notice
from agents.rules import RuleBook
from agents.running import Halt, Running
from agents.state import Context, Task, trace_of, turn_input
from agents.threads import Threads
from agents.toolbox import Services
from agents.usage_book import UsageBook
from agents.wishes import spoken_to
from agents.wording import language_of, say
from banso.core.clock import Clock, utc_now
from banso.core.errors import NotFound
from banso.core.preferences import PreferenceBook, Preferences
from banso.core.settings import Settings
from banso.core.users import User
from banso.crm.base import Crm
from banso.gaps.book import GapBook
from banso.gate.gate import Gate
from banso.knowledge.documents import Scope
from banso.knowledge.search_options import WHOLE, SearchOptions
from banso.review.drafts import DraftVersion
from banso.review.ledger import Ledger, open_ledger
from banso.writing.house import load_house

if TYPE_CHECKING:
    from langgraph.checkpoint.base import BaseCheckpointSaver

    from banso.knowledge.index import Knowledge

__all__ = ["Answer", "Copilot", "Event", "Grounded", "StepKey", "ThreadSummary", "Trace", "Turn", "open_copilot"]

LONGEST_QUESTION = 4000
PATIENCE = 60.0
"""Seconds that a second question on one thread waits for the first."""


class Copilot:
    """Questions in, cited answers and waiting drafts out. The threads of a program may share one."""

    def __init__(  # noqa: PLR0913, PLR0917
        self,
        knowledge: Knowledge,
        crm: Crm,
        ledger: Ledger,
        models: Roster,
        settings: Settings,
        checkpointer: BaseCheckpointSaver[Any],
        threads: Threads,
        *,
        clock: Clock = utc_now,
        patience: float = PATIENCE,
        release: Callable[[], None] | None = None,
        lessons: RuleBook | None = None,
        preferences: PreferenceBook | None = None,
        usage: UsageBook | None = None,
        judge: Judge | None = None,
        gaps: GapBook | None = None,
    ) -> None:
        self.knowledge, self.crm, self.ledger, self.settings = knowledge, crm, ledger, settings
        self._checkpointer, self._threads, self._running = checkpointer, threads, Running(patience)
        self._preferences = preferences
        self._gaps = gaps
        self._release = release or (lambda: None)
        house = load_house(settings.data)
        zone = ZoneInfo(settings.timezone)
        services = Services(
            knowledge, crm, ledger, house, link_hosts=settings.link_hosts, lessons=lessons,
            stale_months=settings.stale_months, judge=judge,
            now=lambda: clock().astimezone(zone),
        )  # fmt: skip
        self.models, self._usage = models, usage
        self._graph: Graph = build_graph(models, services, checkpointer, clock)
        self._conversations = Conversations(self._graph, checkpointer, threads, clock)

    def ask(self, question: str, *, user: User, account: str = "", thread: str = "") -> Answer:
        """Answer in a new conversation, or go on in `thread`. Another account than the thread's begins a new one.

        Raises NotFound for a thread that is not this user's, Unavailable when the model or another system did not
        answer or the thread is busy.
        """
        return _last([*self.stream(question, user=user, account=account, thread=thread)])

    def stream(self, question: str, *, user: User, account: str = "", thread: str = "") -> Iterator[Event]:
        """The same as `ask`, event by event; the last event carries the answer."""
        question = question.strip()[:LONGEST_QUESTION]
        if not question:
            raise NotFound("the question is empty")
        context = self._enter(question, user, account, thread)
        yield from self._run(context, question, "question", {})

    def again(self, thread: str, *, user: User) -> Iterator[Event]:
        """Ask the last question of a conversation once more. The new answer follows the old one, which stays in the
        history with its thumbs; models are told of the new one alone.

        Raises NotFound where nothing was asked, or a draft came of it.
        """
        summary = self._threads.get(thread, user)
        asked = next((turn for turn in reversed(self.history(thread, user=user)) if turn.question), None)
        if asked is None or asked.answer.draft or self.pending(thread):
            language = language_of(summary.title, self.settings.language)
            raise NotFound(say(language, "not_again" if asked else "nothing_asked"))
        yield from self._run(self._context(user, summary, asked.question), asked.question, "question", {})

    def stop(self, thread: str, *, user: User) -> bool:
        """Stop the answer that is being made in this conversation; whether there was one. Its stream ends with an
        answer that says so. Raises NotFound for another user's thread."""
        self._threads.get(thread, user)
        return self._running.stop(thread)

    def draft(self, about: str, *, user: User, account: str, to: str = "") -> DraftVersion:
        """File a draft reply for review and return it. Nothing is sent.

        Raises NotFound with the reason when no draft could be written.
        """
        if not about.strip():
            raise NotFound("say what the draft is about")
        context = self._enter(about.strip()[:LONGEST_QUESTION], user, account, "")
        answer = _last([*self._run(context, about.strip()[:LONGEST_QUESTION], "draft", {"to": to})])
        if not answer.draft:
            raise NotFound(say(context.language, "draft_failed", reason=answer.text))
        return self.ledger.latest(answer.draft)

    def pending(self, thread: str) -> str | None:
        """The id of the draft that this conversation waits for, or None."""
        draft: str = self._conversations.values(thread).get("draft", "")
        return draft or None

    def decided(self, thread: str, decision: str = "") -> Answer | None:
        """Tell the conversation that a decision was taken; what was decided is read from the ledger.

        Returns what the conversation says to it (after a return: about the new version), or None when nothing waited or
        the ledger holds no decision yet.
        """
        summary = self._threads.find(thread)
        if summary is None or self.pending(thread) is None:
            return None
        context = self._context(User(name=summary.user, role="csm"), summary)
        with self._running.alone(thread):
            return self._settle(context, decision)

    def history(self, thread: str, *, user: User) -> list[Turn]:
        """Questions and answers, oldest first; a turn without a question is news about a draft.

        Raises NotFound for another user's thread.
        """
        self._threads.get(thread, user)
        return self._conversations.turns(thread)

    def thread(self, thread: str, *, user: User) -> ThreadSummary:
        """The conversation as a list shows it. Raises NotFound for another user's."""
        return self._threads.get(thread, user)

    def trace(self, thread: str, *, user: User) -> Trace:
        """What the last turn did. Raises NotFound for another user's thread."""
        self._threads.get(thread, user)
        return trace_of(self._conversations.values(thread))

    def threads(self, user: User, *, limit: int = 50) -> list[ThreadSummary]:
        """The user's conversations, newest first."""
        return self._threads.of_user(user, limit)

    def scope(self, account: str = "") -> Scope:
        """What a search may see: with an account, never another one's; private channels only by setting. And what the
        account runs, whose pages come first. Raises NotFound for an account that is not there."""
        return self._scope(account, facts_of(self.crm, account))

    def _scope(self, account: str, facts: AccountFacts) -> Scope:
        return Scope(account=account, private=self.settings.private_channels, installed=facts.installed)

    def close(self) -> None:
        """Release files and connections."""
        connection = getattr(self._checkpointer, "conn", None)
        if connection is not None:
            connection.close()
        self.knowledge.close()
        self._release()

    def _enter(self, question: str, user: User, account: str, thread: str) -> Context:
        summary = self._threads.get(thread, user) if thread else None
        if summary is None or (account and account != summary.account):
            if account:
                self.crm.get(account)
            summary = self._threads.start(user, account, question)
        return self._context(user, summary, question)

    def _context(self, user: User, summary: ThreadSummary, question: str = "") -> Context:
        name = self.crm.get(summary.account).name if summary.account else ""
        facts = facts_of(self.crm, summary.account)
        wanted = self._preferences.of(user.name) if self._preferences else Preferences()
        return Context(
            user=user,
            account=summary.account,
            account_name=name,
            thread=summary.id,
            scope=self._scope(summary.account, facts),
            language=spoken_to(wanted, question or summary.title, self.settings.language),
            wanted=wanted,
            facts=facts,
        )

    def _run(self, context: Context, question: str, task: Task, hints: dict[str, Any]) -> Iterator[Event]:
        started = time.monotonic()
        context = replace(context, started=started)
        with self._running.alone(context.thread, context.halt):
            if self.pending(context.thread) and self._settle(context) is None:
                yield Event(kind="answer", answer=self._held(context, started))
                return
            turn = turn_input(question, task, hints_of(self.crm, context, question) | hints, context.language)
            yield from self._conversations.stream(turn, context)
            answer = self._latest(context.thread)
            notice(self._gaps, answer, len(self._conversations.turns(context.thread)) - 1, context)
        answer = answer.model_copy(update={"seconds": time.monotonic() - started})
        self._record(answer, context)
        yield Event(kind="answer", answer=answer)

    def _settle(self, context: Context, decision: str = "") -> Answer | None:
        """Resume the paused thread when the ledger holds a decision; the pointer itself is not believed."""
        from langgraph.types import Command

        draft = self.pending(context.thread)
        if draft is None or self.ledger.state(draft) == "waiting":
            return None
        alone = replace(context, halt=Halt())  # whoever stops an answer does not stop the rewriting of a draft
        for _ in self._conversations.stream(Command(resume={"decision": decision}), alone):
            pass
        answer = self._latest(context.thread)
        self._record(answer, context)
        return answer

    def _record(self, answer: Answer, context: Context) -> None:
        if self._usage is not None:
            self._usage.add(answer, user=context.user.name, account=context.account)

    def _latest(self, thread: str) -> Answer:
        return self._conversations.turns(thread)[-1].answer

    def _held(self, context: Context, started: float) -> Answer:
        text = say(context.language, "draft_waiting", draft=self.pending(context.thread))
        return Answer(thread=context.thread, text=text, grounded="chat", seconds=time.monotonic() - started)


def open_copilot(settings: Settings, search: SearchOptions = WHOLE, clock: Clock = utc_now) -> Copilot:
    """The copilot of these settings; For measuring, `search`: with parts of it left out; `clock`: on another day.

    Raises ConfigError when something it needs cannot be opened.
    """
    from agents.models.roster import open_roster
    from banso.core.database import open_database
    from banso.crm.embedded import open_crm
    from banso.knowledge.embedding import get_embedder
    from banso.knowledge.index import open_knowledge
    from banso.learning.book import open_lessons

    database = open_database(settings, "app")
    embedder = get_embedder(settings)
    knowledge, crm = open_knowledge(settings, embedder, options=search), open_crm(settings, database)
    return Copilot(
        knowledge,
        crm,
        open_ledger(settings, database, check=Gate(lambda: knowledge, database)),
        open_roster(settings, embedder),
        settings,
        checkpoints.open_checkpointer(settings),
        Threads(database),
        release=database.close,
        lessons=open_lessons(settings, database, crm),
        preferences=PreferenceBook(database),
        usage=UsageBook(database, settings.timezone, clock),
        judge=open_judge(settings),
        gaps=GapBook(database, embedder),
        clock=clock,
    )


def _last(events: list[Event]) -> Answer:
    answer = events[-1].answer
    assert answer is not None, "a stream ends with its answer"
    return answer
