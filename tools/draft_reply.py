"""The tool that leaves a draft for human review. It cannot send; nothing in this process can."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Annotated, Protocol

from langchain.tools import BaseTool, tool
from pydantic import Field

from banso.core.errors import NotApproved, NotFound
from banso.knowledge.citations import MARKER, cite, quoted_verbatim, used_spans
from banso.knowledge.documents import Citation, Hit
from banso.review.drafts import DraftVersion
from tools.evidence import Evidence
from tools.wording import sentence


class Filer(Protocol):
    """The part of the review ledger that this tool needs."""

    def file(  # noqa: D102, PLR0913, PLR0917
        self,
        account: str,
        recipient: str,
        subject: str,
        body: str,
        evidence: Sequence[Citation],
        author: str,
        thread: str = "",
        *,
        rules: Sequence[int] = (),
    ) -> DraftVersion: ...


class Addressee(Protocol):
    """Who at the account may be written to."""

    def choose(self, recipient: str) -> str:
        """The address to use; an empty one asks for the account's main contact. Raises NotFound with a sentence."""
        ...


def make_draft_reply(  # noqa: PLR0913
    ledger: Filer,
    addressee: Addressee,
    *,
    account: str,
    author: str,
    thread: str,
    evidence: Evidence,
    filed: Callable[[DraftVersion], None],
    language: str = "en",
    polish: Callable[[str, str, str], tuple[str, str]] = lambda to, subject, body: (subject, body),
) -> BaseTool:
    """The tool, for one turn. Account, author and thread are fixed here; `filed` is told what was filed.

    `polish` (recipient, subject, body) mends the wording before anybody has read it.
    """

    @tool
    def draft_reply(
        subject: Annotated[str, Field(description="subject of the mail, one line")],
        body: Annotated[
            str, Field(description="the whole mail in the customer's language, greeting and closing included")
        ],
        recipient: Annotated[str, Field(description="address of a contact; empty: the account's main contact")] = "",
        sources: Annotated[Sequence[int], Field(description="numbers of the passages the mail relies on")] = (),
        rules: Annotated[Sequence[int], Field(description="numbers of the team's rules that the mail follows")] = (),
    ) -> str:
        """File a draft reply to the customer of this conversation. A person reviews it; it is not sent."""
        if not account:
            raise NotFound(sentence(language, "no_account"))
        cited = _citations(evidence, body, sources, account, language)
        to = addressee.choose(recipient.strip())
        try:
            title, text = polish(to, subject.strip(), MARKER.sub("", body).strip())
            named = {"rules": rules} if rules else {}
            made = ledger.file(account, to, title, text, cited, author, thread, **named)
        except NotApproved as refused:
            raise NotFound(refused.message, refused.hint) from refused
        filed(made)
        return f"draft {made.draft} waits for a reviewer; it has not been sent"

    return draft_reply


def internal_quotes(body: str, evidence: Sequence[Hit]) -> tuple[Hit, ...]:
    """Sources the customer may not see whose words stand in the body as they are."""
    return tuple(hit for hit in evidence if hit.visibility != "public" and quoted_verbatim(body, hit))


def _citations(
    evidence: Evidence, body: str, sources: Sequence[int], account: str, language: str
) -> tuple[Citation, ...]:
    """The passages named by the body or the call, checked again: never another account's."""
    numbered = evidence.numbered()
    named = dict.fromkeys([*(int(number) for number in MARKER.findall(body)), *sources])
    used = {number: numbered[number] for number in named if number in numbered}
    foreign = [hit.ref for hit in used.values() if hit.account not in ("", account)]
    if foreign:
        raise NotFound(sentence(language, "foreign", refs=", ".join(foreign)))
    plain = re.sub(r"\s+", " ", body)
    spans = [(hit, span) for hit in used.values() for span in used_spans(hit, plain)]
    return tuple(cite(hit, number, span) for number, (hit, span) in enumerate(spans, start=1))
