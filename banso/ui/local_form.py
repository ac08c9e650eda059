"""Dates and numbers in the reader's form and the team's time zone."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal
from babel.units import format_unit

from banso.ui.texts import ScreenLanguage


def moment(value: datetime | None, language: ScreenLanguage, timezone: str) -> str:
    """Date and time to the minute, such as 2026年11月20日 14:05 or 20 Nov 2026, 14:05; a dash where unknown."""
    if value is None:
        return "–"
    local = _aware(value).astimezone(ZoneInfo(timezone))
    pattern = "y年M月d日 HH:mm" if language == "ja" else "d MMM y, HH:mm"
    return format_datetime(local, pattern, locale=language)


def day(value: datetime | None, language: ScreenLanguage, timezone: str) -> str:
    """The date alone."""
    if value is None:
        return "–"
    local = _aware(value).astimezone(ZoneInfo(timezone))
    return format_date(local, "y年M月d日" if language == "ja" else "d MMM y", locale=language)


def span(seconds: float, language: ScreenLanguage, *, coarse: bool = False) -> str:
    """A stretch of time to the minute, such as 2 時間 5 分 or 2 hr, 5 min; from a day on in days and hours.

    `coarse`: its largest unit alone.
    """
    minutes = max(int(seconds // 60), 0)
    days, hours = (minutes // 1440, minutes // 60 % 24) if minutes >= 1440 else (0, minutes // 60)
    parts = [(days, "day"), (hours, "hour"), (0 if days else minutes % 60, "minute")]
    shown = [(count, unit) for count, unit in parts if count] or [(0, "minute")]
    shown = shown[:1] if coarse else shown
    words = [format_unit(count, f"duration-{unit}", "short", locale=language) for count, unit in shown]
    return (" " if language == "ja" else ", ").join(words)


def clock(value: datetime, language: ScreenLanguage, timezone: str) -> str:
    """The time of day, such as 14:05."""
    return format_datetime(_aware(value).astimezone(ZoneInfo(timezone)), "HH:mm", locale=language)


def number(value: float, language: ScreenLanguage) -> str:
    """A number with its group separators."""
    return format_decimal(value, locale=language)


def _aware(value: datetime) -> datetime:
    return value if value.tzinfo else value.replace(tzinfo=UTC)
