"""The contract of every CRM, embedded or outside."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from banso.core.errors import NotFound
from banso.crm.accounts import Account, AccountOverview, Contact
from banso.crm.holdings import Holding


class Ambiguous(NotFound):
    """The text fits several accounts, or only nearly fits some: the person chooses, nobody guesses.

    `close` tells the second case: no account is called so, these are similar.
    """

    def __init__(self, text: str, candidates: Sequence[Account], *, close: bool = False) -> None:
        names = ", ".join(f"{a.name} ({a.id})" for a in candidates)
        lead = f"no account {text!r}; similar:" if close else f"{text!r} fits {len(candidates)} accounts:"
        super().__init__(f"{lead} {names}", "name one of them by its id")
        self.text, self.candidates, self.close = text, tuple(candidates), close


class Crm(Protocol):
    """Reads accounts. Raises NotFound for what is not there and Unavailable when an outside system does not answer."""

    def find(self, text: str) -> Account:
        """The one account that this id, domain, e-mail address, company or contact name means.

        Exact first, then beginning, then part of the name. Raises Ambiguous with candidates, or NotFound.
        """
        ...

    def mentioned(self, text: str, limit: int = 5) -> list[Account]:
        """Accounts whose id, domain or whole name stands in a sentence, the longest name first."""
        ...

    def get(self, account_id: str) -> Account:
        """The account with exactly this id. Raises NotFound."""
        ...

    def overview(self, account_id: str) -> AccountOverview:
        """Contract, renewal, contacts, tickets, usage and surveys of one account. Raises NotFound."""
        ...

    def accounts(self, matching: str = "", limit: int = 50) -> list[Account]:
        """Accounts by name; with `matching`, those whose id, name, kana or domain contains it."""
        ...

    def contacts(self, account_id: str) -> list[Contact]:
        """The people at an account, the primary one first. Raises NotFound when there is no such account."""
        ...

    def plans(self) -> list[str]:
        """The names of the plans that contracts and accounts are on, by name."""
        ...

    def editions(self) -> list[str]:
        """The names of the editions that accounts are on, as they are written, by name."""
        ...

    def holdings(self) -> list[Holding]:
        """What was taken in, one entry for each export; empty for an outside CRM, which is read where it is."""
        ...
