"""Who the other customers are: everything by which the CRM knows them, as skeletons to look for in a text."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

import sqlalchemy as sa

from banso.core.database import Database
from banso.crm.accounts import Account, Contact, Contract
from banso.crm.names import strip_forms
from banso.crm.tables import TABLES, as_record
from banso.gate.ordinary import listed
from banso.gate.skeleton import Skeleton, bones

_LATIN = re.compile(r"[a-z0-9]")
_FORM_BEFORE = re.compile(r"(?:株式会社|有限会社|合同会社|\(株\)|（株）|㈱|㈲)\s*$")
_CALLED_AFTER = re.compile(
    r"\s*(?:様|さま|さん|御中|殿|社(?!内|員|外|長)|株式会社|[(（]株[)）]|㈱"
    r"|,?\s*(?:Inc|Ltd|LLC|GmbH|Corp|Co|Pty|PLC|K\.K)\b)"
)
_NAMED_AFTER = re.compile(r"(?:['’]s\b|-san\b|-sama\b| (?!I\b)[A-Z][a-z]+| team\b)")


@dataclass(frozen=True)
class Needle:
    """One sign of one account. `called`: it counts only with a legal form or an honorific beside it; `named`: only
    with a capital and something that shows it is a name."""

    text: str
    account: str
    what: str
    shown: str
    called: bool = False
    named: bool = False


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
        covered = [text.span(*place) for needle in mine for place in _places(text.text, needle)]
        found: list[Found] = []
        for needle in self.needles:
            if needle.account == own or needle.text in mine:
                continue
            for place in _places(text.text, needle.text):
                start, end = text.span(*place)
                inside = any(low <= start and end <= high for low, high in covered)
                if (
                    not inside
                    and _whole(text.original, start, end, needle)
                    and _meant(text.original, start, end, needle)
                ):
                    covered.append((start, end))
                    found.append(Found(start, end, needle))
        return sorted(found, key=lambda one: one.start)


def load_customers(database: Database) -> Customers:
    """What the CRM holds now."""
    with database.read() as db:
        accounts = [as_record(Account, row) for row in db.execute(sa.select(TABLES["accounts"]))]
        contacts = [as_record(Contact, row) for row in db.execute(sa.select(TABLES["contacts"]))]
        contracts = [as_record(Contract, row) for row in db.execute(sa.select(TABLES["contracts"]))]
        tickets = db.execute(sa.select(TABLES["tickets"].c.id, TABLES["tickets"].c.account_id)).all()
    needles = [needle for account in accounts for needle in _account_needles(account)]
    needles += [needle for contact in contacts for needle in _contact_needles(contact)]
    needles += [Needle(bones(c.id), c.account_id, "contract", c.id) for c in contracts if _telling(c.id)]
    needles += [Needle(bones(t.id), t.account_id, "ticket", t.id) for t in tickets if _telling(t.id)]
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


def _account_needles(account: Account) -> Iterator[Needle]:
    core = strip_forms(account.name)
    if _telling(account.id):
        yield Needle(bones(account.id), account.id, "account", account.id)
    if len(bones(core)) >= 2:
        yield Needle(bones(core), account.id, "name", account.name, called=_weak(core))
    if "&" in core:
        yield Needle(bones(core.replace("&", "and")), account.id, "name", account.name)
    if len(bones(account.kana)) >= 6:
        yield Needle(bones(account.kana), account.id, "name", account.name)
    if "." in account.domain:
        yield Needle(bones(account.domain), account.id, "domain", account.domain)
        label = re.split(r"[.-]", account.domain)[0]
        if len(label) >= 4 and label not in listed("ordinary"):
            yield Needle(bones(label), account.id, "name", account.name, named=True)
    yield from _short_names(account, core)


def _short_names(account: Account, core: str) -> Iterator[Needle]:
    for suffix in sorted(listed("suffixes"), key=len, reverse=True):
        if core.endswith(suffix) and len(core) - len(suffix) >= 2:
            yield Needle(bones(core.removesuffix(suffix)), account.id, "name", account.name, called=True)
            break
    first = core.split(maxsplit=1)[0] if " " in core else ""
    if len(first) >= 5 and first.isascii():
        weak = first.casefold() in listed("ordinary")
        yield Needle(bones(first), account.id, "name", account.name, named=True, called=weak)


def _contact_needles(contact: Contact) -> Iterator[Needle]:
    if len(bones(contact.name)) >= 4 and re.search(r"[\s　]", contact.name):
        yield Needle(bones(contact.name), contact.account_id, "contact", contact.name)
    if "@" in contact.email:
        yield Needle(bones(contact.email), contact.account_id, "contact", contact.email)
    if len(digits := re.sub(r"\D", "", bones(contact.phone))) >= 9:
        yield Needle(digits, contact.account_id, "contact", contact.phone)


def _telling(identifier: str) -> bool:
    """Whether an id says more than a number: bare digits stand for anything."""
    return len(identifier) >= 5 and bool(re.search(r"[A-Za-z]", identifier)) and bool(re.search(r"\d", identifier))


def _weak(core: str) -> bool:
    """Whether the name could be a word of the language."""
    plain = core.casefold()
    if core.isascii():
        return " " not in core.strip() and (plain in listed("ordinary") or len(core) <= 3)
    return core in listed("ordinary_ja") or len(bones(core)) <= 2


def _places(text: str, needle: str) -> Iterator[tuple[int, int]]:
    start = text.find(needle)
    while needle and start >= 0:
        yield start, start + len(needle)
        start = text.find(needle, start + 1)


def _whole(original: str, start: int, end: int, needle: Needle) -> bool:
    """Whether a Latin name or a number begins and ends where a word does."""
    first, last = needle.text[0], needle.text[-1]
    before, after = original[max(0, start - 1) : start], original[end : end + 1]
    return not (
        (_LATIN.match(first) and before.isascii() and before.isalnum())
        or (_LATIN.match(last) and after.isascii() and after.isalnum())
    )


def _meant(original: str, start: int, end: int, needle: Needle) -> bool:
    beside = bool(_FORM_BEFORE.search(original[max(0, start - 8) : start]) or _CALLED_AFTER.match(original, end))
    if needle.called:
        owns = needle.named and re.match(r"['’]s\b", original[end : end + 3])
        return bool(beside or owns) and (not needle.named or original[start].isupper())
    if needle.named:
        return original[start].isupper() and (
            beside or bool(_NAMED_AFTER.match(original, end)) or not _opens(original, start)
        )
    return True


def _opens(original: str, start: int) -> bool:
    """Whether a sentence begins here, where every word has a capital."""
    before = original[:start].rstrip()
    return not before or before[-1] in ".!?:。！？：\n" or "\n" in original[len(before) : start]
