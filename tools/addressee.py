"""Who may be written to: the contacts of one account, or an address at its own domain."""

from __future__ import annotations

from banso.core.errors import NotFound
from banso.crm.base import Crm
from tools.wording import sentence


class AccountAddressee:
    """Chooses and checks the recipient of a draft for one account."""

    def __init__(self, crm: Crm, account: str, language: str) -> None:
        self._crm, self._account, self._language = crm, account, language

    def choose(self, recipient: str) -> str:
        """`recipient` when it is a contact's address or one at the account's domain; the main contact's address when
        it is empty. Raises NotFound with a sentence that says whom one can write to."""
        account = self._crm.get(self._account)
        addresses = [contact.email for contact in self._crm.contacts(self._account) if contact.email]
        if not recipient:
            if not addresses:
                raise NotFound(sentence(self._language, "no_contact", name=account.name))
            return addresses[0]
        at_domain = bool(account.domain) and recipient.casefold().endswith("@" + account.domain.casefold())
        if at_domain or recipient.casefold() in {address.casefold() for address in addresses}:
            return recipient
        known = ", ".join(addresses[:5]) or sentence(self._language, "none")
        raise NotFound(sentence(self._language, "stranger", address=recipient, name=account.name, known=known))
