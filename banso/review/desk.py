"""What a reviewer's desk stands on, beside the ledger: the working list, claims, comments and due times."""

from __future__ import annotations

from dataclasses import dataclass

from banso.core.clock import Clock, utc_now
from banso.core.database import Database
from banso.core.settings import Settings
from banso.review.claims import Claims
from banso.review.comments import Comments
from banso.review.listing import Listing
from banso.review.priority import ServiceLevels, service_levels
from banso.review.store import Store


@dataclass(frozen=True)
class Desk:
    """The parts. Threads may share one."""

    listing: Listing
    claims: Claims
    comments: Comments
    levels: ServiceLevels
    clock: Clock


def open_desk(settings: Settings, database: Database, clock: Clock = utc_now) -> Desk:
    """The desk of these settings. Raises ConfigError when the service levels cannot be read."""
    store = Store(database, clock, settings.head)
    return Desk(
        listing=Listing(database, clock),
        claims=Claims(database, clock, store=store),
        comments=Comments(database, clock, store=store),
        levels=service_levels(settings.data),
        clock=clock,
    )
