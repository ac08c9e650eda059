"""Keeps one customer's words out of another's drafts: finds and masks names, addresses and the customer's figures."""

from __future__ import annotations

import re
from dataclasses import dataclass

import phonenumbers

from banso.core.errors import NotFound
from banso.crm.base import Crm
from banso.learning.types import Risk, RiskKind, RuleText

_EMAIL = re.compile(r"[\w.+\-]+@[\w\-]+(?:\.[\w\-]+)+")
_TITLED_JA = re.compile(r"([一-龥々ァ-ヺー]{1,8}(?:[ 　][一-龥々ァ-ヺー]{1,6})?)(?=[ 　]?(?:様|さま|さん|氏|殿))")
_NO_NAME = re.compile(r"(?:お?客|皆|各位|御?担当者?|管理者|利用者|関係者|担当)$")
_TITLED_EN = re.compile(
    r"(?:(?<=Dear )|(?<=Mr\. )|(?<=Ms\. )|(?<=Mrs\. )|(?<=Mr )|(?<=Ms ))[A-Z][\w'’\-]+(?: [A-Z][\w'’\-]+)?"
)
_NO_NAME_EN = re.compile(r"(?:Sir|Madam|Customer|Team|All)\b")
_FORMS = re.compile(
    r"株式会社|有限会社|合同会社|[(（][株有同][)）]|,? ?(?:Co\.?,? ?Ltd|Inc|Ltd|LLC|Corp|GmbH|K\.?K)\.?$", re.I
)
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")


@dataclass(frozen=True)
class Known:
    """What is known about one customer, longest first: companies, people, addresses, figures."""

    companies: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    contacts: tuple[str, ...] = ()
    figures: tuple[str, ...] = ()


def known_of(crm: Crm, account: str, more: str = "") -> Known:
    """What the CRM knows about the account; `more`: text of sources that belong to it, whose figures are its own.

    An account that is not there any more is known by its id alone.
    """
    try:
        overview = crm.overview(account)
    except NotFound:
        return Known(contacts=(account,))
    people = [part for c in overview.contacts for name in (c.name, c.kana) for part in _names(name)]
    figures = [overview.seats, *(m.amount for m in (*overview.arr, *overview.mrr))]
    dates = [overview.renewal_date] if overview.renewal_date else []
    numbers = [_plain(str(value)) for value in figures if value is not None]
    numbers += [form for day in dates for form in (f"{day:%Y-%m-%d}", f"{day:%Y/%m/%d}", f"{day.month}月{day.day}日")]
    numbers += [_plain(found) for found in _NUMBER.findall(more)]
    a = overview.account
    return Known(
        companies=_longest([a.name, _FORMS.sub("", a.name).strip(), a.kana]),
        people=_longest(people),
        contacts=_longest([a.domain, a.id, *(x for c in overview.contacts for x in (c.email, c.phone))]),
        figures=_longest([number for number in numbers if len(number) > 1]),
    )


def mask(text: str, known: Known, crm: Crm | None = None) -> tuple[str, tuple[Risk, ...]]:
    """The text with what may be the customer's own replaced, and what that was, in order of kind.

    With `crm`, names of other customers are found too.
    """
    risks: list[Risk] = []

    def out(kind: RiskKind, found: str, mark: str) -> str:
        risks.append(Risk(kind=kind, text=found))
        return mark

    text = _EMAIL.sub(lambda m: out("contact", m.group(), "{email}"), text)
    for number in [m.raw_string for m in phonenumbers.PhoneNumberMatcher(text, "JP")]:
        text = text.replace(number, out("contact", number, "{phone}"))
    for kind, words, sign in (
        ("contact", known.contacts, "{email}"),
        ("name", known.companies, "{company}"),
        ("name", known.people, "{person}"),
    ):  # fmt: skip
        for word in words:
            if word in text:
                text = text.replace(word, out(kind, word, sign))  # type: ignore[arg-type]
    for account in crm.mentioned(text) if crm else ():
        text = text.replace(account.name, out("name", account.name, "{company}"))
    text = _TITLED_JA.sub(lambda m: m[0] if _NO_NAME.search(m[0]) else out("name", m[0], "{person}"), text)
    text = _TITLED_EN.sub(lambda m: m[0] if _NO_NAME_EN.match(m[0]) else out("name", m[0], "{person}"), text)
    text = _figures(text, known, out)
    return text, tuple(dict.fromkeys(risks))


def _figures(text: str, known: Known, out: object) -> str:
    assert callable(out)
    for figure in known.figures:
        if not figure.isdigit() and figure in text:
            text = text.replace(figure, str(out("figure", figure, "{figure}")))
    return _NUMBER.sub(lambda m: str(out("figure", m[0], "{figure}")) if _plain(m[0]) in known.figures else m[0], text)


def mask_rule(rule: RuleText, known: Known, crm: Crm | None = None) -> tuple[RuleText, tuple[Risk, ...]]:
    """The rule with each of its texts masked, and every risk found."""
    parts = {name: mask(getattr(rule, name), known, crm) for name in ("before", "after", "topic")}
    risks = tuple(dict.fromkeys(risk for _, found in parts.values() for risk in found))
    return rule.model_copy(update={name: text for name, (text, _) in parts.items()}), risks


def _names(name: str) -> list[str]:
    parts = re.split(r"[ 　]+", name.strip())
    return [name.strip(), "".join(parts), *(part for part in parts if len(part) > 1 or len(parts) > 1)]


def _plain(number: str) -> str:
    value = number.replace(",", "")
    return value.rstrip("0").rstrip(".") if "." in value else value


def _longest(words: list[str]) -> tuple[str, ...]:
    return tuple(sorted({word for word in words if word and len(word) > 1}, key=lambda w: (-len(w), w)))
