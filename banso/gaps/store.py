"""Rows of gaps, of questions to colleagues and of decisions about them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, Literal, TypeVar

import sqlalchemy as sa

from banso.gaps.types import Asking, ColleagueQuestion, Decision, Gap

Kind = Literal["gap", "question"]
T = TypeVar("T", Gap, ColleagueQuestion)


def _table(name: str, columns: str) -> sa.TableClause:
    return sa.table(name, *(sa.column(column) for column in columns.split()))


GAPS = _table("gaps", "number question normal marks embedder vector created_at")
ASKINGS = _table("gap_askings", "gap thread turn asked_by account question at")
QUESTIONS = _table("colleague_questions", "number question whom note thread turn account asked_by created_at")
DECISIONS = _table("gap_decisions", "kind number ordinal standing words decided_by at")


def number_for(db: sa.Connection, table: sa.TableClause) -> int:
    """The next number, inside a transaction that holds the write lock."""
    return int(db.execute(sa.select(sa.func.coalesce(sa.func.max(table.c.number), 0) + 1)).scalar_one())


def decide(db: sa.Connection, kind: Kind, number: int, **decision: Any) -> None:
    """Add a decision behind the others."""
    same = (DECISIONS.c.kind == kind) & (DECISIONS.c.number == number)
    last = sa.select(sa.func.coalesce(sa.func.max(DECISIONS.c.ordinal), 0) + 1).where(same)
    ordinal = db.execute(last).scalar_one()
    db.execute(sa.insert(DECISIONS).values(kind=kind, number=number, ordinal=ordinal, **decision))


def gaps(db: sa.Connection) -> list[Gap]:
    """Every gap with its askings and what stands, oldest first."""
    asked: defaultdict[int, list[Asking]] = defaultdict(list)
    for row in db.execute(sa.select(ASKINGS).order_by(ASKINGS.c.at.desc())).mappings():
        asked[row["gap"]].append(Asking.model_validate({k: v for k, v in row.items() if k != "gap"}))
    rows = db.execute(sa.select(GAPS).order_by(GAPS.c.number)).mappings()
    found = [
        Gap(number=r["number"], question=r["question"], created_at=r["created_at"], askings=tuple(asked[r["number"]]))
        for r in rows
    ]
    return _decided(db, "gap", found)


def questions(db: sa.Connection) -> list[ColleagueQuestion]:
    """Every question to a colleague with what stands, oldest first."""
    rows = db.execute(sa.select(QUESTIONS).order_by(QUESTIONS.c.number)).mappings()
    return _decided(db, "question", [ColleagueQuestion.model_validate(dict(row)) for row in rows])


def _decided(db: sa.Connection, kind: Kind, found: Sequence[T]) -> list[T]:
    query = sa.select(DECISIONS).where(DECISIONS.c.kind == kind).order_by(DECISIONS.c.ordinal)
    latest = {row["number"]: row for row in db.execute(query).mappings()}
    return [one.model_copy(update=_standing(latest.get(one.number))) for one in found]


def _standing(row: Any) -> dict[str, object]:
    if row is None:
        return {}
    values = {"standing": row["standing"], "words": row["words"], "by": row["decided_by"], "at": row["at"]}
    return {"standing": row["standing"], "decision": Decision.model_validate(values)}
