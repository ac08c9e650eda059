"""Failed sign-ins and the locks that follow: by name and address, by address, by name.

A lock by name alone would let anyone shut a colleague out. So ten tries lock a name for the address they came from; a
hundred from anywhere lock the name, but not where its owner has signed in lately (as OWASP's device cookies do).
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

TRIES = 10


@dataclass(frozen=True)
class Limit:
    """So many failures within a time lock for another."""

    tries: int
    within: timedelta
    locked: timedelta


PAIR = Limit(TRIES, timedelta(hours=24), timedelta(minutes=15))
ADDRESS = Limit(50, timedelta(minutes=15), timedelta(minutes=15))
NAME = Limit(100, timedelta(hours=24), timedelta(hours=4))
KNOWN = timedelta(days=30)
"""So long an address counts as one of the person's own after a sign-in there."""
KEPT = timedelta(days=31)

tries = sa.table(
    "sign_in_tries", *(sa.column(n) for n in ("name", "address", "failed", "since", "locked_until", "signed_in"))
)


def place(address: str) -> str:
    """What of an address counts: all of IPv4, the network of IPv6 (one customer has 2^64); empty for this machine.

    On this machine stands a proxy that was not told to us, or the operator: to lock it would lock everybody.
    """
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped is None:
            return "" if ip.is_loopback else str(ipaddress.ip_network((ip, 64), strict=False))
        ip = ip.ipv4_mapped
    return "" if ip.is_loopback else str(ip)


def begin(db: sa.Connection, name: str, address: str, now: datetime) -> bool:
    """Count a try as failed before it is judged, so that many at once cannot exceed a limit. False: locked."""
    db.execute(sa.delete(tries).where(tries.c.since < (now - KEPT).isoformat()))
    limits = _limits(db, name, address, now)
    rows = {key: _row(db, *key) for key in limits}
    if any(row and row.locked_until and datetime.fromisoformat(row.locked_until) > now for row in rows.values()):
        return False
    for key, limit in limits.items():
        _count(db, key, rows[key], limit, now)
    return True


def succeed(db: sa.Connection, name: str, address: str, now: datetime) -> None:
    """The try that was begun was right: it counts nowhere, and the address is the person's own."""
    _take_back(db, "", address)
    _take_back(db, name, "")
    db.execute(sa.delete(tries).where(tries.c.name == name, tries.c.address == _own(address)))
    db.execute(
        sa.insert(tries).values(
            name=name, address=_own(address), failed=0, since=now.isoformat(), signed_in=now.isoformat()
        )
    )


def forget(db: sa.Connection, name: str = "", address: str = "") -> int:
    """Take the locks of this name, or of this address, away. How many there were."""
    which = tries.c.name == name if name else sa.and_(tries.c.name == "", tries.c.address == place(address))
    locked = sa.select(sa.func.count()).select_from(tries).where(which, tries.c.locked_until.is_not(None))
    found = int(db.scalar(locked) or 0)
    db.execute(sa.update(tries).where(which).values(failed=0, locked_until=None))
    return found


def _limits(db: sa.Connection, name: str, address: str, now: datetime) -> dict[tuple[str, str], Limit]:
    limits = {(name, _own(address)): PAIR} if name else {}
    own = _row(db, name, _own(address)) if name else None
    if own and own.signed_in and datetime.fromisoformat(own.signed_in) > now - KNOWN:
        return limits
    if address:
        limits["", address] = ADDRESS
    if name:
        limits[name, ""] = NAME
    return limits


def _own(address: str) -> str:
    return address or "here"


def _row(db: sa.Connection, name: str, address: str) -> sa.Row[tuple[str, ...]] | None:
    return db.execute(sa.select(tries).where(tries.c.name == name, tries.c.address == address)).one_or_none()


def _count(
    db: sa.Connection, key: tuple[str, str], row: sa.Row[tuple[str, ...]] | None, limit: Limit, now: datetime
) -> None:
    fresh = row is None or datetime.fromisoformat(row.since) < now - limit.within or row.locked_until
    failed = 1 if fresh or row is None else int(row.failed) + 1
    values = {
        "failed": failed,
        "since": now.isoformat() if fresh or row is None else row.since,
        "locked_until": (now + limit.locked).isoformat() if failed >= limit.tries else None,
    }
    if row is None:
        db.execute(sa.insert(tries).values(name=key[0], address=key[1], **values))
    else:
        db.execute(sa.update(tries).where(tries.c.name == key[0], tries.c.address == key[1]).values(values))


def _take_back(db: sa.Connection, name: str, address: str) -> None:
    which = sa.and_(tries.c.name == name, tries.c.address == address, tries.c.failed > 0)
    db.execute(sa.update(tries).where(which).values(failed=tries.c.failed - 1, locked_until=None))
