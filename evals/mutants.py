"""Deliberate defects, to see that a suite notices: a harness that passes a broken product is worth nothing.

A mutant breaks one thing: what came of a case (`outcome`), the copilot that is asked (`copilot`), the gate (`check`) or
the rules of the ledger (`settings`). It is caught when the metric it names drops, case by case, so that the 95 %
interval of the drop lies below zero. The product as it is goes through the same comparison and must not be caught.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal

from agents.wording import Spoken, say
from banso.knowledge.documents import Hit, Scope
from banso.knowledge.search_options import SearchOptions
from banso.review.channels.eml import EmlChannel
from banso.review.drafts import DraftVersion
from banso.review.gate_report import Check, GateReport
from banso.review.message import Outgoing
from evals.asking import Outcome
from evals.cases import Case

if TYPE_CHECKING:
    from agents.session import Answer, Copilot
    from banso.core.users import User

SuiteName = Literal["answers", "abstention", "multi_turn", "safety", "review"]
Change = Callable[[Case, Outcome, Outcome], Outcome]
"""(case, what came of it, what came of the case before) -> what the broken product would have brought."""
_MARKER = re.compile(r"(\[\d+\])")


@dataclass(frozen=True)
class Mutant:
    """One defect: what it breaks in a line, the suite and the metric that must notice, and the cases it is tried on."""

    name: str
    breaks: str
    suite: SuiteName
    metric: str
    outcome: Change | None = None
    copilot: Callable[[Copilot], Any] | None = None
    check: Check | None = None
    settings: dict[str, object] | None = None
    tags: tuple[str, ...] = ()
    """Cases with any of these tags, where a defect shows only in some; empty: the first of the suite."""


# --- what came of a case


def citations_shuffled(_case: Case, outcome: Outcome, before: Outcome) -> Outcome:
    """The sources of the answer before."""
    return replace(outcome, citations=before.citations, stored=before.stored) if outcome.citations else outcome


def refusals_disabled(_case: Case, outcome: Outcome, _before: Outcome) -> Outcome:
    """Instead of a refusal, whatever was nearest, cited as the answer."""
    if outcome.grounded != "refused" or not outcome.nearest:
        return outcome
    near = outcome.nearest[0].model_copy(update={"marker": 1})
    return replace(outcome, grounded="cited", text=f"{near.quote} [1]", citations=(near,))


def language_swapped(case: Case, outcome: Outcome, _before: Outcome) -> Outcome:
    """The product's own words in the other language."""
    other: Spoken = "en" if case.language == "ja" else "ja"
    said = outcome.text if outcome.grounded == "cited" else ""
    return replace(outcome, text=f"{say(other, 'refused_near')}\n{said}")


def quotes_altered(_case: Case, outcome: Outcome, _before: Outcome) -> Outcome:
    """A word more in each quotation."""
    citations = tuple(c.model_copy(update={"quote": f"{c.quote} not"}) for c in outcome.citations)
    return replace(outcome, citations=citations, stored=tuple((f"{q} not", there) for q, there in outcome.stored))


def numbers_changed(_case: Case, outcome: Outcome, _before: Outcome) -> Outcome:
    """Every number one higher, the markers left alone."""
    parts = _MARKER.split(outcome.text)
    parts[::2] = [re.sub(r"\d+", lambda found: str(int(found[0]) + 1), part) for part in parts[::2]]
    return replace(outcome, text="".join(parts))


def citations_left_out(_case: Case, outcome: Outcome, _before: Outcome) -> Outcome:
    """The answer without its markers."""
    return replace(outcome, text=_MARKER.sub("", outcome.text)) if outcome.grounded == "cited" else outcome


# --- the copilot that is asked


class Instead:
    """Something, with some of its methods replaced."""

    def __init__(self, whole: Any, **replaced: Any) -> None:
        self._whole = whole
        self.__dict__.update(replaced)

    def __getattr__(self, name: str) -> Any:
        """Everything else is as it was."""
        return getattr(self._whole, name)


@contextmanager
def over(copilot: Copilot, knowledge: Any) -> Iterator[Copilot]:
    """A copilot like this one, over other knowledge."""
    from agents import checkpoints
    from agents.session import Copilot
    from agents.threads import Threads
    from banso.core.database import open_database

    settings = copilot.settings
    database, checkpointer = open_database(settings), checkpoints.open_checkpointer(settings)
    try:
        yield Copilot(
            knowledge, copilot.crm, copilot.ledger, copilot.models, settings,
            checkpointer, Threads(database),
        )  # fmt: skip
    finally:
        checkpointer.conn.close()
        database.close()


def every_account(copilot: Copilot) -> Any:
    """A search that forgets for whom it is."""

    def search(query: str, scope: Scope, k: int = 10, **more: Any) -> list[Hit]:
        return copilot.knowledge.search(query, scope.model_copy(update={"account": ""}), k, **more)

    return over(copilot, Instead(copilot.knowledge, search=search))


