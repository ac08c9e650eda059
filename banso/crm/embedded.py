"""The CRM inside: SQLAlchemy over SQLite or PostgreSQL."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from datetime import date, datetime
from typing import TypeVar
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from rapidfuzz import fuzz, process

from banso.core.clock import Clock, utc_now
from banso.core.database import Database
from banso.core.errors import NotFound
from banso.core.settings import Settings
from banso.crm.accounts import (
    Account,
    AccountOverview,
    Contact,
    Contract,
    CrmEvent,
    CrmTicket,
    Record,
    Survey,
    UsageWeek,
)
from banso.crm.base import Ambiguous, Crm
from banso.crm.holdings import Holding, holdings
from banso.crm.names import company_key, domain_of, person_key, plain
from banso.crm.overview import build_overview, order_contacts
from banso.crm.tables import TABLES, as_record, keys, loads

R = TypeVar("R", bound=Record)
SHOWN = 8  # candidates worth reading
SIMILAR = 70.0  # rapidfuzz score, 0 to 100, from which a name is worth offering: one letter wrong in four
SHORTEST = 2  # one letter is the beginning of too many names


class EmbeddedCrm:
    """Answers from the database. Threads may share it; it only reads."""

    def __init__(self, database: Database, clock: Clock = utc_now, timezone: str = "Asia/Tokyo") -> None:
        self._database, self._clock, self._zone = database, clock, ZoneInfo(timezone)

    def find(self, text: str) -> Account:
        """See `Crm.find`."""
        with self._database.read() as db:
            for ids in self._readings(db, text):
                found = self._accounts(db, ids)
                if len(found) == 1:
                    return found[0]
                if found:
                    raise Ambiguous(text, found[:SHOWN])
            similar = self._accounts(db, _similar(db, text))
        if similar:
            raise Ambiguous(text, similar, close=True)
        raise NotFound(f"no account {text!r}", "search by company name, contact, domain or account id")

    def mentioned(self, text: str, limit: int = 5) -> list[Account]:
        """See `Crm.mentioned`."""
        whole, ids = company_key(text), dict[str, int]()
        with self._database.read() as db:
            for row in db.execute(sa.select(keys).where(keys.c.kind.in_(("id", "name", "kana", "domain")))):
                needle = company_key(row.key) if row.kind in ("id", "domain") else row.key
                if len(needle) > SHORTEST and needle in whole:
                    ids[row.account_id] = max(len(needle), ids.get(row.account_id, 0))
            best = sorted(ids, key=lambda i: (-ids[i], i))[:limit]
            return sorted(self._accounts(db, best), key=lambda a: best.index(a.id))

    def get(self, account_id: str) -> Account:
        """See `Crm.get`."""
        with self._database.read() as db:
            return self._get(db, account_id)

    def accounts(self, matching: str = "", limit: int = 50) -> list[Account]:
        """See `Crm.accounts`."""
        table = TABLES["accounts"]
        query = sa.select(table).order_by(table.c.name, table.c.id).limit(limit)
        if matching.strip():
            folded = keys.c.kind.in_(("name", "kana")) & _holds(company_key(matching))
            literal = keys.c.kind.in_(("id", "domain")) & _holds(plain(matching))
            query = query.where(table.c.id.in_(sa.select(keys.c.account_id).where(folded | literal)))
        with self._database.read() as db:
            return [as_record(Account, row) for row in db.execute(query)]

    def contacts(self, account_id: str) -> list[Contact]:
        """See `Crm.contacts`."""
        with self._database.read() as db:
            self._get(db, account_id)
            return list(order_contacts(_of(db, Contact, "contacts", account_id)))

    def overview(self, account_id: str) -> AccountOverview:
        """See `Crm.overview`; "today" is the clock's day in the time zone of the team."""
        with self._database.read() as db:
            loaded = _loaded_at(db, account_id)
            account, week = self._get(db, account_id), TABLES["usage"].c.week_start
            until = db.execute(sa.select(sa.func.max(week)).where(week <= self._today().isoformat())).scalar()
            return build_overview(
                account,
                today=self._today(),
                loaded_at=loaded and loaded.astimezone(self._zone),
                contracts=_of(db, Contract, "contracts", account_id),
                contacts=_of(db, Contact, "contacts", account_id),
                usage=_of(db, UsageWeek, "usage", account_id),
                measured_until=date.fromisoformat(until) if until else None,
                surveys=_of(db, Survey, "surveys", account_id),
                tickets=_of(db, CrmTicket, "tickets", account_id),
                tickets_recorded=db.execute(sa.select(TABLES["tickets"].c.id).limit(1)).first() is not None,
                events=_of(db, CrmEvent, "events", account_id),
            )

    def plans(self) -> list[str]:
        """See `Crm.plans`."""
        named = [sa.select(TABLES[kind].c.plan).where(TABLES[kind].c.plan != "") for kind in ("accounts", "contracts")]
        with self._database.read() as db:
            return sorted(db.execute(sa.union(*named)).scalars())

    def editions(self) -> list[str]:
        """See `Crm.editions`."""
        named = TABLES["accounts"].c.edition
        with self._database.read() as db:
            return sorted(db.execute(sa.select(named).where(named != "").distinct()).scalars())

    def holdings(self) -> list[Holding]:
        """See `Crm.holdings`."""
        with self._database.read() as db:
            return holdings(db)

    def _today(self) -> date:
        return self._clock().astimezone(self._zone).date()

    def _get(self, db: sa.Connection, account_id: str) -> Account:
        table = TABLES["accounts"]
        row = db.execute(sa.select(table).where(table.c.id == account_id)).one_or_none()
        if row is None:
            ids = list(db.execute(sa.select(table.c.id)).scalars())
            near = difflib.get_close_matches(account_id.upper(), ids, n=3, cutoff=0.5)
            hint = f"near it: {', '.join(near)}" if near else "take in the CRM first: python -m ingest crm FOLDER"
            raise NotFound(f"no account with the id {account_id!r} among {len(ids)}", hint)
        return as_record(Account, row)

    def _accounts(self, db: sa.Connection, ids: Iterable[str]) -> list[Account]:
        table = TABLES["accounts"]
        rows = db.execute(sa.select(table).where(table.c.id.in_(list(ids))).order_by(table.c.name, table.c.id))
        return [as_record(Account, row) for row in rows]

    def _readings(self, db: sa.Connection, text: str) -> Iterable[list[str]]:
        """Account ids by each way to understand the text, the surest first."""
        exact, company, person = plain(text), company_key(text), person_key(text)
        yield _ids(db, ("id",), keys.c.key == exact)
        yield _ids(db, ("email",), keys.c.key == exact)
        if domain := domain_of(text):
            parts = domain.split(".")
            for n in range(len(parts) - 1):  # mail.example.co.jp belongs to example.co.jp
                yield _ids(db, ("domain",), keys.c.key == ".".join(parts[n:]))
        if company:
            yield _ids(db, ("name", "kana"), keys.c.key == company)
            yield _ids(db, ("contact",), keys.c.key == person)
        if len(company) >= SHORTEST and "@" not in text:
            yield _ids(db, ("name", "kana"), keys.c.key.startswith(company, autoescape=True))
            yield _ids(db, ("name", "kana"), keys.c.key.contains(company, autoescape=True))
            yield _ids(db, ("contact",), keys.c.key.startswith(person, autoescape=True))


