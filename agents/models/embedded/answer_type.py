"""What the answer to a question must contain: asked how many days, a sentence without a number of days is none."""

from __future__ import annotations

import re

from banso.knowledge.vocabulary import plain

_TIME = (
    r"(?:営業日|日間?|時間|分間?|秒間?|年間?|[かヶカヵケ]月|週間?"
    r"|(?:business |working |calendar )?(?:days?|hours?|minutes?|mins?|seconds?|secs?|weeks?|months?|years?))"
)
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_MONTHS = "[かヶカヵケ]月|months?"
_SPELT = (
    r"\b(?:one|two|three|four|five|six|seven|eight|nine|ten|twelve|twenty|thirty|sixty|once|twice|unlimited|none)\b"
)
_COUNT = (
    rf"(?<![A-Za-z\-\d.])\d[\d,]*(?!\s*[:年]|[-/]\d)|{_SPELT}|無制限|[一二三四五六七八九十]+(?:件|回|人|名|つ|枚|段|社)"
)
_DURATION = rf"\d\s*{_TIME}|{_SPELT}[ -]{_TIME}|すぐ|直ち|即時|at once|immediately|real[ -]time"
_MOMENT = (
    rf"\d{{4}}-\d|\d\s*[年月日時]|\d{{1,2}}:\d\d|\b(?:{_MONTH})\b|{_DURATION}|毎[日週月年時朝]|翌|月末|曜日?|午[前後]"
    r"|次回|\bdaily\b|\bevery\b|\bnext\b|\bnightly\b|\bquarter|\d\s*(?:am|pm)\b|更新(?:時|日)"
)
_OFTEN = rf"{_MOMENT}|\bonce\b|\btwice\b|\byearly\b|\bannual|\bmonthly\b|\bweekly\b|\d\s*回"
_MONEY = r"\d[\d,.]*\s*(?:円|万円|jpy|usd|eur|ドル|%)|[¥$€£]\s?\d|無料|無償|\bfree\b|no (?:extra )?charge|included"
_SIZE = r"\d\s*(?:[kmgt]i?b\b|バイト|bytes?|kilobytes?|megabytes?|gigabytes?|キロ|メガ|ギガ|px|ピクセル|dpi)"
_LETTERS = r"\d[\d,]*\s*(?:文字|字|桁|letters?|characters?|digits?)"
_SHARE = rf"\d\s*(?:%|パーセント|percent|割)|{_SPELT} percent"


def _span(*units: str) -> str:
    return rf"(?:\d|{_SPELT})[ -]?\s*(?:{'|'.join(units)})|すぐ|直ち|即時|at once|immediately"


def _counted(counter: str) -> str:
    """A number with this Japanese counter, or among English words."""
    number, between = rf"(?:{_COUNT})", "[^ぁ-んァ-ヶ一-龠]{0,20}"
    return rf"\d\s*(?:{counter})|無制限|{number}{between}[a-z]{{3}}|[a-z]{{3}}{between}{number}"


_ASKED: tuple[tuple[str, str], ...] = (
    (r"何\s*(?:%|パーセント|割)|what (?:percent|share|proportion)|how many percent", _SHARE),
    (
        r"(?:最大|上限|何).{0,4}(?:サイズ|容量|mb|kb|gb|メガ)"
        r"|(?:what|maximum|max|which) .{0,12}\bsize\b|how (?:big|large)",
        _SIZE,
    ),
    (r"何文字|何字|何桁|how many (?:letters|characters|digits)", _LETTERS),
    (r"何秒|how many seconds", _span("秒", "seconds?", "分", "minutes?")),
    (r"何分|how many minutes", _span("分", "minutes?", "秒", "seconds?", "時間", "hours?")),
    (r"何時間|how many hours", _span("時間", "hours?", "分", "minutes?", "営業日", "日", "days?")),
    (
        r"何(?:営業日|日(?!に))|how many (?:business |working )?days",
        _span("営業日", "日", "(?:business |working )?days?", "週", "weeks?", _MONTHS, "時間", "hours?"),
    ),
    (r"何(?:[かヶカヵケ]月|週)|how many (?:weeks|months)", _span(_MONTHS, "週", "weeks?", "日", "days?", "年")),
    (r"何年|how many years", _span("年", "years?", _MONTHS)),
    (
        r"いくら(?:です|で|に|か|[?？])|料金は|価格は|how much (?:is|does|do|for|will)"
        r"|what (?:is|are) the (?:price|fee|cost)|what do(?:es)? .{0,30} (?:cost|charge)",
        _MONEY,
    ),
    (
        r"いつ(?!も|でも)|どのタイミング|何時|何日に|何月|\bwhen (?:is|are|was|were|will|do|does|did)\b|\bwhen\?"
        r"|(?:what|which) (?:day|date|month|time)\b|by when",
        _MOMENT,
    ),
    (r"どのくらいの頻度|how often|how frequently", _OFTEN),
    (r"(?:どの|どれ)[くぐ]らい(?:待|残|保|かか|前|で|の期間)|how long (?!may|can)", _DURATION),
    (r"how long", rf"{_DURATION}|{_LETTERS}"),
    (r"(?:どの|どれ)[くぐ]らい", rf"{_COUNT}|{_OFTEN}|{_MONEY}|{_SHARE}"),
    (r"何回", _counted("回")),
    (r"何(?:人|名|席)", _counted("人|名|席|ユーザー")),
    (r"何種類?", _counted("種")),
    (r"何行", _counted("行")),
    (r"何(?:件|枚|個|つ|段|台|社|通|本)", _counted("件|枚|個|つ|段|台|社|通|本")),
    (r"いくつ|how many", _COUNT),
)  # fmt: skip


def answer_pattern(question: str) -> re.Pattern[str] | None:
    """What a sentence must match to be an answer; None when any sentence may be one. Match it against `plain` text."""
    asked = plain(question)
    return next((re.compile(needed, re.I) for pattern, needed in _ASKED if re.search(pattern, asked)), None)


_DENOMINATOR = re.compile(
    r"(?<!\d)1\s*(?:分|秒|時間|日|[かヶカヵケ]?月|年|ユーザー|人|名|件)(?:間)?(?:あたり|当たり|につき|に(?=\d)|(?=\s*\d))"
)
_ASIDE = re.compile(r"\([^()]*\)")
_RAISED = re.compile(r"(?:from|)\s*\d[\d.]*\s*\S{0,3}\s*(?:to|→|->|から)\s*(?=\d)")
_VALUE = re.compile(r"(?<![a-z\-\d./:])\d+(?:\.\d+)?(?!\d|\s*[:年月]|[-/]\d|\.\d)")
_PER = (
    ("second", r"秒|\bseconds?\b"), ("minute", r"分|\bminutes?\b"), ("hour", r"時間|\bhours?\b"),
    ("day", r"日|\bdays?\b"), ("month", r"月|\bmonths?\b"),
    ("year", r"年|\byears?\b"), ("money", r"円|jpy|usd|ドル|[¥$]"), ("share", r"%|割"),
)  # fmt: skip


def value(text: str) -> str:
    """The first number that a sentence states for itself, as 60 in 「1分あたり60回」, 120 in "from 60 to 120"."""
    bare = _RAISED.sub(" ", _DENOMINATOR.sub(" ", _ASIDE.sub(" ", plain(text))))
    found = _VALUE.search(bare)
    return found.group() if found else ""


def measures(text: str) -> frozenset[str]:
    """The units that a sentence speaks in, the same names in both languages."""
    seen = plain(text)
    return frozenset(name for name, pattern in _PER if re.search(pattern, seen))
