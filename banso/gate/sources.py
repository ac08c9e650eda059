"""What one draft can rest on: its evidence, what the customer may see, what only the team may, what others wrote."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property

from banso.core.errors import NotFound
from banso.crm.accounts import Account, Contact, Contract
from banso.gate.customers import Customers
from banso.gate.ports import Library
from banso.knowledge.documents import Citation, Hit, Scope
from banso.review.drafts import DraftVersion

AROUND = 700
"""Characters on each side of a quotation that still count as its source."""
SEARCHES = 4
"""Searches for the claims of one draft; in a long one several share a search. One costs some 30 ms."""
FOUND = 16


class Sources:
    """Passages for the claims of one draft. Searches run when they are first needed."""

    def __init__(
        self, library: Callable[[], Library], customers: Customers, draft: DraftVersion, claims: Sequence[str]
    ) -> None:
        self._library, self._customers, self._draft = library, customers, draft
        self.claims = list(claims)
        self.open = list(claims)
        """Claims that nothing public supports; only these are looked for among what is internal or another's."""

    @cached_property
    def evidence(self) -> list[tuple[Citation, Hit]]:
        """The draft's own evidence, each as the passage it stands in; the quotation alone where that is gone."""
        return [(citation, self._passage(citation)) for citation in self._draft.evidence]

    @cached_property
    def public(self) -> list[Hit]:
        """What any customer may read about the claims, and what the CRM says of this account."""
        scope = Scope(sources=("manual",), account=self._draft.account, public_only=True)
        return [*self._search(self.claims, scope), *self._account()]

    @cached_property
    def internal(self) -> list[Hit]:
        """What only the team may read; the account's own tickets stand here too, marked with its id."""
        return [
            hit for hit in self._search(self.open, Scope(account=self._draft.account)) if hit.visibility != "public"
        ]

    @cached_property
    def foreign(self) -> list[Hit]:
        """Tickets of other customers about the same."""
        found = self._search(self.open, Scope(sources=("ticket",)))
        return [hit for hit in found if hit.account not in ("", self._draft.account)]

    def replaced(self, citation: Citation) -> str:
        """What the cited page was replaced by, `changed` when it no longer says what was quoted, else empty."""
        if citation.source == "crm":
            return ""
        try:
            document = self._library().document(citation.document_id)
        except NotFound:
            return "gone"
        if document.superseded_by:
            return document.superseded_by
        return "" if citation.quote in document.text else "changed"

    def _search(self, claims: Sequence[str], scope: Scope, together: int = 0) -> list[Hit]:
        found: dict[str, Hit] = {}
        together = together or max(1, math.ceil(len(claims) / SEARCHES))
        for first in range(0, len(claims), together):
            for hit in self._library().search(" ".join(claims[first : first + together])[:1500], scope, FOUND):
                found.setdefault(hit.chunk_id, hit)
        return list(found.values())

    def _passage(self, citation: Citation) -> Hit:
        text, replaced = citation.quote, ""
        if citation.source != "crm":
            try:
                document = self._library().document(citation.document_id)
                text = document.text[max(0, citation.start - AROUND) : citation.end + AROUND] or text
                replaced = document.superseded_by
            except NotFound:
                pass
        shared = citation.model_dump(include=set(Hit.model_fields) & set(Citation.model_fields))
        return Hit(**{**shared, "collection": "", "score": 1.0, "text": text, "superseded_by": replaced})

    def _account(self) -> Iterator[Hit]:
        account = self._customers.accounts.get(self._draft.account)
        if account is not None:
            contracts = self._customers.contracts.get(account.id, ())
            contacts = self._customers.contacts.get(account.id, ())
            text = account_facts(account, contracts, contacts)
            yield Hit(
                chunk_id=account.id, document_id=account.id, source="crm", collection="", ref=account.id,
                title=account.name, text=text, start=0, end=len(text), score=1.0, account=account.id,
            )  # fmt: skip


def account_facts(account: Account, contracts: Sequence[Contract], contacts: Sequence[Contact]) -> str:
    """What the CRM says of an account, in the words that letters use, both languages."""
    lines = [f"{account.name} 現在のご契約プランは{account.plan}です。Your plan is {account.plan}."]
    for contract in contracts:
        for day, ja, en in (
            (
                contract.renewal_date,
                "ご契約の契約更新日は{}です。次回の更新日は{}です。",
                "Your contract renews on {}. The renewal date is {}.",
            ),
            (contract.start_date, "ご契約の開始日は{}です。", "Your contract started on {}."),
        ):
            if day is not None:
                written = (
                    f"{day.year}年{day.month}月{day.day}日",
                    f"{day:%-d %B %Y}, {day:%B %-d, %Y}, {day.isoformat()}",
                )
                lines += [ja.replace("{}", written[0]), en.replace("{}", written[1])]
        lines.append(f"ご契約席数は{contract.seats}名（{contract.seats}席）です。You have {contract.seats} seats.")
        if contract.mrr is not None:
            lines.append(f"月額料金は{contract.mrr:,}円です。The monthly fee is {contract.mrr:,} {contract.currency}.")
    lines += [f"{contact.name} {contact.role} {contact.email}" for contact in contacts]
    return "\n".join(lines)
