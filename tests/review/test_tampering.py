"""Six kinds of tampering with what happened, 200 times each: every one is found, and its place is named."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import sqlalchemy as sa

from banso.core.settings import Settings
from banso.review import audit
from banso.review.verification import verify
from tests.review.conftest import World

TIMES = 200
_LINE = "INSERT INTO audit (seq, at, actor, action, draft, detail, previous, hash) VALUES (:seq, :at, :actor, :action, :draft, :detail, :previous, :hash)"  # noqa: E501
Tamper = Callable[[sa.Connection, random.Random], str]


def lines(db: sa.Connection) -> list[dict[str, Any]]:
    return [dict(row._mapping) for row in db.execute(sa.text("SELECT * FROM audit ORDER BY seq"))]


def replace(db: sa.Connection, rows: list[dict[str, Any]]) -> None:
    db.execute(sa.text("DELETE FROM audit"))
    db.execute(sa.text(_LINE), rows)


def change_a_field(db: sa.Connection, dice: random.Random) -> str:
    seq = dice.choice(lines(db))["seq"]
    name = dice.choice(["at", "actor", "action", "draft", "detail", "previous", "hash"])
    db.execute(sa.text(f"UPDATE audit SET {name} = {name} || 'x' WHERE seq = :seq"), {"seq": seq})
    return f"line {seq}"


def drop_a_line(db: sa.Connection, dice: random.Random) -> str:
    seq = dice.choice(lines(db)[:-1])["seq"]
    db.execute(sa.text("DELETE FROM audit WHERE seq = :seq"), {"seq": seq})
    return f"line {seq}: missing"


def swap_two_lines(db: sa.Connection, dice: random.Random) -> str:
    rows = lines(db)
    one, other = sorted(dice.sample(range(len(rows)), 2))
    rows[one]["seq"], rows[other]["seq"] = rows[other]["seq"], rows[one]["seq"]
    replace(db, rows)
    return f"line {one + 1}"


def cut_the_end(db: sa.Connection, dice: random.Random) -> str:
    keep = dice.randrange(len(lines(db)))
    db.execute(sa.text("DELETE FROM audit WHERE seq > :keep"), {"keep": keep})
    return f"line {keep + 1}: cut"


def rewrite_from_a_line_on(db: sa.Connection, dice: random.Random) -> str:
    """With a valid chain: only the exported head can tell."""
    rows = lines(db)
    start = dice.randrange(len(rows))
    rows[start]["actor"] += "x"
    for number in range(start, len(rows)):
        rows[number]["previous"] = rows[number - 1]["hash"] if number else ""
        rows[number]["hash"] = audit.line_hash(rows[number])
    replace(db, rows)
    return f"line {start + 1}: rewritten"


def change_a_stored_text(db: sa.Connection, dice: random.Random) -> str:
    rows = list(db.execute(sa.text("SELECT draft, version FROM draft_versions ORDER BY draft")))
    row = dice.choice(rows)
    name = dice.choice(["account", "recipient", "subject", "body", "evidence", "author"])
    db.execute(sa.text(f"UPDATE draft_versions SET {name} = {name} || ' ' WHERE draft = :draft"), {"draft": row.draft})
    return f"draft {row.draft} version {row.version}"


KINDS: list[Tamper] = [
    change_a_field, drop_a_line, swap_two_lines, cut_the_end, rewrite_from_a_line_on, change_a_stored_text,
]  # fmt: skip


@pytest.fixture(scope="module")
def trail(tmp_path_factory: pytest.TempPathFactory, sqlite_template: object) -> Iterator[World]:

    data = tmp_path_factory.mktemp("tampering")
    shutil.copy(str(sqlite_template), data / "banso.db")
    world = World(Settings(data=data))
    for _ in range(8):
        world.approved()
    world.send()
    for guard in ("audit_unchanged", "audit_kept", "audit_order", "draft_versions_unchanged"):
        world.drop_guard(guard)
    yield world
    world.database.close()


@pytest.mark.parametrize("tamper", KINDS, ids=lambda kind: kind.__name__)
def test_every_tampering_is_found(trail: World, tamper: Tamper) -> None:
    head = trail.settings.data / "audit.head"
    for seed in range(TIMES):
        with trail.database.engine.connect().execution_options(banso_write=True) as db:
            named = tamper(db, random.Random(seed))
            found = verify(db, head).problems
            db.rollback()
        assert found, (tamper.__name__, seed)
        assert found[0].startswith(named), (tamper.__name__, seed, named, found[0])
    assert trail.ledger.verify_audit().problems == ()
