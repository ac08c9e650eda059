"""What sentences state in numbers: of what (a limit, a price, a period), how much, and what it was before."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from banso.knowledge.loanwords import sound
from banso.knowledge.vocabulary import content_terms, plain, same_as

_SECONDS = {
    "秒|seconds?|secs?": 1, "分間?|minutes?|mins?": 60, "時間|hours?": 3600, "日間?|days?": 86400,
    "週間?|weeks?": 604800, "[かヶカヵケ]月(?:間|分)?|months?": 2592000, "年間?|years?": 31536000,
}  # fmt: skip
_BYTES = {"kb|kib|キロバイト": 1e3, "mb|mib|メガバイト": 1e6, "gb|gib|ギガバイト": 1e9, "tb|tib": 1e12}
_KINDS: tuple[tuple[str, str, float], ...] = (
    *((unit, "bytes", factor) for unit, factor in _BYTES.items()),
    ("営業日|business days?|working days?", "business day", 1),
    *((unit, "time", seconds) for unit, seconds in _SECONDS.items()),
    ("万円", "yen", 1e4), ("円|jpy|yen", "yen", 1), ("usd|ドル|dollars?", "dollar", 1),
    ("eur|ユーロ|euros?", "euro", 1),
    ("%|パーセント|percent", "share", 1), ("割", "share", 10), ("文字|字|characters?|letters?", "letters", 1),
    ("桁|digits?", "digits", 1),
)  # fmt: skip
_NUMBER = (
    r"(?<![a-z\-\d./:月])(?<!月 )(\d+(?:\.\d+)?)(?!\d|\.\d|\s*(?:年\s*\d|月\s*\d|月[^間分]|月$)|[-/]\d|:\d"
    r"|\s*(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)|\s*(?:ユーザー|人|名|席)\s+\d)"
)
"""An amount; no date, no version, no code."""
_PER = (
    r"(?<!\d)1\s*(秒|分|時間|日|[かヶカヵケ]月|年|ユーザー|人|名|件|席)(?:間)?(?:あたり|当たり|につき|に(?=\d)|(?=\s*\d))|毎(秒|分|時|日|月|年)|(月|年)額"
    r"|(?:\ba|\ban|\bper|/|\beach|\bevery)\s*(?:(second|minute|min|hour|day|month|year|user|seat)s?\b|(分|秒|時間|日|月))"
)
_OF_PER = (
    ("second", "秒|second"), ("minute", "分|min"), ("hour", "時|hour"), ("day", "日|day"), ("month", "月|month"),
    ("year", "年|year"), ("head", "ユーザー|人|名|席|user|seat"), ("piece", "件"),
)  # fmt: skip
_CHANGE = re.compile(
    r"(\d[\d.]*)\s*(?:[^\s\d→]{0,4})\s*(?:→|->|⇒|から|to\b)\s*(?=\d)|(?<=from )(\d[\d.]*)(?=\s*[^\d]{0,12}to\s*\d)"
)
_BEFORE = re.compile(
    r"\([^()]*(?:まで|以前|当時|before|until|formerly|previously|was|were)[^()]*\)(?:\s*\S*?\d[\d.]*\s*\S*)?"
    r"|(?:以前は|旧|当時は|これまでの|従来の?|formerly|previously|used to be)[^、。,;.]{0,20}?\d[\d.]*"
)
_ASIDE = re.compile(r"\([^()]*\)")
_CLAUSE = re.compile(r"([、,;:；。|]|\b(?:and|but|while|with)\b)")
_TOPIC_END = re.compile(r"は|では|の場合|なら|だと")
_SAYS = (
    "limit maximum max minimum allow make made send call request rate number total raise lower chang reduc increas set "
    "second minut hour day week month year mb gb kb usd jpy per under rais at up to default now current new old most "
    "least hav accept may only include cost price fee pric keep kept plan 上限 最大 最小 上限値 制限 回数 件数 現在 "
    "以内 以上 変更 呼び 呼出 単価 税抜 税込 月額 年額 料金 価格 プラン"
)
_SAYS_LIMIT = frozenset(_SAYS.split())
"""Words with which any limit or price is stated; they do not say of what."""
MOST_DIGITS = 18
"""Longer numbers are keys and serials, no amounts."""
EQUAL = 0.03
"""Relative difference below which two amounts are one: 1 month and 30 days, 1 MB and 1,024 kB."""


@dataclass(frozen=True)
class Claim:
    """One amount that a unit states for itself. `about`: the words that say of what, as terms and as sounds."""

    value: str
    amount: float
    kind: str
    per: str
    about: frozenset[str]
    old: float | None = None
    """The amount that the sentence says was replaced by this one."""

    def measures_as(self, other: Claim) -> bool:
        """Whether both amounts are of one kind, so that they can be compared at all."""
        return self.kind == other.kind and self.per == other.per

    def differs(self, other: Claim) -> bool:
        """Whether the amounts differ by more than rounding."""
        return abs(self.amount - other.amount) > EQUAL * max(self.amount, other.amount)


def claims(shown: str, kind: str = "text") -> list[Claim]:
    """Every amount that a sentence, or a row (`kind` "table") under its header, states as valid now, in order."""
    header, _, row = shown.partition("\n")
    said = plain(row.splitlines()[-1] if kind == "table" and row else shown)
    outer = _per(said) or (_per(plain(header)) if kind == "table" else "")
    found, topic = [], frozenset[str]()
    for clause, end in _clauses(_ASIDE.sub(" ", _BEFORE.sub(" ", said))):
        if claim := _claim(clause, outer, topic):
            found.append(claim)
        elif end in (":", "|") and not topic:
            topic = topic_of(clause)
    return found


def topic_of(text: str) -> frozenset[str]:
    """Words that say what a clause is about, without those of any limit; with the sounds of loanwords."""
    return with_sounds(t for t, weight in content_terms(text).items() if weight >= 1.0 and t not in _SAYS_LIMIT)


def with_sounds(terms: object) -> frozenset[str]:
    """The terms, those that mean the same, and how loanwords sound, by which both languages can be compared."""
    words = frozenset(one for term in terms for one in same_as(term))  # type: ignore[attr-defined]
    return frozenset(f"~{heard}" if (heard := sound(word)) else word for word in words if not word.isdigit())


def _clauses(said: str) -> Iterator[tuple[str, str]]:
    """Each clause with what ends it."""
    parts = [*_CLAUSE.split(said), ""]
    yield from ((clause, end) for clause, end in zip(parts[::2], parts[1::2], strict=True) if clause.strip())


def _claim(clause: str, outer: str, topic: frozenset[str]) -> Claim | None:
    change = _CHANGE.search(clause)
    old = float((change[1] or change[2]).rstrip(".")) if change else None
    bare = re.sub(_PER, " ", _CHANGE.sub(" ", clause))
    for match in re.finditer(_NUMBER, bare):
        if len(match[1]) > MOST_DIGITS:
            continue
        kind, factor = _kind(bare, match)
        if kind != "count" or ("." not in match[1] and not 1990 <= int(match[1]) <= 2100):  # no version, no year
            break
    else:
        return None
    own = topic_of(_TOPIC_END.split(clause)[0]) if _TOPIC_END.search(clause) else topic_of(clause)
    amount = float(match[1])
    return Claim(
        match[1], amount * factor, kind, _per(clause) or outer, own | topic, None if old is None else old * factor
    )


def _kind(bare: str, match: re.Match[str]) -> tuple[str, float]:
    after, before = bare[match.end() :].lstrip(), bare[: match.start()].rstrip()
    if before.endswith(("$", "us$")):
        return "dollar", 1
    if before.endswith(("¥", "€", "£")):
        return {"¥": "yen", "€": "euro", "£": "pound"}[before[-1]], 1
    return next(((kind, by) for unit, kind, by in _KINDS if re.match(rf"-?(?:{unit})(?![a-z])", after)), ("count", 1))


def _per(text: str) -> str:
    match = re.search(_PER, text)
    said = next(filter(None, match.groups()), "") if match else ""
    return next((name for name, pattern in _OF_PER if said and re.match(pattern, said)), "")
