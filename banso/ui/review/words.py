"""What the customer wrote and what the team was asked for, as far as the draft's evidence and conversation know it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from banso.core.errors import NotFound
from banso.core.users import User
from banso.knowledge.documents import Citation, Document
from banso.review.drafts import DraftSummary, DraftVersion
from banso.ui.services import Services
from banso.ui.source_page import may_read, source_path

CUSTOMER = ("お客様", "customer")
"""How ingestion names a ticket's customer, alone or in brackets after their name."""


@dataclass(frozen=True)
class Words:
    """Some text with where it comes from. `request`: what a colleague asked the copilot for."""

    kind: Literal["ticket", "request"]
    title: str
    text: str
    at: datetime | None = None
    link: str = ""


def customer_words(services: Services, draft: DraftVersion | DraftSummary, evidence: tuple[Citation, ...], user: User) -> list[Words]:  # fmt: skip  # noqa: E501
    """The customer's messages in tickets that the draft rests on, then the request. Only of the draft's account."""
    found = [*_tickets(services, draft.account, evidence, user), *_request(services, draft)]
    return [words for words in found if words.text.strip()]


def _tickets(services: Services, account: str, evidence: tuple[Citation, ...], user: User) -> Iterator[Words]:
    mine = {c.document_id: c for c in evidence if c.source == "ticket" and c.account == account and account}
    for document_id, citation in mine.items():
        try:
            document = services.knowledge.document(document_id)
        except NotFound:
            continue
        if may_read(document, user, services.settings):
            said = "\n\n".join(customer_messages(document))
            title = f"{document.ref} {document.title}"
            yield Words("ticket", title, said, document.created_at, source_path(citation))


def customer_messages(document: Document) -> list[str]:
    """What the customer wrote in this ticket, oldest first."""
    return [
        document.text[span.start : span.end]
        for span in document.spans
        if span.kind == "message" and span.speaker.removesuffix(")").endswith(CUSTOMER)
    ]


def _request(services: Services, draft: DraftVersion | DraftSummary) -> Iterator[Words]:
    name = draft.id if isinstance(draft, DraftSummary) else draft.draft
    if not draft.thread:
        return
    try:
        author = services.ledger.versions(name)[0].author  # whose conversation it is
        turns = services.copilot.history(draft.thread, user=User(name=author, role="csm"))
    except NotFound:
        return
    for turn in turns:
        if turn.answer.draft == name and turn.question:
            yield Words("request", author, turn.question)
