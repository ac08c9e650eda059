"""Who the other customers are: everything by which the CRM knows them, as skeletons to look for in a text."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

import sqlalchemy as sa

from banso.core.database import Database
from banso.crm.accounts import Account, Contact, Contract
from banso.crm.tables import TABLES, as_record
from banso.gate.meant import SWAPPED, meant, places
from banso.gate.needles import Needle, account_needles, contact_needles, family_names, telling
from banso.gate.skeleton import Skeleton, bones


@dataclass(frozen=True)
class Found:
    """A sign of an account at `[start, end)` of the original."""

    start: int
    end: int
    needle: Needle


@dataclass(frozen=True)
class Customers:
    """Every account of the CRM as this gate sees it. Built once for a state of the CRM."""

    needles: tuple[Needle, ...]
    accounts: dict[str, Account]
    contacts: dict[str, tuple[Contact, ...]]
    contracts: dict[str, tuple[Contract, ...]]

    def others(self, text: Skeleton, own: str) -> list[Found]:
        """Signs of other accounts, in order, without overlaps. What is a sign of the own account too is none."""
        mine = {needle.text for needle in self.needles if needle.account == own}
        people = {name for contact in self.contacts.get(own, ()) for name in family_names(contact)}
        covered = bytearray(len(text.text))
        for one in mine | people:
            for start, end in places(text.text, one):
                covered[start:end] = b"\1" * (end - start)
        found: list[Found] = []
        swapped = text.text.translate(SWAPPED)
        for needle in self.needles:
            if needle.account == own or needle.text in mine:
                continue
            for start, end in _seen(text.text, swapped, needle):
                if covered.find(0, start, end) >= 0 and meant(text.original, *text.span(start, end), needle):
                    covered[start:end] = b"\1" * (end - start)
                    found.append(Found(*text.span(start, end), needle))
        return sorted(found, key=lambda one: one.start)


def _seen(text: str, swapped: str, needle: Needle) -> Iterator[tuple[int, int]]:
    """Where the needle stands, also with digits for letters (Br1ghtwater)."""
    yield from places(text, needle.text)
    if needle.what == "name" and len(needle.text) >= 6 and needle.text.isascii() and needle.text.isalpha():
        for start, end in places(swapped, needle.text.translate(SWAPPED)):
            if any(character.isdigit() for character in text[start:end]):
                yield start, end


def load_customers(database: Database) -> Customers:
    """What the CRM holds now."""
    with database.read() as db:
        accounts = [as_record(Account, row) for row in db.execute(sa.select(TABLES["accounts"]))]
        contacts = [as_record(Contact, row) for row in db.execute(sa.select(TABLES["contacts"]))]
        contracts = [as_record(Contract, row) for row in db.execute(sa.select(TABLES["contracts"]))]
        tickets = db.execute(sa.select(TABLES["tickets"].c.id, TABLES["tickets"].c.account_id)).all()
    needles = [needle for account in accounts for needle in account_needles(account)]
    needles += [needle for contact in contacts for needle in contact_needles(contact)]
    needles += [Needle(bones(c.id), c.account_id, "contract", c.id) for c in contracts if telling(c.id)]
    needles += [Needle(bones(t.id), t.account_id, "ticket", t.id) for t in tickets if telling(t.id)]
    people, papers = defaultdict(list), defaultdict(list)
    for contact in contacts:
        people[contact.account_id].append(contact)
    for contract in contracts:
        papers[contract.account_id].append(contract)
    return Customers(
        tuple(sorted(set(needles), key=lambda needle: (-len(needle.text), needle.text, needle.account))),
        {account.id: account for account in accounts},
        {one: tuple(found) for one, found in people.items()},
        {one: tuple(found) for one, found in papers.items()},
    )


def figures(contract: Contract) -> set[Decimal]:
    """The amounts of a contract that are nobody else's business."""
    return {amount for amount in (contract.mrr, contract.arr) if amount is not None and amount >= 100}
