"""Personal data of people who are neither the recipient nor the company itself."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from banso.gate.legible import legible
from banso.privacy.contact import emails, phones
from banso.privacy.numbers import bank_accounts, cards, my_numbers

Range = tuple[int, int]
_FINDERS: tuple[tuple[str, Callable[[str], Iterator[Range]]], ...] = (
    ("my_number", my_numbers),
    ("bank", bank_accounts),
    ("card", cards),
    ("phone", phones),
)
_COMPANY_LINE = re.compile(r"^0(?:120|800|570)")
"""Free-dial and navi-dial numbers belong to companies, never to people."""


def personal(text: str, own: Iterable[str]) -> list[tuple[int, int, str]]:
    """`(start, end, what)` of personal data, in order. `own`: addresses, domains and phone numbers that may stand."""
    folded, at = legible(text)
    keep = {known.strip().casefold() for known in own if known.strip()}
    numbers = {_digits(known) for known in keep if len(_digits(known)) >= 9}
    found = [(start, end, "email") for start, end in emails(folded) if not _ours(folded[start:end], keep)]
    for what, finder in _FINDERS:
        for start, end in finder(folded):
            mine = what == "phone" and (
                _digits(folded[start:end]) in numbers or _COMPANY_LINE.match(_digits(folded[start:end]))
            )
            if not mine and all(end <= low or high <= start for low, high, _ in found):
                found.append((start, end, what))
    return sorted((at[start], at[end - 1] + 1, what) for start, end, what in found)


def _ours(address: str, keep: set[str]) -> bool:
    address = re.sub(r" ?[\[(]at[\])] ?", "@", address.casefold())
    domain = address.rpartition("@")[2]
    return address in keep or any(domain == known or domain.endswith("." + known) for known in keep)


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)
