"""One account at a glance: pure arithmetic over its records, no database and no clock."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Literal

from banso.crm.accounts import (
    Account,
    AccountOverview,
    Contact,
    Contract,
    CrmEvent,
    CrmTicket,
    Direction,
    Money,
    Survey,
    UsageTrend,
    UsageWeek,
)

SPAN = 4  # weeks on each side of the comparison: one billing month
FLAT = 0.10  # a smaller relative change is within the ordinary swing of weekly figures
NEEDED = 2  # measured weeks on each side; one alone says nothing about a trend
NEWEST = 6
_NEVER = datetime.min.replace(tzinfo=UTC)


def build_overview(  # noqa: PLR0913 - one parameter a table
    account: Account,
    *,
    today: date,
    loaded_at: datetime | None,
    contracts: Sequence[Contract] = (),
    contacts: Sequence[Contact] = (),
    usage: Sequence[UsageWeek] = (),
    measured_until: date | None = None,
    surveys: Sequence[Survey] = (),
    tickets: Sequence[CrmTicket] = (),
    tickets_recorded: bool = True,
    events: Sequence[CrmEvent] = (),
) -> AccountOverview:
    """The overview as of `today`. `measured_until` is the last week recorded for any account: usage is compared up
    to there, so that an account without rows while others have some shows as missing, not as current."""
    running = sorted((c for c in contracts if c.runs_on(today)), key=lambda c: _next(c.renewal_date, today))
    renewing = next((c for c in running if c.renewal_date), None)
    renewal = renewing.renewal_date if renewing else None
    seats = [c.seats for c in running if c.seats is not None]
    return AccountOverview(
        account=account,
        today=today,
        loaded_at=loaded_at,
        contracts=tuple(running),
        ended_contracts=len(contracts) - len(running),
        plan=", ".join(dict.fromkeys(c.plan for c in running if c.plan)) or account.plan,
        seats=sum(seats) if seats else None,
        mrr=_sum((c.mrr, c.currency) for c in running),
        arr=_sum((c.arr if c.arr is not None else c.mrr and c.mrr * 12, c.currency) for c in running),
        renewal_date=renewal,
        days_left=(renewal - today).days if renewal else None,
        auto_renew=renewing.auto_renew if renewing else None,
        contacts=order_contacts(contacts),
        open_tickets=tuple(
            sorted((t for t in tickets if t.status not in ("solved", "closed")), key=lambda t: t.created_at or _NEVER)
        ),
        tickets_recorded=tickets_recorded,
        last_contact=max((c for c in contacts if c.last_contacted_at), key=_contacted, default=None),
        usage=usage_trend(usage, today, measured_until),
        usage_until=max((w.week_start for w in usage), default=None),
        surveys=tuple(sorted(surveys, key=lambda s: s.answered_at or date.min, reverse=True)[:NEWEST]),
        events=tuple(sorted(events, key=lambda e: e.at or date.min, reverse=True)[:NEWEST]),
    )


def order_contacts(contacts: Iterable[Contact]) -> tuple[Contact, ...]:
    """The primary contact first, then the one spoken to last."""
    return tuple(sorted(contacts, key=lambda c: (not c.is_primary, -_contacted(c).timestamp(), c.name)))


def usage_trend(weeks: Sequence[UsageWeek], today: date, measured_until: date | None = None) -> UsageTrend | None:
    """The trend over eight weeks up to the last complete one measured, or None when nothing was ever measured."""
    complete = [w for w in weeks if w.week_start + timedelta(days=7) <= today]
    if not complete:
        return None
    last = max(w.week_start for w in complete)
    step = timedelta(days=7)
    if measured_until and measured_until > last:  # others were measured later: the gap belongs to this account
        last += step * ((min(measured_until, today - step) - last).days // 7)
    starts = [last - step * n for n in range(2 * SPAN)]
    metric = _metric(complete)
    values = {w.week_start: getattr(w, metric) for w in complete if getattr(w, metric) is not None}
    recent = [values[s] for s in starts[:SPAN] if s in values]
    previous = [values[s] for s in starts[SPAN:] if s in values]
    change = _change(recent, previous)
    return UsageTrend(
        metric=metric,
        recent=_mean(recent),
        previous=_mean(previous),
        change=change,
        direction=_direction(change),
        recent_from=starts[SPAN - 1],
        previous_from=starts[-1],
        until=last + timedelta(days=6),
        recent_weeks=len(recent),
        previous_weeks=len(previous),
        missing=tuple(sorted(s for s in starts if s not in values)),
    )


def _metric(weeks: Sequence[UsageWeek]) -> Literal["active_users", "logins", "events"]:
    if any(w.active_users is not None for w in weeks):
        return "active_users"
    return "logins" if any(w.logins is not None for w in weeks) else "events"


def _mean(values: Sequence[int]) -> float | None:
    return round(sum(values) / len(values), 2) if values else None


def _change(recent: Sequence[int], previous: Sequence[int]) -> float | None:
    if min(len(recent), len(previous)) < NEEDED or sum(previous) == 0:
        return None
    return round(sum(recent) / len(recent) / (sum(previous) / len(previous)) - 1, 4)


def _direction(change: float | None) -> Direction:
    if change is None:
        return "unknown"
    if abs(change) < FLAT:
        return "flat"
    return "up" if change > 0 else "down"


def _sum(amounts: Iterable[tuple[Decimal | None, str]]) -> tuple[Money, ...]:
    totals: dict[str, Decimal] = defaultdict(Decimal)
    for amount, currency in amounts:
        if amount is not None:
            totals[currency] += amount
    return tuple(Money(amount=total, currency=currency) for currency, total in sorted(totals.items()))


def _next(renewal: date | None, today: date) -> tuple[int, int]:
    """Order of renewals: those ahead, the nearest first; then those passed, the latest first; then none recorded."""
    if renewal is None:
        return (2, 0)
    days = (renewal - today).days
    return (0, days) if days >= 0 else (1, -days)


def _contacted(contact: Contact) -> datetime:
    at = contact.last_contacted_at
    if at is None:
        return datetime(1970, 1, 1, tzinfo=UTC)
    return at if at.tzinfo else at.replace(tzinfo=UTC)
