"""The words for stretches of time in Japanese and English, what days they mean, and when they mean none."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple


@dataclass(frozen=True)
class Said:
    """The days `[first, after)`, either end open; `relative`: counted from today."""

    first: date | None
    after: date | None
    relative: bool


class _Days(NamedTuple):
    first: date
    after: date


MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
_UNITS = {"日": "day", "週": "week", "か月": "month", "ヶ月": "month", "カ月": "month", "ヵ月": "month", "年": "year"}
_BACK = {
    "今日": ("day", 0), "本日": ("day", 0), "昨日": ("day", 1), "きのう": ("day", 1), "一昨日": ("day", 2),
    "今週": ("week", 0), "先週": ("week", 1), "先々週": ("week", 2), "今月": ("month", 0), "先月": ("month", 1),
    "先々月": ("month", 2), "今四半期": ("quarter", 0), "前四半期": ("quarter", 1), "先四半期": ("quarter", 1),
    "今年": ("year", 0), "昨年": ("year", 1), "去年": ("year", 1), "一昨年": ("year", 2),
    "today": ("day", 0), "yesterday": ("day", 1),
}  # fmt: skip
"""How many whole units back from the one that holds today."""
_WORDS_JA = "|".join(sorted((word for word in _BACK if not word.isascii()), key=len, reverse=True))
_ONE_JA = (
    r"(?:(?:(?P<year@>\d{4})年|(?P<of@>去年|昨年|今年|一昨年)の?)?(?P<month@>1[0-2]|0?[1-9])月"
    rf"|(?P<alone@>(?:19|20)\d\d)年|(?P<back@>{_WORDS_JA}))"
)
"""One name of a stretch of time; `@` stands for its place, 1 or 2, in a range such as 6月から8月."""
_LAST_JA = r"(?:直近|過去|ここ|この)の?(?P<count>\d+)(?P<unit>日|週|[かヶカヵ]月|年)間?"
_NOT_BEFORE_JA = r"(?<![\d.毎翌])(?<!毎年)(?<!翌年)(?<!来年)(?<!来年の)(?<!翌年の)"
_NOT_AFTER_JA = r"(?!\s*\d|[分期版度号半締末]|更新|契約|満了|予定|決算|モデル)"
JA = re.compile(
    rf"{_NOT_BEFORE_JA}(?:{_LAST_JA}|(?:{_ONE_JA.replace('@', '1')}(?:から|[~〜～-]))?{_ONE_JA.replace('@', '2')})"
    rf"{_NOT_AFTER_JA}(?:中|頃|ごろ)?(?P<open>以降|以後|から|以前|まで|より前)?"
)
_MONTH_EN = "|".join(MONTHS)
_ONE_EN = rf"(?:(?P<month@>{_MONTH_EN})(?:,?\s+(?:of\s+)?(?P<year@>(?:19|20)\d\d))?|(?P<alone@>(?:19|20)\d\d))"
_RELATIVE_EN = (
    r"(?P<back>today|yesterday)|(?P<which>this|last|previous)\s+(?P<whole>week|month|quarter|year)"
    rf"|(?P<that>this|last)\s+(?P<named>{_MONTH_EN})"
    r"|(?P<past>last|past)\s+(?P<count>\d+|two|three|four|six|few)\s+(?P<unit>day|week|month|year)s"
)
_PREPOSITIONS = ("between", "since", "from", "after", "before", "until", "till", "in", "during")
_NAMES_TIME = "|".join(rf"(?<=\b{word}\s)" for word in _PREPOSITIONS)
"""March alone may be a verb or a company, and 2024 an edition: a preposition or a year beside it makes it a time."""
EN = re.compile(
    r"(?<![\w\-./'])(?:(?:(?P<since>since|from|after)|(?P<until>before|until|till)|between|in|during|over|within|for)\s+)?"
    rf"(?:(?:the\s+)?(?:{_RELATIVE_EN})|(?:{_NAMES_TIME}|(?=(?:{_MONTH_EN}),?\s+(?:of\s+)?(?:19|20)\d\d))"
    rf"{_ONE_EN.replace('@', '1')}(?:\s+(?:and|to|until|through)\s+{_ONE_EN.replace('@', '2')})?)"
    r"(?![\w-]|\s+(?:\d|R\d|edition|version|release|plan|of)\b|['’]s?\s+(?:version|edition|plan)|\.\d)",
    re.I,
)
_NUMBERS = {"two": 2, "three": 3, "four": 4, "six": 6, "few": 3}
_RECORDS = re.compile(
    r"問い?合わ?せ|チケット|障害|不具合|事象|インシデント|クレーム|苦情|要望|報告|連絡|相談|質問|議論|話題|話(?:し|が|は|した)|会話|投稿|発言"
    r"|スレッド|slack|回答|対応|ありました|起き|発生|決ま(?:っ|り)|聞かれ|言われ|来た|来ました"
    r"|\b(?:tickets?|inquir\w+|enquir\w+|incidents?|outages?|reports?|reported|complain\w*|request(?:s|ed)|asked|asking"
    r"|discuss\w*|threads?|messages?|posted|happened|decided|announced|raised|opened|escalat\w+|cases?|issues?)\b",
    re.I,
)
_ABILITY = re.compile(
    r"でき(?:ます|る|ない)|られ(?:ます|ない)|戻[せす]|見られ|方法|手順|どうすれば|どうしたら|どうやって|やり方"
    r"|\bhow (?:do|can|to|should)\b|\bcan (?:i|we|you|they|it|customers?|users?|the)\b|\bis it possible\b",
    re.I,
)
_STATE = re.compile(
    r"^.{0,10}?(?:版|状態|時点|バージョン|コピー|バックアップ|履歴)|^.{0,12}?\b(?:version|state|copy|backup)\b"
)
_PAST = re.compile(r"た(?:[。、か?\s]|ん|の|$)|だった|でした|\b(?:did|was|were|had|has|have|been)\b|\b\w{3,}ed\b", re.I)
_SENTENCE = re.compile(
    r"[?？]|(?:か|ください|ます|です|たい|い|う)[。?？]?\s*$|^\s*(?:what|when|where|who|which|why|how|is|are|do|does|did"
    r"|can|could|will|would|should|may|tell|show|please|i|we|my|the)\b",
    re.I,
)


def meant(match: re.Match[str], text: str, today: date) -> Said | None:
    """What the matched words mean in this text; None when they are about something else than when it was written."""
    groups = match.groupdict()
    said = _last(groups, today) or _japanese(groups, today) if match.re is JA else _english(groups, today)
    if said is None or _STATE.match(text[match.end() :]):
        return None
    if _RECORDS.search(text):
        return said
    past_by_itself = said.relative and not (said.after is not None and said.after > today)
    if _ABILITY.search(text):
        return None
    past = past_by_itself or _bounded(groups) or _PAST.search(text) or not _SENTENCE.search(text)
    return said if past else None


def _bounded(groups: dict[str, str | None]) -> bool:
    """Words that only a time behind us has: 以降, since; "before 2024", while "before March" may be one to come."""
    opening, since = groups.get("open") or "", (groups.get("since") or "").lower()
    dated = groups.get("until") and (groups.get("year1") or groups.get("alone1"))
    return opening in ("以降", "以後", "以前", "より前") or since == "since" or bool(dated)


def _japanese(groups: dict[str, str | None], today: date) -> Said | None:
    days = _one(groups, "2", today)
    if days is None:
        return None
    relative = bool(groups["back2"])
    begins = _one(groups, "1", today)
    if begins is not None:
        return _between(begins, days, relative=bool(groups["back1"]))
    return _opened(days, groups["open"] or "", relative=relative)


def _english(groups: dict[str, str | None], today: date) -> Said | None:
    opening = "以降" if groups["since"] and groups["since"].lower() != "after" else "より後" if groups["since"] else ""
    if groups["until"]:
        opening = "より前" if groups["until"].lower() == "before" else "まで"
    relative = _last(groups, today) or _relative(groups, today)
    if isinstance(relative, Said):
        return relative
    if relative is not None:
        return _opened(relative, opening, relative=True)
    begins, ends = _one(groups, "1", today), _one(groups, "2", today)
    if begins is None:
        return None
    return _between(begins, ends, relative=False) if ends else _opened(begins, opening, relative=False)


def _relative(groups: dict[str, str | None], today: date) -> _Days | None:
    if groups["back"]:
        return _back(*_BACK[groups["back"].lower()], today)
    if groups["whole"]:
        return _back(groups["whole"].lower(), int((groups["which"] or "").lower() != "this"), today)
    return _month(_number(groups["named"]), None, today) if groups["named"] else None


def _last(groups: dict[str, str | None], today: date) -> Said | None:
    """「直近3か月」, "the last 30 days": up to now."""
    if not groups["count"]:
        return None
    written, unit = groups["count"].lower(), (groups["unit"] or "").lower()
    count = _NUMBERS.get(written) or int(written)
    unit = _UNITS.get(unit.replace("ヵ", "か").replace("ヶ", "か").replace("カ", "か"), unit)
    days = {"day": 1, "week": 7, "month": 30, "year": 365}[unit] * count
    return Said(today - timedelta(days=min(days, 36500)), None, relative=True)


def _between(begins: _Days, ends: _Days, *, relative: bool) -> Said | None:
    """From the first day of one to the last of the other; a month without a year begins before it ends."""
    first = begins.first if begins.first <= ends.first else begins.first.replace(year=begins.first.year - 1)
    return Said(first, ends.after, relative) if first < ends.after else None


def _opened(days: _Days, opening: str, *, relative: bool) -> Said:
    if opening in ("以降", "以後", "から"):
        return Said(days.first, None, relative)
    if opening == "より後":
        return Said(days.after, None, relative)
    if opening == "より前":
        return Said(None, days.first, relative)
    return Said(None, days.after, relative) if opening else Said(*days, relative)


def _one(groups: dict[str, str | None], place: str, today: date) -> _Days | None:
    """The days of one name: a word such as 先月, a month with or without its year, or a year."""
    month, year, alone = (groups.get(key + place) for key in ("month", "year", "alone"))
    if back := groups.get("back" + place):
        return _back(*_BACK[back], today)
    if alone:
        return _year(int(alone))
    if not month:
        return None
    of = groups.get("of" + place)
    of_year = today.year - _BACK[of][1] if of else int(year) if year else None
    return _month(_number(month), of_year, today)


def _number(month: str | None) -> int:
    assert month is not None
    return int(month) if month.isdecimal() else MONTHS.index(month.lower()) + 1


def _month(month: int, year: int | None, today: date) -> _Days:
    """That month; without a year the latest one that has begun."""
    year = year if year is not None else today.year - (month > today.month)
    return _Days(date(year, month, 1), date(year + month // 12, month % 12 + 1, 1))


def _year(year: int) -> _Days:
    return _Days(date(year, 1, 1), date(year + 1, 1, 1))


def _back(unit: str, units: int, today: date) -> _Days:
    """The whole day, week (from Monday), month, quarter or year so many units before the one of today."""
    if unit in ("day", "week"):
        length = 1 if unit == "day" else 7
        first = today - timedelta(days=(today.weekday() if unit == "week" else 0) + units * length)
        return _Days(first, first + timedelta(days=length))
    if unit == "year":
        return _year(today.year - units)
    length = 3 if unit == "quarter" else 1
    index = (today.year * 12 + today.month - 1) // length - units
    return _Days(_first_of(index * length), _first_of((index + 1) * length))


def _first_of(months: int) -> date:
    return date(months // 12, months % 12 + 1, 1)
