"""Whether a translation that a chat model made agrees with its original in what a reader relies on: numbers with their
units, yes or no, codes, names, links. A rough look at the words finds what is no translation at all."""

from __future__ import annotations

import re
import unicodedata

from agents.number_words import number_words
from agents.wording import Spoken, language_of
from banso.gate.agreement import denies, measures, numbers
from banso.gate.bilingual import says, told
from banso.gate.links import links
from banso.knowledge.support import squeeze

AT_LEAST, FEW = 0.4, 2
"""Share of the English words that the Japanese side says too: of good translations two in three and more, of texts
about something else hardly any. Fewer words tell nothing."""
LONGER, SHORT = 4, 20
"""A translation is at most so many times as long as its original (English takes two to three times the characters), of
which a short one counts as so many characters."""
_CODE = re.compile(r"[A-Za-z0-9]+(?:[-_.:/][A-Za-z0-9]+)*")
_MEASURED = re.compile(r"[\d.,:/-]+|\d+-?[A-Za-z]{1,9}")
"""A number, a date, or a number and its unit: 50MB, 24-hour."""
_CAPITALS = "A AM AND I JPY KB MB GB TB MUST NEVER NO NOT OK ON OFF OR PM THE USD EUR"
"""Written in capitals, and said in words of its own in Japanese."""
_NAME = re.compile(r"(?<=[a-z,>「] )[A-Z][a-z][A-Za-z]*")
_JAPANESE_NAME = re.compile(r"(?<![A-Za-z])[A-Z][A-Za-z]{2,}")
_NUMBER_WORDS = "one two three four five six seven eight nine ten eleven twelve"
_MONTH_WORDS = "january february march april may june july august september october november december"
_COUNTED, _MONTHS = _NUMBER_WORDS.split(), _MONTH_WORDS.split()
_CALENDAR = re.compile(rf"(?:{'|'.join(_MONTHS)}|[a-z]+day|{'|'.join(month[:3] for month in _MONTHS)})", re.I)
_MUST = re.compile(
    r"なければ(?:なりません|いけません|ならない)|ないと(?:いけ|なり)ません|かもしれ(?:ない|ません)|ない限り|not only"
)
"""Holds a word of denial and denies nothing."""
_PLACE = re.compile(r"[A-Za-z0-9-]{1,63}[.@。][A-Za-z0-9.-]{0,200}[A-Za-z]{2}")
_WORKING = re.compile(r"営業日|business days?|working days?", re.I)


def faithful(original: str, said: str, into: Spoken) -> bool:
    """Whether this may be shown as what the original says."""
    english, japanese = (said, original) if into == "en" else (original, said)
    return (
        bool(said)
        and language_of(said) == into
        and len(said) <= LONGER * max(len(original), SHORT)
        and _same_numbers(original, said)
        and _counted(said) <= _digits(original) | _counted(original) | _in_words(original)
        and _places(said) <= _places(original)
        and _same_codes(original, said)
        and _same_names(english, japanese)
        and denies(_MUST.sub(" ", english)) == denies(_MUST.sub(" ", japanese))
        and _hosts(said) <= _hosts(original)
        and _translates(english, japanese)
    )


def _same_numbers(one: str, other: str) -> bool:
    """Whether neither side has a number that the other has not, in digits or in words, nor another unit for it. 1 says
    nothing: "a minute" is 1分."""
    if bool(_WORKING.search(one)) != bool(_WORKING.search(other)):
        return False
    sides = ((one, other), (other, one))
    return all(_digits(a) <= _digits(b) | _in_words(b) | {"1"} and _same_units(a, b) for a, b in sides)


def _digits(text: str) -> set[str]:
    return {number.lstrip("0") or "0" for number in numbers(text)}


def _in_words(text: str) -> set[str]:
    low = re.findall(r"[a-z]+", text.casefold())
    counted = {str(n) for n, word in enumerate(_COUNTED, start=1) if word in low}
    months = {str(n) for n, month in enumerate(_MONTHS, start=1) if month in low or month[:3] in low}
    return counted | months | {str(n) for n, kanji in enumerate("一二三四五六七八九十", start=1) if kanji in text}


def _counted(text: str) -> set[str]:
    """Numbers that are written out. 1 says nothing."""
    return {str(number) for number in number_words(text)} - {"1"}


def _same_units(one: str, other: str) -> bool:
    there = measures(other)
    return all(not (units := {u for u, m in there if m == n}) or unit in units for unit, n in measures(one))


def _same_codes(one: str, other: str) -> bool:
    return all(squeeze(code) in squeeze(b) for a, b in ((one, other), (other, one)) for code in _codes(a))


def _codes(text: str) -> set[str]:
    """What both languages write alike: HR-1015, Retry-After, invoices:read, API."""
    plain = unicodedata.normalize("NFKC", re.sub("[：／．]", " ", text))  # wide signs part words
    return {code for code in _CODE.findall(plain) if _is_code(code)}


def _is_code(code: str) -> bool:
    if code in _CAPITALS.split() or _MEASURED.fullmatch(code):
        return False
    return (len(code) > 1 and code.isupper()) or bool(re.search(r"\d|[_:]|-[A-Z]", code))


def _same_names(english: str, japanese: str) -> bool:
    """Names inside English sentences stand in the Japanese, as they are, as loanwords or by the glossary; Latin names
    of the Japanese stand in the English."""
    named = (name for name in _NAME.findall(english) if not _CALENDAR.fullmatch(name))
    spelled = _JAPANESE_NAME.findall(unicodedata.normalize("NFKC", japanese))
    return all(says(name, japanese) for name in named) and all(squeeze(name) in squeeze(english) for name in spelled)


def _hosts(text: str) -> set[str]:
    return {host for _, _, host in links(text)}


def _places(text: str) -> set[str]:
    """Addresses of mail and names of hosts, also without a scheme: somebody may type them."""
    return {found.casefold() for found in _PLACE.findall(unicodedata.normalize("NFKC", text))}


def _translates(english: str, japanese: str) -> bool:
    return len(re.findall(r"[A-Za-z]{4,}", english)) < FEW or told(english, japanese) >= AT_LEAST
