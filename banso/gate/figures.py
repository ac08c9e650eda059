"""Figures of another customer's contract in a sentence."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

from banso.crm.accounts import Contract
from banso.gate.customers import Customers, figures

_AMOUNT = re.compile(r"(?<![\d.,])(\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?)\s?(万)?")
_DAY = re.compile(r"(\d{4})[年/-](\d{1,2})[月/-](\d{1,2})")


def foreign_figures(sentence: str, own: str, customers: Customers, *, said_so: bool) -> str:
    """The account whose contract the figures give away, else empty.

    One amount is enough when the sentence says that it is about others. Else amount and renewal date of one contract
    must both stand there: seats times list price is everybody's sum.
    """
    plain = unicodedata.normalize("NFKC", sentence)
    amounts, days = _amounts(plain), {tuple(int(n) for n in day) for day in _DAY.findall(plain)}
    if not amounts:
        return ""
    mine = {amount for contract in customers.contracts.get(own, ()) for amount in figures(contract)}
    for account, contracts in customers.contracts.items():
        for contract in contracts if account != own else ():
            told = (figures(contract) - mine) & amounts
            if told and (said_so or _renews(contract) in days):
                return account
    return ""


def _amounts(text: str) -> set[Decimal]:
    found = set()
    for digits, myriads in _AMOUNT.findall(text):
        value = Decimal(digits.replace(",", ""))
        found.add(value * 10_000 if myriads else value)
    return found


def _renews(contract: Contract) -> tuple[int, ...]:
    day = contract.renewal_date
    return (day.year, day.month, day.day) if day else ()
