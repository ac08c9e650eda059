"""Cells and JSON values as dates, numbers, yes/no and text, in the forms that exports really use."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from banso.core.errors import ItemError
from ingest.texts import told

_FORMATS = (
    "%Y-%m-%d %H:%M:%S %z",
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%d %H:%M",
    "%Y/%m/%d %H:%M:%S",
    "%Y/%m/%d %H:%M",
    "%Y/%m/%d",
    "%Y年%m月%d日 %H:%M",
    "%Y年%m月%d日 %H時%M分",
    "%Y年%m月%d日",
)
_NOTHING = {"", "-", "–", "—", "n/a", "na", "null", "none", "nan", "なし", "未設定", "未定", "不明"}
_YES, _NO = (
    {"true", "yes", "y", "1", "t", "on", "はい", "有", "○"},
    {"false", "no", "n", "0", "f", "off", "いいえ", "無", "×"},
)
_DIGITS = 18
"""More digits are no amount and no count; `1e999999` would fill the memory when written out."""
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_MONEY = re.compile(r"[,\s¥$€£円]|JPY|USD|EUR|GBP", re.IGNORECASE)


def normal(value: object) -> str:
    """A word to compare: NFKC, case folded, single spaces."""
    return " ".join(unicodedata.normalize("NFKC", str(value)).casefold().split())


def normal_key(key: str) -> str:
    """`Created at`, `created-at` and `created_at` are one key."""
    return "_".join(normal(key).replace("-", " ").replace("_", " ").split())


def pick(record: Mapping[str, Any], path: str) -> Any:
    """The value at a dotted path (`via.channel`, `messages.0.body`), or None; a key that contains dots wins."""
    if path in record:
        return record[path]
    value: Any = record
    for part in path.split("."):
        if isinstance(value, Mapping):
            value = value.get(part)
        elif isinstance(value, list) and part.isdigit() and int(part) < len(value):
            value = value[int(part)]
        else:
            return None
    return value


def storable(value: Any) -> Any:
    """A JSON value whose texts can be stored: halves of characters (an emoji that an export cut in two, written as an
    escape) and NUL become U+FFFD."""
    if isinstance(value, str):
        return _UNSTORABLE.sub("\ufffd", value)
    if isinstance(value, list):
        return [storable(item) for item in value]
    if isinstance(value, dict):
        return {storable(key): storable(item) for key, item in value.items()}
    return value


def as_text(value: object) -> str:
    """Text without space around it; None and empty lists as ""; numbers without a needless `.0`."""
    if value is None or value == []:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, list):
        return ", ".join(as_text(item) for item in value)
    return str(value).strip()


def as_moment(value: object, formats: Sequence[str] = (), timezone: str = "UTC") -> datetime | None:
    """A point in time, timezone-aware; `timezone` is for values without an offset. None when there is no value.

    ISO 8601, `formats`, the usual Japanese and slash forms, and Unix seconds or milliseconds. Raises ItemError.
    """
    text = unicodedata.normalize("NFKC", as_text(value))
    if text.casefold() in _NOTHING:
        return None
    if re.fullmatch(r"\d{10}(\d{3})?(\.\d+)?", text):
        seconds = float(text) / (1000 if len(text.partition(".")[0]) == 13 else 1)
        return datetime.fromtimestamp(seconds, UTC)
    found = _iso(text) if not formats else None
    found = found or next((m for m in (_strptime(text, f) for f in (*formats, *_FORMATS)) if m), None) or _iso(text)
    if found is None:
        raise ItemError(told("values.date", text=repr(text[:40])), told("values.date_hint"))
    return found if found.tzinfo else found.replace(tzinfo=ZoneInfo(timezone))


def as_number(value: object) -> Decimal | None:
    """A number: full-width digits, thousands commas and a currency sign are understood. Raises ItemError."""
    text = unicodedata.normalize("NFKC", as_text(value))
    if text.casefold() in _NOTHING:
        return None
    try:
        number = Decimal(_MONEY.sub("", text))
    except InvalidOperation as error:
        raise ItemError(told("values.number", text=repr(text[:40]))) from error
    if not number.is_finite() or number.adjusted() > _DIGITS:
        raise ItemError(told("values.number", text=repr(text[:40])))
    return number


def as_yes(value: object) -> bool | None:
    """Yes or no, in English, Japanese or digits; None when there is no value. Raises ItemError."""
    text = normal(value if value is not None else "")
    if text in _YES or text in _NO:
        return text in _YES
    if text in _NOTHING:
        return None
    raise ItemError(told("values.yes_no", text=repr(text[:40])), told("values.yes_no_hint"))


def _iso(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _strptime(text: str, form: str) -> datetime | None:
    try:
        return datetime.strptime(text, form)
    except ValueError:
        return None
