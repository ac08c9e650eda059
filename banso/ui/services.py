"""What the screens need, as protocols: app.py hands in the real things, a test may hand in others."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal, Protocol

from banso.core.feedback import FeedbackBook
from banso.core.preferences import PreferenceBook
from banso.core.settings import Settings
from banso.core.users import User, Users
from banso.crm.base import Crm
from banso.gaps.book import GapBook
from banso.knowledge.ages import SourceAges
from banso.knowledge.beside import Beside
from banso.knowledge.documents import Citation
from banso.knowledge.index import Knowledge
from banso.learning.book import Lessons
from banso.review.desk import Desk
from banso.review.drafts import DraftVersion
from banso.review.figures import By, Line
from banso.review.ledger import Ledger
from banso.ui.models.ports import ModelsDoor
from banso.ui.quality.records import Quality


class TranslationView(Protocol):
    """What the quote of a citation says in the reader's language, by a chat model."""

    @property
    def marker(self) -> int: ...  # noqa: D102
    @property
    def text(self) -> str: ...  # noqa: D102
    @property
    def model(self) -> str: ...  # noqa: D102


class AnswerView(Protocol):
    """A finished answer, as the copilot gives it."""

    @property
    def thread(self) -> str: ...  # noqa: D102
    @property
    def text(self) -> str: ...  # noqa: D102
    @property
    def grounded(self) -> str: ...  # noqa: D102
    @property
    def citations(self) -> Sequence[Citation]: ...  # noqa: D102
    @property
    def translations(self) -> Sequence[TranslationView]: ...  # noqa: D102
    @property
    def nearest(self) -> Sequence[Citation]: ...  # noqa: D102
    @property
    def notices(self) -> Sequence[str]: ...  # noqa: D102
    @property
    def draft(self) -> str | None: ...  # noqa: D102
    @property
    def seconds(self) -> float: ...  # noqa: D102
    @property
    def ages(self) -> SourceAges | None: ...  # noqa: D102
    @property
    def facts(self) -> Sequence[FactView]: ...  # noqa: D102
    @property
    def beside(self) -> Beside: ...  # noqa: D102
    @property
    def unanswered(self) -> Sequence[str]: ...  # noqa: D102
    @property
    def usage(self) -> Sequence[UsageView]: ...  # noqa: D102
    @property
    def removed(self) -> Sequence[str]: ...  # noqa: D102
    @property
    def unsure(self) -> bool: ...  # noqa: D102
    @property
    def asks(self) -> QuestionBackView | None: ...  # noqa: D102
    @property
    def stopped(self) -> bool: ...  # noqa: D102


class ChoiceOfAnswer(Protocol):
    """One of the answers to a question back."""

    @property
    def label(self) -> str: ...  # noqa: D102


class QuestionBackView(Protocol):
    """What the copilot asks back."""

    @property
    def question(self) -> str: ...  # noqa: D102
    @property
    def choices(self) -> Sequence[ChoiceOfAnswer]: ...  # noqa: D102


class UsageView(Protocol):
    """What one chat model took for an answer; cost in US dollars, None where no price is known."""

    @property
    def model(self) -> str: ...  # noqa: D102
    @property
    def tokens(self) -> int: ...  # noqa: D102
    @property
    def estimated(self) -> bool: ...  # noqa: D102
    @property
    def cost(self) -> float | None: ...  # noqa: D102


class FactView(Protocol):
    """A fact about the customer that shaped an answer."""

    @property
    def kind(self) -> str: ...  # noqa: D102
    @property
    def value(self) -> str: ...  # noqa: D102
    @property
    def on(self) -> date | None: ...  # noqa: D102


class EventView(Protocol):
    """One event while an answer is made: kind 'step', 'text' or 'answer'."""

    @property
    def kind(self) -> str: ...  # noqa: D102
    @property
    def thread(self) -> str: ...  # noqa: D102
    @property
    def step(self) -> str | None: ...  # noqa: D102
    @property
    def detail(self) -> str: ...  # noqa: D102
    @property
    def text(self) -> str: ...  # noqa: D102
    @property
    def answer(self) -> AnswerView | None: ...  # noqa: D102


class TurnView(Protocol):
    """One question of a conversation with its answer."""

    @property
    def question(self) -> str: ...  # noqa: D102
    @property
    def answer(self) -> AnswerView: ...  # noqa: D102
    @property
    def at(self) -> datetime: ...  # noqa: D102


class ThreadView(Protocol):
    """One conversation in a list."""

    @property
    def id(self) -> str: ...  # noqa: D102
    @property
    def title(self) -> str: ...  # noqa: D102
    @property
    def account(self) -> str: ...  # noqa: D102
    @property
    def created_at(self) -> datetime: ...  # noqa: D102
    @property
    def updated_at(self) -> datetime: ...  # noqa: D102


class CopilotDoor(Protocol):
    """The copilot's session, as far as the screens use it."""

    def stream(self, question: str, *, user: User, account: str = "", thread: str = "") -> Iterator[EventView]:
        """Events of one answer; the last carries it."""
        ...

    def again(self, thread: str, *, user: User) -> Iterator[EventView]:
        """Events of another answer to the last question."""
        ...

    def stop(self, thread: str, *, user: User) -> bool:
        """Stop the answer that is being made; whether there was one."""
        ...

    def draft(self, about: str, *, user: User, account: str, to: str = "") -> DraftVersion:
        """File a draft reply for review."""
        ...

    def decided(self, thread: str, decision: str = "") -> AnswerView | None:
        """Tell the conversation that a decision was taken."""
        ...

    def history(self, thread: str, *, user: User) -> Sequence[TurnView]:
        """Questions and answers, oldest first."""
        ...

    def thread(self, thread: str, *, user: User) -> ThreadView:
        """One conversation of the user's."""
        ...

    def threads(self, user: User, *, limit: int = 50) -> Sequence[ThreadView]:
        """The user's conversations, newest first."""
        ...


class IngestReport(Protocol):
    """What an ingestion did; `as_json` is the command line's object."""

    def as_json(self) -> dict[str, Any]:
        """source, documents (counts), chunks, seconds, failures."""
        ...


Progress = Callable[[int, int, str], None]
"""done, total, what is being read"""

Ingest = Callable[[str, Path, Progress], IngestReport]
"""kind of source, folder or file, progress -> report"""


Gloss = Callable[[str, Literal["ja", "en"]], tuple[tuple[str, str], ...] | None]
"""text, reader's language -> (sentence, what it says) in order; None when it is in that language already"""


@dataclass(frozen=True)
class Services:
    """Everything the screens reach. They decide nothing themselves."""

    settings: Settings
    users: Users
    copilot: CopilotDoor
    knowledge: Knowledge
    crm: Crm
    ledger: Ledger
    desk: Desk
    feedback: FeedbackBook
    ingest: Ingest
    gloss: Gloss | None = None
    """None or false: no model is chosen that can translate."""
    lessons: Lessons | None = None
    figures: Callable[[By], list[Line]] | None = None
    quality: Quality | None = None
    models: ModelsDoor | None = None
    gaps: GapBook | None = None
    preferences: PreferenceBook | None = None

    def user(self, name: str | None) -> User:
        """The signed-in person, read again from the database: a role is never taken from the browser."""
        return self.users.get(name or "")
