"""Trial calls and what answers took, as tables for the reader."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from babel.numbers import format_currency

from banso.ui import local_form
from banso.ui.markup import render
from banso.ui.models.ports import TrialView, UsageLineView
from banso.ui.texts import Text


def note(fixed: bool, t: Text) -> str:
    """Whether something can be set here."""
    return f"> {t('models.fixed')}" if fixed else ""


def dollars(cost: float | None, t: Text) -> str:
    """US dollars in the reader's form, as precise as small prices need; a dash where not known."""
    if cost is None:
        return "–"
    digits = "0.00" if cost == 0 or cost >= 1 else "0.0000"
    return str(format_currency(cost, "USD", f"¤{digits}", locale=t.language, currency_digits=False))


def trials(tried: Sequence[TrialView], t: Text) -> str:
    """A row a model."""
    rows = [
        {
            "model": one.model, "answered": one.answered, "reason": one.reason, "seconds": f"{one.seconds:.1f}",
            "tools": t("models.tools_yes" if one.calls_tools else "models.tools_no"),
            "price": _price(one, t), "context": local_form.number(one.context, t.language) if one.context else "–",
        }
        for one in tried
    ]  # fmt: skip
    return render("models/trials.html", t=t, rows=rows)


def _price(one: TrialView, t: Text) -> str:
    if one.price_in is None and one.price_out is None:
        return t("models.unpriced")
    return f"{dollars(one.price_in, t)} / {dollars(one.price_out, t)}"


def usage(whole: Sequence[UsageLineView], daily: Sequence[UsageLineView], t: Text) -> str:
    """Two tables: by model, and by day and model."""
    if not whole:
        return t("models.nothing_used")
    return render("models/usage.html", t=t, tables=[[_line(one, t) for one in lines] for lines in (whole, daily)])


def _line(one: UsageLineView, t: Text) -> dict[str, Any]:
    number = local_form.number
    tokens = number(one.prompt_tokens + one.completion_tokens, t.language)
    return {
        "day": one.day, "model": one.model, "answers": number(one.answers, t.language),
        "calls": number(one.calls, t.language), "failed": number(one.failed, t.language),
        "tokens": t("models.about", value=tokens) if one.estimated else tokens,
        "cost": "–" if one.unpriced == one.answers else dollars(one.cost, t),
        "seconds": f"{one.median_seconds:.1f} / {one.p95_seconds:.1f}",
    }  # fmt: skip
