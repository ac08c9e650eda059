"""Who may be written to: the contacts of one account, or an address at its own domain."""

from __future__ import annotations

from banso.core.errors import NotFound
from banso.crm.base import Crm
from banso.crm.domains import own_domain
from banso.review.recipients import parse_recipient
from tools.wording import sentence


class AccountAddressee:
    """Chooses and checks the recipient of a draft for one account."""

    def __init__(self, crm: Crm, account: str, language: str) -> None:
        self._crm, self._account, self._language = crm, account, language

    def choose(self, recipient: str) -> str:
        """`recipient` when it is a contact's address or one at the account's domain; the main contact's address when
        it is empty. `zendesk:ID` is one of the account's open tickets, `webhook:ID` the account itself. Raises NotFound
        with a sentence that says whom one can write to."""
        account = self._crm.get(self._account)
        addresses = [contact.email for contact in self._crm.contacts(self._account) if contact.email]
        if not recipient:
            if not addresses:
                raise NotFound(sentence(self._language, "no_contact", name=account.name))
            return addresses[0]
        domain = own_domain(account.domain)
        at_domain = bool(domain) and recipient.casefold().endswith("@" + domain)
        if at_domain or recipient.casefold() in {address.casefold() for address in addresses}:
            return recipient
        if self._is_theirs(recipient):
            return recipient
        known = ", ".join(addresses[:5]) or sentence(self._language, "none")
        raise NotFound(sentence(self._language, "stranger", address=recipient, name=account.name, known=known))

    def _is_theirs(self, recipient: str) -> bool:
        to = parse_recipient(recipient)
        if to is None or to.kind == "mail":
            return False
        if to.kind == "webhook":
            return to.target == self._account
        return any(ticket.id == to.target for ticket in self._crm.overview(self._account).open_tickets)