def open_crm(settings: Settings, database: Database) -> Crm:
    """The CRM of these settings."""
    return EmbeddedCrm(database, timezone=settings.timezone)


def _holds(part: str) -> sa.ColumnElement[bool]:
    return keys.c.key.contains(part, autoescape=True) if part else sa.false()


def _ids(db: sa.Connection, kinds: tuple[str, ...], condition: sa.ColumnElement[bool]) -> list[str]:
    query = sa.select(keys.c.account_id).where(keys.c.kind.in_(kinds), condition).distinct().limit(200)
    return [str(found) for found in db.execute(query).scalars()]


def _similar(db: sa.Connection, text: str) -> list[str]:
    rows = db.execute(
        sa.select(keys.c.account_id, keys.c.key).where(keys.c.kind.in_(("name", "kana", "contact")))
    ).all()
    query = company_key(text)
    if len(query) < SHORTEST:
        return []
    scorer = fuzz.WRatio if len(query) > 3 else fuzz.ratio  # parts of a few letters are alike by chance
    near = process.extract(query, [row.key for row in rows], scorer=scorer, score_cutoff=SIMILAR, limit=SHOWN)
    return list(dict.fromkeys(rows[index].account_id for _, _, index in near))


def _of(db: sa.Connection, model: type[R], kind: str, account_id: str) -> list[R]:
    table = TABLES[kind]
    rows = db.execute(sa.select(table).where(table.c.account_id == account_id).order_by(table.c.id))
    return [as_record(model, row) for row in rows]


def _loaded_at(db: sa.Connection, account_id: str) -> datetime | None:
    table = TABLES["accounts"]
    query = sa.select(loads.c.loaded_at).join(table, table.c.collection == loads.c.collection)
    found = db.execute(query.where(table.c.id == account_id)).scalar()
    return datetime.fromisoformat(found) if found else None