def hidden_text(copilot: Copilot) -> Any:
    """A search that also finds what a reader of the page does not see, and does not say so: both locks are broken,
    since the model leaves out passages that are marked as hidden."""

    def search(query: str, scope: Scope, k: int = 10, **_more: Any) -> list[Hit]:
        hits = copilot.knowledge.search(query, scope, k, hidden=True)
        return [hit.model_copy(update={"hidden": False}) for hit in hits]

    return over(copilot, Instead(copilot.knowledge, search=search))


def oldest_first(copilot: Copilot) -> Any:
    """A search in which the older of the pages found stands above the newer, with its score."""

    def search(query: str, scope: Scope, k: int = 10, **more: Any) -> list[Hit]:
        hits = copilot.knowledge.search(query, scope, k, **more)
        old = sorted(hits, key=lambda hit: hit.updated_at or datetime.min.replace(tzinfo=UTC))
        return [hit.model_copy(update={"score": best.score, "superseded_by": ""}) for hit, best in zip(old, hits)]  # noqa: B905

    return over(copilot, Instead(copilot.knowledge, search=search))


def searching(**options: bool) -> Callable[[Copilot], Any]:
    """A search with a part of it off."""

    @contextmanager
    def opened(copilot: Copilot) -> Iterator[Copilot]:
        from banso.knowledge.index import open_knowledge

        knowledge = open_knowledge(copilot.settings, copilot.knowledge.embedder, options=SearchOptions(**options))
        try:
            with over(copilot, knowledge) as mutated:
                yield mutated
        finally:
            knowledge.close()

    return opened


@contextmanager
def forgetful(copilot: Copilot) -> Iterator[Any]:
    """Every question begins a new conversation."""

    def ask(question: str, *, user: User, account: str = "", thread: str = "") -> Answer:
        return copilot.ask(question, user=user, account=account)

    yield Instead(copilot, ask=ask)


@contextmanager
def impatient(copilot: Copilot) -> Iterator[Any]:
    """A draft goes out as soon as it is written."""
    channel = EmlChannel(copilot.settings.data / "outbox")

    def draft(about: str, **more: Any) -> DraftVersion:
        made = copilot.draft(about, **more)
        channel.send(
            Outgoing(made.hash, "support@hatsurin.example", made.recipient, made.subject, made.body, datetime.now(UTC))
        )
        return made

    yield Instead(copilot, draft=draft)


class SilentGate:
    """A gate that finds nothing."""

    def report(self, version: DraftVersion) -> GateReport:
        """No marks, whatever stands there."""
        return GateReport(draft=version.draft, version=version.version, hash=version.hash, rules="silent", marks=())


MUTANTS: tuple[Mutant, ...] = (
    Mutant(
        "citations shuffled",
        "each answer names the sources of the one before",
        "answers",
        "citation_hit",
        outcome=citations_shuffled,
    ),
    Mutant("citations left out", "answers without markers", "answers", "every_line_cited", outcome=citations_left_out),
    Mutant("quotes altered", "a word more in each quotation", "answers", "quote_exact", outcome=quotes_altered),
    Mutant("numbers changed", "every number one higher", "answers", "numbers_right", outcome=numbers_changed),
    Mutant(
        "language swapped", "its own words in the other language", "abstention", "language", outcome=language_swapped
    ),
    Mutant(
        "refusals disabled",
        "the nearest passage instead of a refusal",
        "abstention",
        "right_refusal",
        outcome=refusals_disabled,
    ),
    Mutant(
        "words off",
        "search by meaning alone (no BM25)",
        "answers",
        "ndcg@10",
        copilot=searching(words=False),
        tags=("error-code",),
    ),
    Mutant(
        "meanings off",
        "search by words alone (no vectors)",
        "answers",
        "ndcg@10",
        copilot=searching(meanings=False),
        tags=("cross-language",),
    ),
    Mutant(
        "stale page preferred",
        "the older page above the newer",
        "answers",
        "ndcg@10",
        copilot=oldest_first,
        tags=("manual",),
    ),
    Mutant(
        "follow-ups ignored", "every question begins a new conversation", "multi_turn", "ndcg@10", copilot=forgetful
    ),
    Mutant(
        "another account let in",
        "search forgets the account",
        "safety",
        "right_account",
        copilot=every_account,
        tags=("other-account", "ticket"),
    ),
    Mutant(
        "hidden text followed",
        "text that no reader sees is found, and not marked",
        "safety",
        "must_not_say",
        copilot=hidden_text,
        tags=("hidden-only",),
    ),
    Mutant(
        "sent without approval",
        "a draft goes out when it is written",
        "review",
        "only_approved_sent",
        copilot=impatient,
    ),
    Mutant(
        "gate silent", "the gate finds nothing", "review", "steps_right", check=SilentGate(), tags=("gate", "warnings")
    ),
    Mutant(
        "one person is enough",
        "reviewers approve their own drafts",
        "review",
        "steps_right",
        settings={"two_person": False},
        tags=("people",),
    ),
)


def named(names: Sequence[str]) -> list[Mutant]:
    """The mutants of these names; all where none is named."""
    return [mutant for mutant in MUTANTS if not names or mutant.name in names]
