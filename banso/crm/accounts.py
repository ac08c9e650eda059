"""What a CRM knows about a customer. `None` and "" mean "not recorded"; zero means zero."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

TicketStatus = Literal["open", "pending", "solved", "closed", "unknown"]
Direction = Literal["up", "down", "flat", "unknown"]
ENDED = frozenset({"ended", "cancelled", "canceled", "churned", "expired", "terminated", "解約", "終了", "解約済み"})
"""Contract statuses that mean it no longer runs; everything else runs as long as its dates say so."""


class Record(BaseModel):
    """Base of the stored types; unknown fields are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Account(Record):
    """A customer company. `owner` is the CSM in charge; `status` as the CRM gives it (active, churned, …); `version`
    and `edition` are those of the product that they use (3.1.4; cloud, オンプレミス版), as the CRM writes them."""

    id: str = Field(min_length=1)
    name: str = Field(min_length=1)
    kana: str = ""
    domain: str = ""
    industry: str = ""
    segment: str = ""
    plan: str = ""
    version: str = ""
    edition: str = ""
    country: str = ""
    language: str = ""
    owner: str = ""
    status: str = ""
    created_at: date | None = None


class Contact(Record):
    """A person at an account."""

    id: str = Field(min_length=1)
    account_id: str = Field(min_length=1)
    name: str = Field(min_length=1)
    kana: str = ""
    role: str = ""
    email: str = ""
    phone: str = ""
    is_primary: bool | None = None
    last_contacted_at: datetime | None = None


class Contract(Record):
    """A contract or subscription. `mrr` and `arr` are amounts of `currency` (ISO 4217) a month and a year."""

    id: str = Field(min_length=1)
    account_id: str = Field(min_length=1)
    plan: str = ""
    seats: int | None = Field(None, ge=0)
    mrr: Decimal | None = None
    arr: Decimal | None = None
    currency: str = ""
    start_date: date | None = None
    end_date: date | None = None
    renewal_date: date | None = None
    auto_renew: bool | None = None
    status: str = ""

    def runs_on(self, day: date) -> bool:
        """Whether it is in force on this day, by its status and dates; a missing date does not end it."""
        started = self.start_date is None or self.start_date <= day
        return started and self.status.casefold() not in ENDED and (self.end_date is None or day <= self.end_date)


class UsageWeek(Record):
    """Usage of one account in the week that begins on `week_start`. A week without a row was not measured."""

    id: str = Field(min_length=1)
    account_id: str = Field(min_length=1)
    week_start: date
    active_users: int | None = Field(None, ge=0)
    seats: int | None = Field(None, ge=0)
    logins: int | None = Field(None, ge=0)
    events: int | None = Field(None, ge=0)
    errors: int | None = Field(None, ge=0)


class Survey(Record):
    """One answer: NPS 0 to 10, CSAT on the scale the company uses (mostly 1 to 5)."""

    id: str = Field(min_length=1)
    account_id: str = Field(min_length=1)
    answered_at: date | None = None
    kind: Literal["nps", "csat"]
    score: Decimal | None = None
    comment: str = ""


class CrmTicket(Record):
    """A support case as the CRM lists it; its conversation is in the ticket history."""

    id: str = Field(min_length=1)
    account_id: str = Field(min_length=1)
    subject: str = ""
    status: TicketStatus = "unknown"
    priority: str = ""
    created_at: datetime | None = None
    closed_at: datetime | None = None
    csat: Decimal | None = None


class CrmEvent(Record):
    """Something that happened to the account, such as `churn`, with the reason that was recorded."""

    id: str = Field(min_length=1)
    account_id: str = Field(min_length=1)
    at: date | None = None
    kind: str = ""
    reason: str = ""
    comment: str = ""


class Money(Record):
    """An amount with its currency; `currency` is empty when the CRM does not say."""

    amount: Decimal
    currency: str = ""


class UsageTrend(Record):
    """The last four complete weeks against the four before, as a mean per measured week.

    Weeks without a row are in `missing` and are left out of both means: nobody knows whether they were zero.
    `change` is relative (-0.25: a quarter less); `None`, and `direction` "unknown", when either side has fewer than
    two measured weeks or the earlier mean is zero.
    """

    metric: Literal["active_users", "logins", "events"]
    recent: float | None
    previous: float | None
    change: float | None
    direction: Direction
    recent_from: date
    previous_from: date
    until: date = Field(description="last day of the recent weeks")
    recent_weeks: int = Field(ge=0, le=4, description="measured weeks among the recent four")
    previous_weeks: int = Field(ge=0, le=4)
    missing: tuple[date, ...] = ()


class AccountOverview(Record):
    """One account at a glance, as of `today`. `loaded_at` is when the CRM data was last read."""

    account: Account
    today: date
    loaded_at: datetime | None = None
    contracts: tuple[Contract, ...] = Field((), description="those in force today, the next renewal first")
    ended_contracts: int = 0
    plan: str = ""
    seats: int | None = None
    mrr: tuple[Money, ...] = Field((), description="sum over the contracts in force, one per currency")
    arr: tuple[Money, ...] = ()
    renewal_date: date | None = None
    days_left: int | None = Field(None, description="days until the renewal; negative when it has passed")
    auto_renew: bool | None = None
    contacts: tuple[Contact, ...] = Field((), description="the primary contact first")
    open_tickets: tuple[CrmTicket, ...] = Field((), description="oldest first; open, pending or unknown")
    tickets_recorded: bool = Field(True, description="False: the CRM holds no tickets at all, so none is not zero")
    last_contact: Contact | None = Field(None, description="the contact spoken to last")
    usage: UsageTrend | None = None
    usage_until: date | None = Field(None, description="the last week recorded for this account begins here")
    surveys: tuple[Survey, ...] = Field((), description="newest first, at most six")
    events: tuple[CrmEvent, ...] = Field((), description="newest first, at most six")


Stored = Account | Contact | Contract | UsageWeek | Survey | CrmTicket | CrmEvent
