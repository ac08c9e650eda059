"""Small lines below an answer: the facts of the customer that it used, and how old its sources are."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from babel.dates import format_date
from babel.units import format_unit

from banso.knowledge.ages import SourceAges
from banso.ui.inert import inert, one_line
from banso.ui.services import AnswerView, FactView
from banso.ui.texts import Text

LONGEST = 60


def stale_line(answer: AnswerView, t: Text) -> str:
    """A warning where every source is old; else empty."""
    ages = answer.ages
    return t("aside.stale", months=ages.limit) if ages and ages.stale else ""


def small_lines(answer: AnswerView, t: Text, timezone: str) -> list[str]:
    """Lines of text, as they are said; none for an answer without facts and dates."""
    said = [facts_line(answer, t)] if answer.facts else []
    return [*said, ages_line(answer.ages, t, timezone)] if answer.ages else said


def facts_line(answer: AnswerView, t: Text) -> str:
    """The facts with their dates."""
    return t("aside.facts", facts=t("aside.facts_join").join(_fact(fact, t) for fact in answer.facts))


def ages_line(ages: SourceAges, t: Text, timezone: str) -> str:
    """The months of the oldest and the newest source, and how long ago the oldest was."""
    oldest, newest = (_month(moment, t, timezone) for moment in (ages.oldest, ages.newest))
    ago = t("aside.ago", age=_age(ages.months, t)) if ages.months else t("aside.ago_now")
    if oldest == newest:
        return t("aside.ages_one", dates=oldest, ago=ago)
    return t("aside.ages", dates=t("aside.span", oldest=oldest, newest=newest), ago=ago)


def _month(moment: datetime, t: Text, timezone: str) -> str:
    local = moment.astimezone(ZoneInfo(timezone))
    return str(format_date(local, "y年M月" if t.language == "ja" else "MMM y", locale=t.language))


def _age(months: int, t: Text) -> str:
    """Such as 2 年 7 か月, or 2 years 7 months."""
    parts = [(months // 12, "year"), (months % 12, "month")]
    length: Literal["short", "long"] = "short" if t.language == "ja" else "long"
    return " ".join(format_unit(n, f"duration-{unit}", length, locale=t.language) for n, unit in parts if n)


def _fact(fact: FactView, t: Text) -> str:
    value = one_line(fact.value, LONGEST)
    if fact.kind == "record":
        return value
    on = t("aside.since" if fact.kind == "plan" else "aside.dated", day=_day(fact.on, t)) if fact.on else ""
    return t(f"aside.fact_{fact.kind}", value=value, on=on)


def _day(value: date, t: Text) -> str:
    return str(format_date(value, "y年M月d日" if t.language == "ja" else "d MMM y", locale=t.language))


def as_markdown(lines: list[str]) -> str:
    """The lines in small print, inert; empty without any."""
    return "<small>" + "<br>".join(map(inert, lines)) + "</small>" if lines else ""
