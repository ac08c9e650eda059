"""One SQL database (SQLite by default, PostgreSQL by URL) and its migrations."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from banso.core.errors import ConfigError
from banso.core.rights import Denied, Role, restrict_sqlite
from banso.core.settings import Settings
from banso.core.texts import CORE

MIGRATIONS = Path(__file__).parent / "migrations"


class Database:
    """Read and write transactions over one engine. Threads may share it.

    `role` binds the connections of SQLite; on PostgreSQL the user of the URL has its rights (banso/core/rights.py).
    """

    def __init__(self, url: str, role: Role = "owner") -> None:
        self.url, self.role = url, role
        # Whoever turns logging up sees statements, never what people wrote: values and rows stay out of every log.
        self.engine = sa.create_engine(url, pool_pre_ping=not url.startswith("sqlite"), hide_parameters=True)
        logging.getLogger("sqlalchemy.engine.Engine").addFilter(_no_rows)
        if self.engine.dialect.name == "sqlite":
            sa.event.listen(self.engine, "connect", _prepare_sqlite)
            sa.event.listen(self.engine, "begin", _begin_sqlite)
            if role != "owner":
                sa.event.listen(self.engine, "connect", lambda connection, _: restrict_sqlite(connection, role))

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """A consistent view; nothing written inside is kept."""
        with self.engine.connect() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[sa.Connection]:
        """One transaction, committed at the end or rolled back whole. It holds the write lock from its first moment
        (`BEGIN IMMEDIATE`; serialisable on PostgreSQL), so what it reads cannot change before it writes."""
        postgres = self.engine.dialect.name == "postgresql"
        options: dict[str, Any] = {"isolation_level": "SERIALIZABLE"} if postgres else {"banso_write": True}
        with self.engine.connect() as bare:
            connection = bare.execution_options(**options)
            try:
                with connection.begin():
                    yield connection
            except sa.exc.DatabaseError as error:
                if _denied(error):
                    raise Denied(error.orig or error) from error
                raise

    def migrate(self) -> None:
        """Bring the schema to the newest version; a no-op when it is there already."""
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        with self.engine.connect() as connection:
            config.attributes["connection"] = connection.execution_options(banso_write=True)
            command.upgrade(config, "head")

    def close(self) -> None:
        """Release every connection."""
        self.engine.dispose()


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # the driver must not begin transactions of its own
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "busy_timeout=15000",
        "recursive_triggers=ON",
    ):
        connection.execute(f"PRAGMA {pragma}")  # recursive_triggers: REPLACE fires delete triggers only with it


def _begin_sqlite(connection: sa.Connection) -> None:
    write = connection.get_execution_options().get("banso_write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


def _no_rows(record: logging.LogRecord) -> bool:
    return not str(record.msg).startswith("Row ")


def _denied(error: sa.exc.DatabaseError) -> bool:
    code = getattr(error.orig, "sqlstate", "") or getattr(error.orig, "sqlite_errorcode", 0)
    return code in ("42501", sqlite3.SQLITE_AUTH)


def open_database(settings: Settings, role: Role = "owner") -> Database:
    """The database of these settings, migrated, for one role. Raises ConfigError when it cannot be reached."""
    try:
        settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        database = Database(settings.database)
        database.migrate()
        if role != "owner":
            database.close()
            database = Database(settings.database, role)
    except (sa.exc.OperationalError, sa.exc.ArgumentError, OSError, ModuleNotFoundError) as error:
        raise ConfigError(CORE.told("database.closed", why=error), CORE.told("database.check")) from error
    except sa.exc.ProgrammingError as error:
        if _denied(error):
            raise Denied(error.orig or error) from error
        raise
    return database
