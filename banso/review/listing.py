"""The queue as a working list: every draft by its latest version, with its text, its claim, and when it was filed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import islice

import sqlalchemy as sa

from banso.core.clock import Clock, utc_now
from banso.core.database import Database
from banso.knowledge.documents import Citation, Frozen
from banso.review.drafts import DraftState, DraftSummary
from banso.review.finding import candidates, folded, holds, words_of
from banso.review.queries import _STATE as STATE_SQL
from banso.review.store import stamp

_LINES = """
    SELECT q.*, w.body, w.evidence,
        (SELECT MIN(created_at) FROM draft_versions WHERE draft = q.id) AS filed_at,
        COALESCE(c.assignee, '') AS assignee,
        CASE WHEN c.held_until > :now THEN c.holder ELSE '' END AS holder
    FROM ({states}) AS q
    JOIN draft_versions w ON w.draft = q.id AND w.version = q.version
    LEFT JOIN draft_claims c ON c.draft = q.id
    WHERE (:states = '' OR :states LIKE '%,' || state || ',%')
        AND (:account = '' OR q.account = :account) AND (:author = '' OR q.author = :author)
        AND (:assignee = '' OR COALESCE(c.assignee, '') = :assignee)
    ORDER BY q.created_at DESC, q.id
"""


FEW = 500
"""Drafts up to which a search names those it found, rather than read every draft and leave the others out."""


class DraftLine(DraftSummary):
    """A line of the working list."""

    body: str
    evidence: tuple[Citation, ...] = ()
    filed_at: str
    """When the first version was filed: waiting counts from there, whatever was edited since."""
    assignee: str = ""
    holder: str = ""


class Choice(Frozen):
    """What to list. Empty fields do not choose. `words` must all stand in recipient, subject, body or account."""

    states: tuple[DraftState, ...] = ()
    account: str = ""
    author: str = ""
    assignee: str = ""
    words: str = ""


class Listing:
    """Reads the working list. Threads may share one."""

    def __init__(self, database: Database, clock: Clock = utc_now) -> None:
        self._database, self._clock = database, clock

    def lines(self, choice: Choice, limit: int = 200) -> list[DraftLine]:
        """At most `limit` drafts, the newest first."""
        values = {
            "now": stamp(self._clock()), "states": f",{','.join(choice.states)}," if choice.states else "",
            "account": choice.account, "author": choice.author, "assignee": choice.assignee,
        }  # fmt: skip
        with self._database.read() as db:
            return list(islice(_chosen(db, values, folded(choice.words).split()), limit))

    def people(self) -> tuple[list[str], list[str], list[str]]:
        """Accounts, authors and assignees that occur, for the filters; each sorted."""
        columns = ("account FROM draft_versions", "author FROM draft_versions", "assignee FROM draft_claims")
        with self._database.read() as db:
            read = [db.execute(sa.text(f"SELECT DISTINCT {column}")).scalars() for column in columns]
            accounts, authors, assignees = (sorted(str(name) for name in names if name) for names in read)
        return accounts, authors, assignees

    def sent(self, limit: int = 300) -> list[DraftLine]:
        """Messages that went out, the newest first."""
        return self.lines(Choice(states=("sent",)), limit)


def _chosen(db: sa.Connection, values: dict[str, str], wanted: Sequence[str]) -> Iterator[DraftLine]:
    among = candidates(db, wanted) if wanted else set()
    if wanted and not among:
        return
    narrow = 0 < len(among) <= FEW
    sql = sa.text(_LINES.format(states=f"{STATE_SQL} AND v.draft IN :among" if narrow else STATE_SQL))
    if narrow:
        sql = sql.bindparams(sa.bindparam("among", sorted(among), expanding=True))
    for row in db.execute(sql, values):
        if wanted and (
            row.id not in among or not holds(words_of(row.subject, row.body, row.recipient, row.account), wanted)
        ):
            continue
        evidence = tuple(Citation(**item) for item in json.loads(row.evidence))
        yield DraftLine(**{**row._mapping, "evidence": evidence})
