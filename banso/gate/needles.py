"""The signs by which an account is recognised: names, short names, kana, initials, domains, people, ids."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import jaconv

from banso.crm.accounts import Account, Contact
from banso.crm.names import strip_forms
from banso.gate.ordinary import listed
from banso.gate.skeleton import bones


@dataclass(frozen=True)
class Needle:
    """One sign of one account. `called`: it counts only with a legal form or an honorific beside it; `named`: only
    with a capital and something that shows it is a name; `initial`: only where a part is visibly an initial."""

    text: str
    account: str
    what: str
    shown: str
    called: bool = False
    named: bool = False
    initial: bool = False


def account_needles(account: Account) -> Iterator[Needle]:
    """What stands for the company: id, name and its short forms, kana, domain."""
    core = strip_forms(account.name)
    if telling(account.id):
        yield Needle(bones(account.id), account.id, "account", account.id)
    if len(bones(core)) >= 2:
        yield Needle(bones(core), account.id, "name", account.name, called=_weak(core))
    if "&" in core:
        yield Needle(bones(core.replace("&", "and")), account.id, "name", account.name)
    if "." in account.domain:
        yield Needle(bones(account.domain), account.id, "domain", account.domain)
        label = re.split(r"[.-]", account.domain)[0]
        if len(label) >= 4 and label not in listed("ordinary"):
            yield Needle(bones(label), account.id, "name", account.name, named=True)
    yield from _short_names(account, core)
    yield from _readings(account, core)
    yield from _initials(account, core)


def contact_needles(contact: Contact) -> Iterator[Needle]:
    """What stands for a person: the full name, its reading, the name with an initial, address, number."""
    for name in (contact.name, contact.kana):
        if len(bones(name)) >= 4 and re.search(r"[\s　]", name):
            yield Needle(bones(name), contact.account_id, "contact", contact.name)
    first, _, last = contact.name.rpartition(" ")
    if first.isascii() and len(last) >= 5 and last.isascii():
        yield Needle(bones(first[0] + last), contact.account_id, "contact", contact.name, initial=True)
    if "@" in contact.email:
        yield Needle(bones(contact.email), contact.account_id, "contact", contact.email)
    if len(digits := re.sub(r"\D", "", bones(contact.phone))) >= 9:
        yield Needle(digits, contact.account_id, "contact", contact.phone)


def family_names(contact: Contact) -> Iterator[str]:
    """The parts of a contact's name as skeletons: they may stand in letters to the own account."""
    for part in re.split(r"[\s　]+", f"{contact.name} {contact.kana}"):
        if len(bones(part)) >= 2:
            yield bones(part)


def telling(identifier: str) -> bool:
    """Whether an id says more than a number: bare digits stand for anything."""
    return len(identifier) >= 5 and bool(re.search(r"[A-Za-z]", identifier)) and bool(re.search(r"\d", identifier))


def _short_names(account: Account, core: str) -> Iterator[Needle]:
    """Without what says the trade: 東雲 for 東雲精機; Brightwater for Brightwater Foods; two words of three."""
    for suffix in sorted(listed("suffixes"), key=len, reverse=True):
        if core.endswith(suffix) and len(core) - len(suffix) >= 2:
            yield Needle(bones(core.removesuffix(suffix)), account.id, "name", account.name, called=True)
            break
    parts = re.findall(r"[^\W_]+", core) if core.isascii() else []
    if len(parts) > 1 and len(parts[0]) >= 5:
        weak = parts[0].casefold() in listed("ordinary")
        yield Needle(bones(parts[0]), account.id, "name", account.name, named=True, called=weak)
    if len(parts) > 2:
        yield Needle(bones("".join(parts[:2])), account.id, "name", account.name, named=True)


def _readings(account: Account, core: str) -> Iterator[Needle]:
    """The name as it is read, whole, in Latin letters, and without the trade."""
    kana = bones(account.kana)
    if len(kana) >= 3:
        yield Needle(kana, account.id, "name", account.name, called=len(kana) < 6)
        romaji = bones(jaconv.kana2alphabet(jaconv.kata2hira(jaconv.h2z(account.kana))))
        if romaji.isascii() and len(romaji) >= 8:
            yield Needle(romaji, account.id, "name", account.name, named=True)
    for pair in listed("readings"):
        suffix, _, read = pair.partition("=")
        if core.endswith(suffix) and kana.endswith(read) and len(kana) - len(read) >= 2:
            yield Needle(kana.removesuffix(read), account.id, "name", account.name, called=True)


def _initials(account: Account, core: str) -> Iterator[Needle]:
    """K. Robotics and Kestrel R. for Kestrel Robotics; H&P for Harbor & Pine; S精機 for シノノメセイキ."""
    parts = re.findall(r"[^\W_]+", core) if core.isascii() else []
    if len(parts) > 1:
        short = parts[0][0] + "".join(parts[1:]), "".join(parts[:-1]) + parts[-1][0]
        for text in (*short, "".join(part[0] for part in parts) if "&" in core else ""):
            if text:
                yield Needle(bones(text), account.id, "name", account.name, initial=True)
    suffix = next((one for one in sorted(listed("suffixes"), key=len, reverse=True) if core.endswith(one)), "")
    read = jaconv.kana2alphabet(jaconv.kata2hira(jaconv.h2z(account.kana[:2])))
    if len(suffix) >= 2 and read[:1].isascii() and read[:1].isalpha():
        yield Needle(bones(read[0] + suffix), account.id, "name", account.name, called=True, initial=True)


def _weak(core: str) -> bool:
    """Whether the name could be a word of the language."""
    plain = core.casefold()
    if core.isascii():
        return " " not in core.strip() and (plain in listed("ordinary") or len(core) <= 3)
    return core in listed("ordinary_ja") or len(bones(core)) <= 2
