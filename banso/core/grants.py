"""The rights of the roles as SQL for PostgreSQL, to be run by the owner of the database after every upgrade."""

from __future__ import annotations

import re

import sqlalchemy as sa

from banso.core.database import Database
from banso.core.errors import ConfigError
from banso.core.rights import APP_OUTBOX, Right, Role, right
from banso.core.texts import CORE

_NAME = re.compile(r"[a-z_][a-z0-9_]{0,62}")


def grant(database: Database, app: str, sender: str) -> list[str]:
    """Create the two roles where they are missing and give them exactly their rights; return the statements.

    Raises ConfigError when this is no PostgreSQL, a name is unfit, or the present role may not grant.
    """
    for name in (app, sender):
        if not _NAME.fullmatch(name):
            raise ConfigError(CORE.told("database.role_name", name=name), CORE.told("database.role_form"))
    with database.write() as db:
        statements = grant_statements(db, app, sender)
        for statement in statements:
            db.exec_driver_sql(statement)
    return statements


def grant_statements(db: sa.Connection, app: str, sender: str) -> list[str]:
    """The statements, in order. Raises ConfigError when this is no PostgreSQL."""
    if db.dialect.name != "postgresql":
        raise ConfigError(CORE.told("database.no_roles"))
    schema, name = db.execute(sa.text("SELECT quote_ident(current_schema()), quote_ident(current_database())")).one()
    tables = sorted(sa.inspect(db).get_table_names())
    both = f"{app}, {sender}"
    found: list[str] = [
        *(_role(role) for role in (app, sender)),
        # A temporary table or one of their own could stand where a guard looks for `users`.
        f"REVOKE TEMPORARY ON DATABASE {name} FROM PUBLIC, {both}",
        f"REVOKE CREATE ON DATABASE {name} FROM PUBLIC, {both}",
        f"REVOKE CREATE ON SCHEMA {schema} FROM PUBLIC, {both}",
        f"GRANT CONNECT ON DATABASE {name} TO {both}",
        f"GRANT USAGE ON SCHEMA {schema} TO {both}",
        f"REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM PUBLIC, {both}",
        f"REVOKE ALL ON ALL SEQUENCES IN SCHEMA {schema} FROM PUBLIC, {both}",
        f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA {schema} TO {app}",
        *_outbox_guard(app),
        *_pinned_guards(db, schema),
    ]
    roles: tuple[tuple[Role, str], ...] = (("app", app), ("sender", sender))
    for kind, role in roles:
        found += [line for table in tables for line in _table(table, right(kind, table), role)]
    return found


def _role(name: str) -> str:
    return (
        f"DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{name}') THEN"
        f" CREATE ROLE {name} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS; END IF; END $$"
    )


def _table(table: str, may: Right, role: str) -> list[str]:
    rights = [*(["INSERT"] if may.insert else []), *(["DELETE"] if may.delete else [])]
    for verb, columns in (("SELECT", may.read), ("UPDATE", may.update)):
        if columns is None:
            rights.append(verb)
        elif columns:
            rights.append(f"{verb} ({', '.join(columns)})")
    return [f"GRANT {', '.join(rights)} ON {table} TO {role}"] if rights else []


def _outbox_guard(app: str) -> list[str]:
    # Grants know columns, not values: that the app cannot call a message sent is a guard of its own.
    return [
        "CREATE OR REPLACE FUNCTION banso_rights_outbox() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        f" IF current_user = '{app}' AND {APP_OUTBOX} THEN RAISE EXCEPTION 'guard rights_outbox'; END IF;"
        " RETURN NEW; END $$",
        "DROP TRIGGER IF EXISTS rights_outbox ON outbox",
        "CREATE TRIGGER rights_outbox BEFORE UPDATE ON outbox FOR EACH ROW EXECUTE FUNCTION banso_rights_outbox()",
    ]


def _pinned_guards(db: sa.Connection, schema: str) -> list[str]:
    """A guard runs with the search path of whoever writes. It shall find its tables here and nowhere else."""
    functions = db.scalars(
        sa.text(
            "SELECT p.proname FROM pg_proc p WHERE p.pronamespace = current_schema()::regnamespace"
            " AND p.proname LIKE 'banso\\_%' AND p.prorettype = 'trigger'::regtype"
        )
    )
    names = sorted({*functions, "banso_rights_outbox"})
    return [f"ALTER FUNCTION {name}() SET search_path = {schema}, pg_temp" for name in names]
