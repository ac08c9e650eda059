"""The schema: one chain of numbered steps, and a database of an early step brought up with its drafts."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

from banso.core.database import MIGRATIONS, Database
from banso.core.users import User, Users
from banso.crm.embedded import EmbeddedCrm
from banso.review.drafts import canonical_hash, evidence_json
from banso.review.ledger import Ledger
from banso.review.store import Store, Transaction
from tests.review.conftest import PEOPLE, START
from tests.review.passing import Passing

EARLY = "0004"
"""The schema before roles, checks, the queue, lessons and locks of sign-ins had tables."""
TEXT = {"account": "A-1", "recipient": "yamada@example.co.jp", "subject": "ご返信", "body": "ご確認ください。\n"}


def chain() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return config


def early(path: Path) -> Database:
    """A database as the early schema left it: people and one draft, which waits."""
    database = Database(f"sqlite:///{path}")
    config = chain()
    with database.engine.connect() as connection:
        config.attributes["connection"] = connection.execution_options(banso_write=True)
        command.upgrade(config, EARLY)
    row = "INSERT INTO users (name, role, password_hash, created_at) VALUES (:name, :role, 'x', '2026-01-01')"
    with database.write() as db:
        db.execute(sa.text(row), [{"name": name, "role": role} for name, role in PEOPLE.items()])
    named = {"draft": "dr_1", "version": 1, "author": "aoki", "evidence": evidence_json(())}
    digest = canonical_hash(**TEXT, **named)  # type: ignore[arg-type]
    rest = {"via": "person", "thread": "", "created_at": "2026-04-01T09:00:00+00:00", "hash": digest}
    values = {**TEXT, **named, **rest, "expires_at": "2026-04-04T09:00:00+00:00"}
    insert = f"INSERT INTO draft_versions ({', '.join(values)}) VALUES (:{', :'.join(values)})"

    def file(t: Transaction) -> None:
        t.run(insert, **values)
        t.record("aoki", "file", "dr_1", version=1, hash=digest, via="person")

    Store(database, lambda: START).write(file)
    return database


def schema(database: Database) -> set[tuple[object, ...]]:
    with database.read() as db:
        return {tuple(row) for row in db.execute(sa.text("SELECT type, name, sql FROM sqlite_master"))}


def test_the_steps_are_one_chain_in_the_order_of_their_names() -> None:
    steps = [step.revision for step in ScriptDirectory.from_config(chain()).walk_revisions()][::-1]
    files = sorted(path.name[:4] for path in (MIGRATIONS / "versions").glob("*.py"))
    assert steps == files == [f"{number:04}" for number in range(1, len(files) + 1)]


def test_an_early_database_becomes_what_a_new_one_is(tmp_path: Path, database: Database) -> None:
    old = early(tmp_path / "old.db")
    assert schema(old) != schema(database)
    old.migrate()
    assert schema(old) == schema(database)
    old.close()


def test_an_account_of_an_early_database_has_no_version_and_stays(tmp_path: Path) -> None:
    old = early(tmp_path / "old.db")
    with old.write() as db:
        db.execute(sa.text("INSERT INTO crm_accounts (id, name, collection, digest) VALUES ('A1', '青空', 'c', 'd')"))
    old.migrate()
    account = EmbeddedCrm(old).get("A1")
    assert (account.name, account.version, account.edition) == ("青空", "", "")
    old.close()


def test_what_waited_in_an_early_database_can_be_decided(tmp_path: Path) -> None:
    old = early(tmp_path / "old.db")
    old.migrate()
    ledger = Ledger(old, clock=lambda: START, check=Passing())
    waiting = ledger.latest("dr_1")
    assert [user.name for user in Users(old).all()] == sorted(PEOPLE)
    assert (waiting.body, ledger.state("dr_1")) == (TEXT["body"], "waiting")
    ledger.approve("dr_1", 1, waiting.hash, reviewer=User(name="sato", role="reviewer"))
    assert ledger.state("dr_1") == "queued"
    assert ledger.verify_audit().problems == ()
    old.close()
