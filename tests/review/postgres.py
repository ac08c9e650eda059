"""Databases of our own on a running PostgreSQL server; nothing else on it is touched."""

from __future__ import annotations

import json
import os
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import sqlalchemy as sa

SERVER = os.environ.get("BANSO_TEST_POSTGRES", "postgresql+psycopg://postgres@127.0.0.1:5432/postgres")
SCHEMA = """
SELECT md5(string_agg(part, ',' ORDER BY part)) FROM (
  SELECT tgrelid::text || tgname || tgenabled::text || tgtype || tgfoid FROM pg_trigger WHERE NOT tgisinternal
  UNION ALL SELECT proname || prosrc || proowner || coalesce(proacl::text, '') FROM pg_proc
    WHERE pronamespace = 'public'::regnamespace
  UNION ALL SELECT relname || relkind::text || coalesce(relacl::text, '') || relowner || relnatts FROM pg_class
    WHERE relnamespace = 'public'::regnamespace
  UNION ALL SELECT attrelid || attname || atttypid || attnotnull FROM pg_attribute JOIN pg_class c ON c.oid = attrelid
    WHERE relnamespace = 'public'::regnamespace
  UNION ALL SELECT conname || conrelid FROM pg_constraint WHERE connamespace = 'public'::regnamespace
) AS parts(part)
"""
"""Changes with anything but rows."""
OTHERS = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name AND pid <> pg_backend_pid()"


class Postgres:
    """Lends databases that are as `populate` left them. One whose rows alone changed is emptied and lent again: to make
    and drop one takes half a second."""

    def __init__(self, populate: Callable[[str], None]) -> None:
        self._admin = sa.create_engine(SERVER, isolation_level="AUTOCOMMIT", connect_args={"connect_timeout": 2})
        with self._admin.connect():
            self._template = self._create("template0")
        populate(self.url(self._template))
        self._clean = list[str]()
        with self._opened(self._template) as db:
            self._schema = db.exec_driver_sql(SCHEMA).scalar_one()
            self._rows = {
                table: db.exec_driver_sql(f"SELECT json_agg(t) FROM {table} t").scalar_one() for table in _tables(db)
            }

    def url(self, name: str) -> str:
        """What opens it. Commits do not wait for the disk: no test stops the server."""
        there = sa.engine.make_url(SERVER).set(database=name)
        return there.update_query_dict({"options": "-csynchronous_commit=off"}).render_as_string(hide_password=False)

    def lend(self) -> str:
        """The name of a database with nothing but what `populate` wrote."""
        return self._clean.pop() if self._clean else self._create(self._template)

    def give_back(self, name: str) -> None:
        """Keep it for the next, or drop it where more than rows changed."""
        with self._opened(name) as db:
            db.execute(sa.text(OTHERS), {"name": name})
            same = db.exec_driver_sql(SCHEMA).scalar_one() == self._schema
            if same:
                self._as_populated(db)
        if same:
            self._clean.append(name)
        else:
            self._drop(name)

    def close(self) -> None:
        """Drop everything made here."""
        for name in (*self._clean, self._template):
            self._drop(name)
        self._admin.dispose()

    def _as_populated(self, db: sa.Connection) -> None:
        db.exec_driver_sql("SET session_replication_role = replica")  # no trigger forbids it
        for table in _tables(db):
            db.exec_driver_sql(f"DELETE FROM {table}")
            rows = f"INSERT INTO {table} SELECT * FROM json_populate_recordset(NULL::{table}, CAST(:rows AS json))"
            if kept := self._rows[table]:
                db.execute(sa.text(rows), {"rows": json.dumps(kept)})
        db.exec_driver_sql("SELECT setval(seqrelid::regclass, seqstart, false) FROM pg_sequence")

    def _create(self, template: str) -> str:
        name = f"banso_test_{uuid.uuid4().hex[:12]}"
        self._run(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return name

    def _drop(self, name: str) -> None:
        self._run(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def _run(self, statement: str) -> None:
        with self._admin.connect() as db:
            db.exec_driver_sql(statement)

    @contextmanager
    def _opened(self, name: str) -> Iterator[sa.Connection]:
        engine = sa.create_engine(self.url(name), poolclass=sa.NullPool, isolation_level="AUTOCOMMIT")
        with engine.connect() as db:
            yield db


def _tables(db: sa.Connection) -> list[str]:
    return list(
        db.exec_driver_sql("SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public'").scalars()
    )
