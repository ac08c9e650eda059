"""What the app and the sender may do in the database: each forbidden statement is refused, and works for the owner."""

from __future__ import annotations

import sqlite3
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from banso.core.database import Database, open_database
from banso.core.errors import ConfigError
from banso.core.grants import grant
from banso.core.rights import APP, SENDER, Denied, Role
from banso.core.settings import SenderSettings
from banso.core.users import User, Users
from banso.review.refusal import Refused
from banso.review.sender import SendReport
from tests.review.conftest import World

SEND = "UPDATE outbox SET state = 'sending'"
BOTH = (
    "DROP TABLE feedback",
    "ALTER TABLE users ADD COLUMN power TEXT",
    "CREATE TABLE users_of_mine (name TEXT)",
    "CREATE TEMPORARY TABLE users (name TEXT, role TEXT)",
    "CREATE INDEX mine ON outbox (note)",
    "INSERT INTO users (name, role, password_hash, created_at) VALUES ('eve', 'reviewer', 'x', 'n')",
    "UPDATE users SET role = 'reviewer' WHERE name = 'baba'",
    "UPDATE users SET password_hash = 'known' WHERE name = 'sato'",
    "UPDATE users SET failed_sign_ins = 0",
    "DELETE FROM users WHERE name = 'sato'",
    "UPDATE decisions SET decision = 'approve'",
    "DELETE FROM decisions",
    "UPDATE draft_versions SET body = 'x'",
    "DELETE FROM draft_versions",
    "DELETE FROM outbox",
    "UPDATE outbox SET hash = 'x'",
    "UPDATE outbox SET key = 'again'",
    "UPDATE audit SET actor = 'x'",
    "DELETE FROM audit",
    "UPDATE review_switches SET set_by = 'x'",
    "UPDATE alembic_version SET version_num = '0001'",
)
ONE: list[tuple[Role, str]] = [
    ("app", SEND),
    ("app", "UPDATE outbox SET lease_until = '9'"),
    ("app", "INSERT INTO channel_holds VALUES ('eml', '9', 'busy', '')"),
    ("sender", "UPDATE outbox SET resolved_by = 'sato'"),
    ("sender", "INSERT INTO decisions SELECT * FROM decisions WHERE 1 = 0"),
    ("sender", "INSERT INTO review_switches VALUES (9, 'people', 'one', 'sender', 'n')"),
    ("sender", "INSERT INTO outbox SELECT * FROM outbox WHERE 1 = 0"),
    ("sender", "INSERT INTO draft_versions SELECT * FROM draft_versions WHERE 1 = 0"),
    ("sender", "SELECT password_hash FROM users"),
    ("sender", "SELECT * FROM crm_contacts"),
    ("sender", "DELETE FROM feedback"),
]
ROLES: tuple[Role, ...] = ("app", "sender")
EVERYWHERE = [*((role, statement) for role in ROLES for statement in BOTH), *ONE]
SQLITE = (
    "DROP TRIGGER decision_role",
    "CREATE TRIGGER mine BEFORE INSERT ON decisions BEGIN SELECT 1; END",
    "CREATE TEMP TRIGGER mine BEFORE INSERT ON main.decisions BEGIN SELECT 1; END",
    "CREATE VIEW mine AS SELECT 1",
    "ATTACH DATABASE ':memory:' AS other",
    "PRAGMA writable_schema = ON",
    "PRAGMA recursive_triggers = OFF",
    "PRAGMA foreign_keys = OFF",
    "PRAGMA user_version = 7",
    "PRAGMA read_uncommitted = 1",
    "PRAGMA synchronous = OFF",
    "VACUUM INTO 'copy.db'",
    "REINDEX",
    "ANALYZE",
)
POSTGRES = (
    "ALTER TABLE decisions DISABLE TRIGGER ALL",
    "DROP FUNCTION banso_decision_role() CASCADE",
    "CREATE OR REPLACE FUNCTION banso_decision_role() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$",
    "CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$",
    "SET LOCAL session_replication_role = replica",
    "CREATE SCHEMA mine",
    "TRUNCATE feedback",
    "LOCK TABLE audit IN EXCLUSIVE MODE",
)


