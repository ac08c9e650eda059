"""Japanese dates, weekdays and money."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from banso.writing.checks.found import Found
from banso.writing.types import Context

WEEKDAYS = "月火水木金土日"
_W = r"(?:[ 　]*[(（](?P<w>[月火水木金土日])(?:曜日?)?[)）])"
_SLASHED = re.compile(
    rf"(?<![A-Za-z0-9_/.\-])(?P<y>(?:19|20)\d\d)(?P<s>[/\-])(?P<m>\d{{1,2}})(?P=s)(?P<d>\d{{1,2}})(?![0-9A-Za-z_/\-]|[.][0-9A-Za-z])"
    rf"{_W}?"
)
_SHORT = re.compile(rf"(?<![A-Za-z0-9_/.\-])(?P<m>\d{{1,2}})/(?P<d>\d{{1,2}}){_W}")
_WRITTEN = re.compile(rf"(?<!\d)(?:(?P<y>(?:19|20)\d\d)年[ 　]*)?(?P<m>\d{{1,2}})月[ 　]*(?P<d>\d{{1,2}})日{_W}?")
_HALF = re.compile(r"(?<=日)[ 　]*\((?P<w>[月火水木金土日])(?:曜日?)?\)")
_AMOUNT = re.compile(r"(?<![\d,.，．])\d{4,}(?=(?:[百千万億兆]+)?円)|(?<=[¥￥])\d{4,}(?![\d,.])")
_GROUPED = re.compile(r"(?<![\d,.])\d+(?:,\d+)+(?=(?:[百千万億兆]+)?円)")


def dates(text: str, context: Context) -> Iterator[Found]:
    """Dates in figures and slashes, half-width brackets around weekdays, wrong weekdays, days that do not exist."""
    for match in _SLASHED.finditer(text):
        day = _day(match["y"], match["m"], match["d"])
        yield from _judged(match, day, written(day) if day else None)
    for match in _SHORT.finditer(text):
        day = _nearest(match["m"], match["d"], context.today)
        yield from _judged(match, day, f"{int(match['m'])}月{int(match['d'])}日（{match['w']}）")
    for match in _WRITTEN.finditer(text):
        yield from _weekday(match, context)
    for match in _HALF.finditer(text):
        yield Found(
            match.start(), match.end(), "date_format", f"（{match['w']}）", params={"right": f"（{match['w']}）"}
        )


def written(day: date) -> str:
    """2026年11月22日（日）."""
    return f"{day.year}年{day.month}月{day.day}日（{WEEKDAYS[day.weekday()]}）"


def money(text: str, context: Context) -> Iterator[Found]:
    """Amounts in figures without groups of three, or with wrong ones; 100万円 is right as it is."""
    for match in _AMOUNT.finditer(text):
        yield Found(match.start(), _with_yen(text, match.end()), "money_grouping", _grouped(text, match))
    for match in _GROUPED.finditer(text):
        if not re.fullmatch(r"\d{1,3}(?:,\d{3})+", match.group()):
            yield Found(match.start(), match.end(), "money_digits")


def _with_yen(text: str, end: int) -> int:
    unit = re.compile(r"[百千万億兆]*円").match(text, end)
    return unit.end() if unit else end


def _grouped(text: str, match: re.Match[str]) -> str | None:
    if match.group().startswith("0"):
        return None
    return f"{int(match.group()):,}" + text[match.end() : _with_yen(text, match.end())]


def _judged(match: re.Match[str], day: date | None, right: str | None) -> Iterator[Found]:
    """A date to rewrite, unless it does not exist or its weekday is wrong: then only a person knows what was meant."""
    if day is None and match.re is _SLASHED:
        yield Found(match.start(), match.end(), "date_impossible")
    elif day is not None and match["w"] and WEEKDAYS[day.weekday()] != match["w"]:
        yield _wrong(match, day)
    elif right:
        yield Found(match.start(), match.end(), "date_format", right, params={"right": right})


def _weekday(match: re.Match[str], context: Context) -> Iterator[Found]:
    year = match["y"]
    day = _day(year, match["m"], match["d"]) if year else _nearest(match["m"], match["d"], context.today)
    if day is None and (year or context.today):
        yield Found(match.start(), match.end(), "date_impossible")
    elif day is not None and match["w"] and WEEKDAYS[day.weekday()] != match["w"]:
        yield _wrong(match, day)


def _wrong(match: re.Match[str], day: date) -> Found:
    params = {"day": f"{day.year}年{day.month}月{day.day}日", "weekday": WEEKDAYS[day.weekday()]}
    return Found(match.start(), match.end(), "date_weekday", params=params)


def _day(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _nearest(month: str, day: str, today: date | None) -> date | None:
    """The day of this month and day that is nearest to today: a mail in December that says 1月10日 means the next."""
    if today is None:
        return None
    years = range(today.year - 4, today.year + 5)  # a 29 February lies up to four years away
    days = [found for year in years if (found := _day(str(year), month, day))]
    return min(days, key=lambda found: abs(found - today), default=None)


CHECKS = {"ja_dates": dates, "ja_money": money}
