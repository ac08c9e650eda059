"""The embedded CRM keeps the contract, on SQLite always and on PostgreSQL where a server is named."""

import os
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from banso.core.database import Database
from banso.core.errors import NotFound
from banso.crm.embedded import EmbeddedCrm
from banso.crm.store import CrmStore, Outcome
from tests.crm.contract import COMPANY, NOW, CrmContract

POSTGRES = os.environ.get("BANSO_TEST_POSTGRES", "postgresql+psycopg://postgres@127.0.0.1:5432/postgres")


def _filled(database: Database) -> EmbeddedCrm:
    store = CrmStore(database, lambda: NOW)
    store.apply("here", store.compare("here", COMPANY), Outcome(fingerprint="f", rows=1))
    return EmbeddedCrm(database, lambda: NOW)


class TestOnSqlite(CrmContract):
    @pytest.fixture
    def crm(self, database: Database) -> EmbeddedCrm:
        return _filled(database)

    def test_says_when_it_was_loaded(self, crm: EmbeddedCrm) -> None:
        assert crm.overview("A1").loaded_at == NOW

    def test_no_tickets_at_all_is_not_zero_tickets(self, database: Database) -> None:
        store = CrmStore(database, lambda: NOW)
        some = {kind: rows for kind, rows in COMPANY.items() if kind != "tickets"}
        store.apply("here", store.compare("here", some), Outcome(fingerprint="f", rows=1))
        assert not EmbeddedCrm(database, lambda: NOW).overview("A1").tickets_recorded


class TestOnPostgres(CrmContract):
    @pytest.fixture(scope="class")
    def crm(self) -> Iterator[EmbeddedCrm]:
        admin = sa.create_engine(POSTGRES, isolation_level="AUTOCOMMIT")
        try:
            admin.connect().close()
        except sa.exc.OperationalError as error:
            pytest.skip(f"no PostgreSQL to test on (set BANSO_TEST_POSTGRES): {str(error).splitlines()[0]}")
        with admin.connect() as connection:
            connection.execute(sa.text("DROP SCHEMA IF EXISTS banso_crm_test CASCADE"))
            connection.execute(sa.text("CREATE SCHEMA banso_crm_test"))
        database = Database(f"{POSTGRES}?options=-csearch_path%3Dbanso_crm_test")
        database.migrate()
        yield _filled(database)
        database.close()
        with admin.connect() as connection:
            connection.execute(sa.text("DROP SCHEMA banso_crm_test CASCADE"))
        admin.dispose()


def test_a_second_load_of_the_same_changes_nothing(database: Database) -> None:
    store = CrmStore(database, lambda: NOW)
    store.apply("here", store.compare("here", COMPANY), Outcome(fingerprint="f", rows=1))
    again = store.compare("here", COMPANY)
    assert (again.count("added"), again.count("updated"), again.count("gone")) == (0, 0, 0)
    assert again.unchanged == again.stored == sum(len(rows) for rows in COMPANY.values())


def test_collections_do_not_remove_each_other(database: Database) -> None:
    store = CrmStore(database, lambda: NOW)
    store.apply("here", store.compare("here", COMPANY), Outcome(fingerprint="f", rows=1))
    other = store.compare("there", {"accounts": [COMPANY["accounts"][0]]})
    assert (other.count("gone"), other.count("updated")) == (0, 1)  # the account moves, the rest stays


def test_an_unknown_id_names_its_neighbours(database: Database) -> None:
    with pytest.raises(NotFound) as caught:
        _filled(database).get("A19")
    assert "A1" in caught.value.hint
