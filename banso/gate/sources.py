"""What one draft can rest on: its evidence, what the customer may see, what only the team may, what others wrote."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property

from banso.core.errors import NotFound
from banso.crm.accounts import Account, Contact, Contract
from banso.gate.customers import Customers
from banso.gate.ports import Library
from banso.knowledge.documents import Citation, Hit, Scope
from banso.knowledge.embedding import Vectors
from banso.review.drafts import DraftVersion

AROUND = 700
"""Characters on each side of a quotation that still count as its source."""
FOUND = 12
"""Passages by meaning of each language, and as many by words, against which one claim is held."""
Passages = dict[str, list[Hit]]
"""By claim."""


class Sources:
    """Passages for the claims of one draft. Searches run when they are first needed, for all claims at once."""

    def __init__(
        self, library: Callable[[], Library], vectors: Callable[[Sequence[str]], Vectors], customers: Customers,
        draft: DraftVersion, claims: Sequence[str],
    ) -> None:  # fmt: skip
        self._library, self._vectors, self._customers, self._draft = library, vectors, customers, draft
        self.claims = list(dict.fromkeys(claims))
        self.open = self.claims
        """Claims that nothing public supports; only these are looked for among what is internal or another's."""

    @cached_property
    def evidence(self) -> list[tuple[Citation, Hit]]:
        """The draft's own evidence, each as the passage it stands in; the quotation alone where the page is gone or
        says something else now."""
        return [(citation, self._passage(citation)) for citation in self._draft.evidence]

    def public(self, claim: str) -> list[Hit]:
        """What any customer may read about the claim, and what the CRM says of this account."""
        return [*self._public.get(claim, ()), *self._account]

    def internal(self, claim: str) -> list[Hit]:
        """What only the team may read; the account's own tickets stand here too, marked with its id."""
        return [hit for hit in self._internal.get(claim, ()) if hit.visibility != "public"]

    def own(self, claim: str) -> list[Hit]:
        """This account's own tickets about the claim, and what the draft cites."""
        found = [hit for hit in self._internal.get(claim, ()) if hit.account == self._draft.account]
        return [*found, *(hit for _, hit in self.evidence)]

    def foreign(self, claim: str) -> list[Hit]:
        """Tickets of other customers about the same."""
        return [hit for hit in self._tickets.get(claim, ()) if hit.account not in ("", self._draft.account)]

    @cached_property
    def _public(self) -> Passages:
        return self._search(self.claims, Scope(sources=("manual",), account=self._draft.account, public_only=True))

    @cached_property
    def _internal(self) -> Passages:
        return self._search(self.open, Scope(account=self._draft.account))

    @cached_property
    def _tickets(self) -> Passages:
        return self._search(self.open, Scope(sources=("ticket",)))

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

    def _search(self, claims: Sequence[str], scope: Scope) -> Passages:
        found = self._library().search_claims(claims, self._vectors(claims), scope, FOUND) if claims else []
        return dict(zip(claims, found, strict=True))

    def _passage(self, citation: Citation) -> Hit:
        text, replaced = citation.quote, ""
        if citation.source != "crm":
            try:
                document = self._library().document(citation.document_id)
                if citation.quote in document.text:
                    text = document.text[max(0, citation.start - AROUND) : citation.end + AROUND] or text
                replaced = document.superseded_by
            except NotFound:
                pass
        shared = citation.model_dump(include=set(Hit.model_fields) & set(Citation.model_fields))
        return Hit(**{**shared, "collection": "", "score": 1.0, "text": text, "superseded_by": replaced})

    @cached_property
    def _account(self) -> list[Hit]:
        account = self._customers.accounts.get(self._draft.account)
        if account is None:
            return []
        contracts = self._customers.contracts.get(account.id, ())
        contacts = self._customers.contacts.get(account.id, ())
        text = account_facts(account, contracts, contacts)
        return [
            Hit(
                chunk_id=account.id, document_id=account.id, source="crm", collection="", ref=account.id,
                title=account.name, text=text, start=0, end=len(text), score=1.0, account=account.id,
            )
        ]  # fmt: skip


def account_facts(account: Account, contracts: Sequence[Contract], contacts: Sequence[Contact]) -> str:
    """What the CRM says of an account, in the words that letters use, both languages."""
    lines = [f"{account.name} 現在のご契約プランは{account.plan}です。Your plan is {account.plan}."]
    if account.version:
        lines.append(f"ご利用のバージョンは{account.version}です。You are on version {account.version}.")
    if account.edition:
        lines.append(f"ご利用のエディションは{account.edition}です。You use the {account.edition} edition.")
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
