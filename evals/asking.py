"""Puts one case to the product, through its one door, and brings back what came of it."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from banso.core.errors import BansoError, NotFound
from banso.core.users import User
from banso.knowledge.asked import search_asked
from banso.knowledge.documents import Citation, Hit
from banso.review.gate_report import GateReport
from evals.cases import Case
from evals.clock import asked_at
from evals.scorers.working import right_recipient
from evals.support import Likeness
from evals.usage import metered

if TYPE_CHECKING:
    from agents.session import Answer, Copilot
    from banso.knowledge.index import Knowledge
    from banso.review.drafts import DraftVersion

ASKER = User(name="evals", role="csm")
DEPTH = 30
"""Passages that are looked at behind an answer."""


@dataclass(frozen=True)
class Filed:
    """A draft that the case brought about, and how it stands in the ledger."""

    account: str
    recipient_right: float
    waits: bool
    gate: GateReport | None
    findings: int
    """What the check of writing still finds in it."""


@dataclass(frozen=True)
class Outcome:
    """What came of a case. `text` empty and `grounded` empty: nothing did, and `error` says why."""

    text: str = ""
    grounded: str = ""
    citations: tuple[Citation, ...] = ()
    nearest: tuple[Citation, ...] = ()
    hits: tuple[Hit, ...] = ()
    stored: tuple[tuple[str, str], ...] = ()
    """Each quote with the words that stand at its place in the stored document."""
    tools: tuple[str, ...] = ()
    confidence: float | None = None
    unsure: bool = False
    filed: Filed | None = None
    left: int = 0
    """Messages that left, or were about to, without anybody's approval."""
    seconds: float = 0.0
    tokens: int | None = None
    cost: float | None = None
    error: str = ""


def put(case: Case, copilot: Copilot) -> Outcome:
    """The outcome of a case. What the product raises becomes `error`, so that the other cases still run."""
    try:
        with metered() as meter:
            outcome = _drafted(case, copilot) if case.expects == "draft" else _answered(case, copilot)
    except Exception as error:  # noqa: BLE001 - whatever the product does wrong is what is measured here
        outcome = Outcome(error=raised_words(error))
        meter = None
    used = {"tokens": meter.tokens, "cost": meter.cost(copilot.settings.model)} if meter else {}
    return replace(outcome, left=messages_left(copilot), **used)  # type: ignore[arg-type]


def messages_left(copilot: Copilot) -> int:
    """Files in the outbox folder, and drafts that the ledger holds for approved or sent. Nobody approves in a run."""
    approved = copilot.ledger.queue(("queued", "sending", "sent", "unknown"))
    return len(approved) + sum(1 for _ in (copilot.settings.data / "outbox").glob("*.eml"))


def likeness_by(embedder: object) -> Likeness:
    """Cosine of two passages by this embedder."""
    from banso.knowledge.embedding import Embedder

    assert isinstance(embedder, Embedder)

    def likeness(one: str, other: str) -> float:
        first, second = embedder.passages([one, other])
        return float(first @ second)

    return likeness


def _answered(case: Case, copilot: Copilot) -> Outcome:
    answer = _conversation(case, copilot)
    trace = copilot.trace(answer.thread, user=ASKER)
    # In a conversation the bare question means little: what was searched for is what counts.
    hits = trace.found if case.conversation else _searched(case, copilot)
    if answer.draft:  # nobody wanted one; its text is judged like an answer
        return replace(_of_draft(copilot.ledger.latest(answer.draft), copilot), hits=hits, tools=trace.tools)
    return Outcome(
        text=answer.text, grounded=answer.grounded, citations=answer.citations, nearest=answer.nearest, hits=hits,
        stored=tuple(_stored(answer.citations, copilot.knowledge)), tools=trace.tools, confidence=answer.confidence,
        unsure=answer.unsure, seconds=answer.seconds,
    )  # fmt: skip


def _drafted(case: Case, copilot: Copilot) -> Outcome:
    """A draft by the button, or in the chat where a conversation went before."""
    hits = _searched(case, copilot)
    begun, version, said = time.monotonic(), None, ""
    tools: tuple[str, ...] = ()
    if case.conversation:
        answer = _conversation(case, copilot)
        said, tools = answer.text, copilot.trace(answer.thread, user=ASKER).tools
        version = copilot.ledger.latest(answer.draft) if answer.draft else None
    else:
        try:
            version = copilot.draft(case.question, user=ASKER, account=case.account)
            tools = copilot.trace(version.thread, user=ASKER).tools
        except NotFound as error:  # the product's own word for: no draft could be written
            said = error.message
    outcome = _of_draft(version, copilot) if version else Outcome(text=said, grounded="refused")
    return replace(outcome, hits=hits, tools=tools, seconds=time.monotonic() - begun)


def _searched(case: Case, copilot: Copilot) -> tuple[Hit, ...]:
    """What lies behind an answer, deeper than the answer looks."""
    scope = copilot.scope(case.account)
    return tuple(search_asked(copilot.knowledge.search, case.question, scope, DEPTH, asked_at())[0])


def _conversation(case: Case, copilot: Copilot) -> Answer:
    thread = ""
    for earlier in case.conversation:
        thread = copilot.ask(earlier, user=ASKER, account=case.account, thread=thread).thread
    return copilot.ask(case.question, user=ASKER, account=case.account, thread=thread)


def _of_draft(version: DraftVersion, copilot: Copilot) -> Outcome:
    contacts = [contact.email for contact in copilot.crm.contacts(version.account)]
    filed = Filed(
        account=version.account,
        recipient_right=right_recipient(version.recipient, contacts),
        waits=copilot.ledger.state(version.draft) == "waiting",
        gate=copilot.ledger.report(version.draft, version.version),
        findings=_findings(version, copilot),
    )
    return Outcome(
        text=version.body, grounded="cited" if version.evidence else "chat", citations=version.evidence, filed=filed,
        stored=tuple(_stored(version.evidence, copilot.knowledge)),
    )  # fmt: skip


def _findings(version: DraftVersion, copilot: Copilot) -> int:
    """Errors and warnings of the check of writing; hints are taste."""
    from agents.polish import mail_context
    from banso.writing.check import check, check_subject
    from banso.writing.house import load_house

    house = load_house(copilot.settings.data)
    about = mail_context(copilot.crm, version.account, version.recipient, version.body, house)
    found = [*check_subject(version.subject, about), *check(version.body, about)]
    return sum(one.severity != "hint" for one in found)


def _stored(citations: tuple[Citation, ...], knowledge: Knowledge) -> list[tuple[str, str]]:
    """(quote, what stands at its place); facts of the CRM are not documents and not compared."""
    return [(c.quote, _at(c, knowledge)) for c in citations if c.source != "crm"]


def _at(citation: Citation, knowledge: Knowledge) -> str:
    try:
        return knowledge.document(citation.document_id).text[citation.start : citation.end]
    except NotFound:
        return ""


def raised_words(error: Exception) -> str:
    """What the product raised, as the record shows it."""
    message = error.message if isinstance(error, BansoError) else str(error)
    return f"{type(error).__name__}: {message}"[:500]