def queued(world: World) -> None:
    world.approved()
    world.sql("INSERT INTO review_switches VALUES (1, 'people', 'two', 'settings', 'n')")


def unguarded(world: World) -> None:
    """Without the triggers of the database: only the rights are left to refuse."""
    with world.database.write() as db:
        if db.dialect.name == "sqlite":
            for name in db.scalars(sa.text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
                db.exec_driver_sql(f"DROP TRIGGER {name}")
            return
        for table in {*APP, *SENDER} & set(sa.inspect(db).get_table_names()):
            db.exec_driver_sql(f"ALTER TABLE {table} DISABLE TRIGGER USER")


# --- SQLite -----------------------------------------------------------------------------------------------------------


def strike(database: Database, statement: str) -> None:
    """Outside a transaction, where also VACUUM, ATTACH and every pragma run."""
    connection = database.engine.raw_connection()
    try:
        connection.cursor().execute(statement)
    finally:
        connection.invalidate()


@pytest.mark.parametrize(("role", "statement"), [*EVERYWHERE, *((r, s) for r in ROLES for s in SQLITE)])
def test_a_role_of_sqlite_cannot(
    sqlite_world: World, role: Role, statement: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    queued(sqlite_world)
    if "TRIGGER" not in statement:
        unguarded(sqlite_world)
    limited = Database(sqlite_world.database.url, role)
    with pytest.raises(sqlite3.Error) as caught:
        strike(limited, statement)
    assert any(word in str(caught.value) for word in ("not authorized", "denied", "prohibited", "guard rights_outbox"))
    strike(sqlite_world.database, statement)  # the same attack without the authorizer


def test_a_role_stays_on_its_connection(sqlite_world: World) -> None:
    limited = Database(sqlite_world.database.url, "app")
    with limited.read() as db:
        assert db.scalar(sa.text("SELECT COUNT(*) FROM users")) == 5
    with pytest.raises(Denied, match="not authorized") as caught, limited.write() as db:
        db.execute(sa.text("DELETE FROM users"))
    assert "owner" in caught.value.hint
    with limited.write() as db, pytest.raises(sa.exc.DatabaseError):
        db.exec_driver_sql("SELECT load_extension('x')")


# --- PostgreSQL -------------------------------------------------------------------------------------------------------


class Roles:
    """The two roles under names of this test, on one database."""

    def __init__(self, world: World) -> None:
        mark = uuid.uuid4().hex[:8]
        self.owner, self.names = world.database, {"app": f"banso_app_{mark}", "sender": f"banso_sender_{mark}"}
        self.statements = grant(self.owner, self.names["app"], self.names["sender"])

    def url(self, role: Role) -> str:
        url = sa.engine.make_url(self.owner.url).set(username=self.names[role])
        return url.render_as_string(hide_password=False)

    def drop(self) -> None:
        with self.owner.write() as db:
            for name in self.names.values():
                db.exec_driver_sql(f"DROP OWNED BY {name}")
                db.exec_driver_sql(f"DROP ROLE {name}")


@pytest.fixture
def roles(postgres_world: World) -> Iterator[Roles]:
    made = Roles(postgres_world)
    yield made
    made.drop()


def outcome(database: Database, statement: str) -> str:
    """`done`, the SQLSTATE of the refusal, or the guard that refused. Nothing is kept."""
    with database.engine.connect() as db:
        try:
            db.exec_driver_sql(statement)
        except sa.exc.DBAPIError as error:
            state = str(getattr(error.orig, "sqlstate", ""))
            return str(error.orig).splitlines()[0] if state == "P0001" else state
        finally:
            db.rollback()
    return "done"


def test_a_role_of_postgres_cannot(postgres_world: World, roles: Roles) -> None:
    queued(postgres_world)
    cases = [*EVERYWHERE, *((r, s) for r in ROLES for s in POSTGRES)]
    limited = {role: Database(roles.url(role)) for role in ROLES}
    refused = {case: outcome(limited[case[0]], case[1]) for case in cases}
    assert refused.pop(("app", SEND)) == "guard rights_outbox"
    assert {case: said for case, said in refused.items() if said != "42501"} == {}  # insufficient_privilege
    for database in limited.values():
        database.close()
    unguarded(postgres_world)
    assert {statement: said for _, statement in cases if (said := outcome(roles.owner, statement)) != "done"} == {}


def test_granting_again_changes_nothing(postgres_world: World, roles: Roles) -> None:
    assert grant(roles.owner, roles.names["app"], roles.names["sender"]) == roles.statements


@pytest.mark.parametrize("pinned", [True, False])
def test_a_table_of_ones_own_does_not_answer_for_the_users(postgres_world: World, roles: Roles, pinned: bool) -> None:
    """The guards run with the search path of whoever writes; pg_temp comes first in it unless it is named."""
    world, made = postgres_world, postgres_world.file()
    with roles.owner.write() as db:
        db.exec_driver_sql(f"GRANT TEMPORARY ON DATABASE {db.engine.url.database} TO {roles.names['app']}")
        if not pinned:
            for name in db.scalars(sa.text("SELECT proname FROM pg_proc WHERE proname LIKE 'banso\\_%'")).all():
                db.exec_driver_sql(f"ALTER FUNCTION {name}() RESET search_path")
    world.database = Database(roles.url("app"))
    sa.event.listen(world.database.engine, "connect", _own_users)
    eve = User(name="eve", role="reviewer")
    if pinned:
        with pytest.raises(Refused) as caught:
            world.open().approve(made.draft, 1, made.hash, reviewer=eve)
        assert caught.value.rule == "decision_role"
    else:
        world.open().approve(made.draft, 1, made.hash, reviewer=eve)
    world.database.close()
    world.database = roles.owner


def _own_users(connection: sa.engine.interfaces.DBAPIConnection, _: object) -> None:
    cursor = connection.cursor()
    cursor.execute("CREATE TEMPORARY TABLE users (name text, role text)")
    cursor.execute("INSERT INTO users VALUES ('eve', 'reviewer'), ('aoki', 'csm')")
    connection.commit()


def test_roles_are_for_postgres_and_have_plain_names(sqlite_world: World) -> None:
    with pytest.raises(ConfigError, match="PostgreSQL"):
        grant(sqlite_world.database, "banso_app", "banso_sender")
    with pytest.raises(ConfigError, match="cannot be the name"):
        grant(sqlite_world.database, "a; DROP TABLE users", "banso_sender")


# --- both -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_each_role_can_do_its_work(kind: str, request: pytest.FixtureRequest) -> None:
    world: World = request.getfixturevalue(f"{kind}_world")
    owner, sender = world.database, SenderSettings()
    if kind == "postgres":
        roles: Roles = request.getfixturevalue("roles")
        world.settings = world.settings.model_copy(update={"database_url": roles.url("app")})
        sender = SenderSettings(sender_database_url=roles.url("sender"))
    world.database = open_database(world.settings, "app")
    world.ledger = ledger = world.open()
    sato, root = world.user("sato"), world.user("root")
    assert Users(world.database).sign_in("sato", "wrong") is None
    first, second, third = (world.approved() for _ in range(3))
    edited = ledger.edit(world.file().draft, 1, editor=sato, subject="s", body="b")
    ledger.return_(edited.draft, 2, edited.hash, reviewer=world.user("mori"), reason="r")
    ledger.revoke(second.draft, reviewer=sato, reason="r")
    ledger.pause(admin=root)
    assert world.send(sender=sender) == SendReport()
    ledger.resume(admin=root)
    assert world.send(sender=sender) == SendReport(sent=2)
    assert ledger.state(third.draft) == ledger.state(first.draft) == "sent"
    assert ledger.verify_audit().problems == ()
    with pytest.raises(Denied):
        Users(world.database).add("eve", "reviewer", "long enough")
    world.database.close()
    world.database = owner
