"""What a conversation gives back: answers, events while one is made, and the history of a thread."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from pydantic import Field

from agents.usage import Usage
from banso.knowledge.ages import SourceAges
from banso.knowledge.asked import UsedPeriod
from banso.knowledge.beside import Beside
from banso.knowledge.documents import Citation, Frozen, Hit

Grounded = Literal["cited", "refused", "chat"]
"""cited: every sentence rests on a source; refused: no source answers; chat: greetings and talk about the work."""

StepKey = Literal["thinking", "searching", "looking_up", "drafting", "waiting", "redrafting", "falling_back"]


class UsedFact(Frozen):
    """A fact about the customer that shaped an answer: the plan (`on`: from when), the version or edition that they
    run, one of their tickets (`on`: when it last changed), or a line of their record in the CRM."""

    kind: Literal["plan", "version", "edition", "open_ticket", "history", "record"]
    value: str
    on: date | None = None


class Choice(Frozen):
    """One of the answers to a question back."""

    label: str


class QuestionBack(Frozen):
    """What the copilot needs to know to answer better. Choices may be missing: then a person writes."""

    question: str
    choices: tuple[Choice, ...] = ()


class Translation(Frozen):
    """What the quote of a citation says in the reader's language, by a chat model: untrusted, shown as text alone."""

    marker: int = Field(ge=1, description="of the citation whose quote it is")
    text: str
    model: str


class Answer(Frozen):
    """One finished answer. `text` carries markers such as [1]; each is the `marker` of one of `citations`."""

    thread: str
    text: str
    grounded: Grounded
    citations: tuple[Citation, ...] = ()
    translations: tuple[Translation, ...] = Field(
        (), description="of quotes in the other language; where a chat model gave one that agrees with its quote"
    )
    draft: str | None = Field(None, description="id of the draft that this turn filed and that waits for review")
    notices: tuple[str, ...] = Field((), description="sentences for the reader: what was removed, conflicts, limits")
    nearest: tuple[Citation, ...] = Field((), description="for a refusal: the nearest sources, best first")
    seconds: float = 0.0
    stopped: bool = Field(False, description="the person stopped it; the text says so")
    confidence: float | None = Field(None, description="how sure the model was, 0 to 1; None: it does not say")
    unsure: bool = Field(False, description="less sure than an answer should be: shown as the nearest passages")
    ages: SourceAges | None = Field(None, description="how old the cited sources are; None: none has a date")
    facts: tuple[UsedFact, ...] = Field((), description="facts of the chosen customer that shaped the answer")
    beside: Beside = Field(Beside(), description="solved tickets like the question, and people to ask")
    unanswered: tuple[str, ...] = Field(
        (), description="questions that no source answers: the holes in what is written"
    )
    usage: tuple[Usage, ...] = Field((), description="the models that were asked, with tokens, price and time")
    removed: tuple[str, ...] = Field((), description="sentences of the model that no source carries, taken out")
    asks: QuestionBack | None = Field(None, description="what is missing and would change the answer")
    prompt: str = Field("", description="name and version of the prompt; empty: the model reads none")


class Event(Frozen):
    """Something that happened while an answer is made.

    `step`: `step` is a key to show in the reader's language, `detail` the words searched for or the account's name.
    `thread`: the conversation, so that it can be stopped before there is an answer.
    `text`: a checked piece of the answer, to append. `answer`: the finished answer, which replaces the pieces.
    """

    kind: Literal["step", "text", "answer"]
    thread: str = ""
    step: StepKey | None = None
    detail: str = ""
    text: str = ""
    answer: Answer | None = None


class Turn(Frozen):
    """One question and its answer, as the history shows them."""

    question: str
    answer: Answer
    at: datetime


class Trace(Frozen):
    """What the last turn of a conversation did: the tools that ran, in order, what they found, in the order of
    finding, and the periods to which time words narrowed tickets and Slack."""

    tools: tuple[str, ...]
    found: tuple[Hit, ...]
    periods: tuple[UsedPeriod, ...] = ()


class ThreadSummary(Frozen):
    """A conversation in the list of a user's conversations, newest first."""

    id: str
    user: str
    account: str = ""
    title: str
    created_at: datetime
    updated_at: datetime
