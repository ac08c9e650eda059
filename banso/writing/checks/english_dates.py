"""English dates and money."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from babel.dates import format_date

from banso.writing.checks.found import Found
from banso.writing.types import Context

_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTH = "(?P<month>" + "|".join(f"{m}|{m[:3]}(?!\\w)\\.?" for m in _MONTHS) + "|Sept\\.?)"
_WEEKDAY = "(?:(?P<w>" + "|".join(f"{d}|{d[:3]}(?!\\w)\\.?" for d in _DAYS) + ")(?P<sep>,? ))?"
_NO = r"(?<![A-Za-z0-9_/.\-])"
_DAY_FIRST = re.compile(
    rf"{_NO}{_WEEKDAY}(?P<d>\d{{1,2}})(?P<th>st|nd|rd|th)? (?:of )?{_MONTH}(?:,? (?P<y>(?:19|20)\d\d))?\b"
)
_MONTH_FIRST = re.compile(
    rf"{_NO}{_WEEKDAY}{_MONTH} (?P<d>\d{{1,2}})(?P<th>st|nd|rd|th)?(?!\d)(?:, ?(?P<y>(?:19|20)\d\d)\b)?"
)
_ISO = re.compile(
    rf"{_NO}{_WEEKDAY}(?P<y>(?:19|20)\d\d)[-/](?P<m>\d{{1,2}})[-/](?P<d>\d{{1,2}})(?![0-9A-Za-z_/\-]|[.][0-9A-Za-z])"
)
_SLASHED = re.compile(
    r"(?<![A-Za-z0-9_/.\-])(?P<a>\d{1,2})[/.](?P<b>\d{1,2})[/.](?P<y>(?:19|20)\d\d)(?![0-9A-Za-z_/\-]|[.][0-9A-Za-z])"
)
_CODES = "USD|EUR|GBP|JPY|AUD|CAD|CHF|SGD"
_SIGNED = re.compile(r"(?<![\w$€£¥])(?P<sign>[A-Z]{0,2}[$€£¥]) ?(?P<n>\d{4,})(?P<rest>(?:\.\d+)?)(?![\d,])")
_CODED = re.compile(rf"\b(?P<code>{_CODES})(?P<gap> ?)(?P<n>\d+(?:,\d{{3}})*)(?P<rest>(?:\.\d+)?)(?![\d,])")
_AFTER = re.compile(rf"(?<![\w.,])(?P<n>\d+(?:,\d{{3}})*)(?P<rest>(?:\.\d+)?) ?(?P<code>{_CODES})\b")


def dates(text: str, context: Context) -> Iterator[Found]:
    """Wrong weekdays, days that do not exist, figures that mean two days, and forms the house does not use."""
    for match in _ISO.finditer(text):
        yield from _judged(match, _day(match["y"], match["m"], match["d"]), context, "date_format")
    for match in _SLASHED.finditer(text):
        yield from _slashed(match, context)
    for pattern, form in ((_DAY_FIRST, "british"), (_MONTH_FIRST, "american")):
        for match in pattern.finditer(text):
            yield from _worded(match, form, context)


def _slashed(match: re.Match[str], context: Context) -> Iterator[Found]:
    a, b = int(match["a"]), int(match["b"])
    if a <= 12 and b <= 12 and a != b:
        yield Found(match.start(), match.end(), "date_ambiguous")
        return
    month, day = (a, b) if b > 12 or a == b else (b, a)
    yield from _judged(match, _day(match["y"], str(month), str(day)), context, "date_format")


def _worded(match: re.Match[str], form: str, context: Context) -> Iterator[Found]:
    number = str([m[:3] for m in _MONTHS].index(match["month"][:3]) + 1)
    year = match["y"]
    day = _day(year, number, match["d"]) if year else _nearest(number, match["d"], context.today)
    if day is None and not year:  # "in May 40 people joined" is no date
        return
    if day is None or _wrong_weekday(match, day):
        yield from _judged(match, day, context, "date_weekday")
    elif match["th"] and form == context.dates:
        yield Found(match.start("th"), match.end("th"), "ordinal", "")
    elif year and form != context.dates:
        yield from _judged(match, day, context, "date_format")


def _judged(match: re.Match[str], day: date | None, context: Context, rule: str) -> Iterator[Found]:
    if day is None:
        yield Found(match.start(), match.end(), "date_impossible")
    elif _wrong_weekday(match, day):
        params = {"day": written(day, context), "weekday": _DAYS[day.weekday()]}
        yield Found(match.start(), match.end(), "date_weekday", params=params)
    else:
        groups = match.groupdict()
        lead = f"{groups['w']}{groups['sep']}" if groups.get("w") else ""
        right = lead + written(day, context)
        yield Found(match.start(), match.end(), rule, right, params={"right": right})


def written(day: date, context: Context) -> str:
    """22 November 2026 or November 22, 2026, as the house has it."""
    if context.dates == "british":
        return format_date(day, "d MMMM yyyy", locale="en_GB")
    return format_date(day, "MMMM d, yyyy", locale="en_US")


def money(text: str, context: Context) -> Iterator[Found]:
    """Amounts as USD 1,000 or $1,000."""
    for match in _SIGNED.finditer(text):
        if not match["n"].startswith("0"):
            yield _amount(match, f"{match['sign']}{int(match['n']):,}{match['rest']}")
    for match in _CODED.finditer(text):
        right = _with_code(match)
        if right != match.group():
            yield _amount(match, right)
    for match in _AFTER.finditer(text):
        yield _amount(match, _with_code(match))


def _with_code(match: re.Match[str]) -> str:
    plain = match["n"].replace(",", "")
    return f"{match['code']} {int(plain):,}{match['rest']}"


def _amount(match: re.Match[str], right: str) -> Found:
    return Found(match.start(), match.end(), "money_form", right, params={"right": right})


def _wrong_weekday(match: re.Match[str], day: date) -> bool:
    said = match.groupdict().get("w")
    return bool(said) and not _DAYS[day.weekday()].startswith(str(said).rstrip(".")[:3])


def _day(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _nearest(month: str, day: str, today: date | None) -> date | None:
    if today is None:
        return None
    years = range(today.year - 4, today.year + 5)
    days = [found for year in years if (found := _day(str(year), month, day))]
    return min(days, key=lambda found: abs(found - today), default=None)


CHECKS = {"en_dates": dates, "en_money": money}
