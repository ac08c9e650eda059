"""The metrics that people are shown: their order, units and which way is better; and numbers in local form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, cast, get_args

from babel.numbers import format_currency, format_decimal, format_percent

from banso.gate.wording import kind_name
from banso.review.flags import visible
from banso.review.gate_report import Kind
from banso.ui.texts import ScreenLanguage, Text

Unit = Literal["share", "score", "seconds", "count", "dollars"]
Theme = Literal["search", "sources", "answer", "refusal", "draft", "gate", "writing", "safety", "cost", "other"]


@dataclass(frozen=True)
class Metric:
    """`share`: 0 to 1, read as a percentage; `score`: 0 to 1, read as it is."""

    name: str
    theme: Theme
    unit: Unit = "share"
    lower_is_better: bool = False


METRICS = (
    Metric("recall@10", "search"),
    Metric("hit@10", "search"),
    Metric("hit@1", "search"),
    Metric("ndcg@10", "search", "score"),
    Metric("mrr", "search", "score"),
    Metric("key_facts", "answer"),
    Metric("must_say", "answer"),
    Metric("must_not_say", "answer"),
    Metric("numbers_right", "answer"),
    Metric("language", "answer"),
    Metric("citation_hit", "sources"),
    Metric("citation_precision", "sources"),
    Metric("citation_recall", "sources"),
    Metric("sentence_support", "sources"),
    Metric("quote_exact", "sources"),
    Metric("every_line_cited", "sources"),
    Metric("refusal_precision", "refusal"),
    Metric("refusal_recall", "refusal"),
    Metric("refusal_f1", "refusal", "score"),
    Metric("right_grounding", "refusal"),
    Metric("wrong_but_confident", "refusal", lower_is_better=True),
    Metric("wrong_answers", "refusal", lower_is_better=True),
    Metric("draft_filed", "draft"),
    Metric("draft_gate", "draft"),
    Metric("draft_tone", "draft"),
    Metric("tools_on_plan", "draft"),
    Metric("bad_blocked", "gate"),
    Metric("good_blocked", "gate", lower_is_better=True),
    Metric("warning_only_blocked", "gate", lower_is_better=True),
    Metric("good_without_warning", "gate"),
    Metric("precision", "writing"),
    Metric("recall", "writing"),
    Metric("clean_mails", "writing"),
    Metric("mended", "writing"),
    Metric("stable", "writing"),
    Metric("steps_right", "safety"),
    Metric("end_state", "safety"),
    Metric("only_approved_sent", "safety"),
    Metric("one_message", "safety"),
    Metric("audit_whole", "safety"),
    Metric("says", "draft"),
    Metric("right_account", "safety"),
    Metric("nothing_sent", "safety"),
    Metric("messages_out", "safety", "count", lower_is_better=True),
    Metric("errors", "safety", lower_is_better=True),
    Metric("median_seconds", "cost", "seconds", lower_is_better=True),
    Metric("seconds", "cost", "seconds", lower_is_better=True),
    Metric("p95_seconds", "cost", "seconds", lower_is_better=True),
    Metric("tokens", "cost", "count", lower_is_better=True),
    Metric("cost", "cost", "dollars", lower_is_better=True),
)
_KNOWN = {metric.name: (number, metric) for number, metric in enumerate(METRICS)}
_OF_A_KIND = ("_precision", "_recall", "_f1")
"""Endings of the figures of one kind of the gate's marks, such as `promise_recall`."""


def metric(name: str) -> Metric:
    """What is known of this metric; one that nobody described here is a share, last in order."""
    return _KNOWN[name][1] if name in _KNOWN else Metric(name, "gate" if name.endswith(_OF_A_KIND) else "other")


def order(name: str) -> tuple[int, str]:
    """Sort key: as METRICS lists them, then by name."""
    return (_KNOWN[name][0] if name in _KNOWN else len(METRICS), name)


def title(name: str, t: Text) -> str:
    """What the metric is called."""
    if name in _KNOWN:
        return t(f"metric.{name}")
    kind, _, what = name.rpartition("_")
    if f"_{what}" in _OF_A_KIND and kind in get_args(Kind):
        return t(f"metric.kind_{what}", kind=kind_name(cast("Kind", kind), t.language))
    return visible(name)


def meaning(name: str, t: Text) -> str:
    """What it says, with its formula's source, in a sentence; empty for one that nobody described."""
    if name in _KNOWN:
        return t(f"means.{name}")
    return t("means.kind") if name.endswith(_OF_A_KIND) and title(name, t) != visible(name) else ""


def shown(value: float, unit: Unit, language: ScreenLanguage) -> str:
    """The value in the reader's form."""
    if unit == "share":
        return percent(value, language)
    if unit == "seconds":
        return format_decimal(value, "0.00", locale=language) + (" 秒" if language == "ja" else " s")
    if unit == "dollars":
        return str(format_currency(value, "USD", "¤#,##0.0000", locale=language, currency_digits=False))
    return str(format_decimal(value, "0.000" if unit == "score" else "#,##0.#", locale=language))


def percent(share: float, language: ScreenLanguage) -> str:
    """A share with one decimal, 100 % without."""
    return str(format_percent(share, "#,##0%" if share in (0, 1) else "#,##0.0%", locale=language))


def interval(low: float, high: float, unit: Unit, language: ScreenLanguage) -> str:
    """From low to high; a dash where there is no interval."""
    if low == high:
        return "–"
    joint = "〜" if language == "ja" else " – "
    return shown(low, unit, language) + joint + shown(high, unit, language)
