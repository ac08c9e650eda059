"""Sign-in and its limits."""

from datetime import UTC, datetime, timedelta
from time import process_time

import pytest

from banso.core.database import Database
from banso.core.errors import ConfigError, NotFound
from banso.core.users import TRIES, Users

NOON = datetime(2026, 4, 1, 12, 0, tzinfo=UTC)


def test_right_password_signs_in_and_wrong_one_does_not(database: Database) -> None:
    users = Users(database)
    users.add("sato", "reviewer", "correct horse")
    assert users.sign_in("sato", "correct horse") == users.get("sato")
    assert users.sign_in("sato", "wrong horse!") is None
    assert users.sign_in("nobody", "correct horse") is None


def test_password_is_not_stored(database: Database) -> None:
    Users(database).add("sato", "csm", "correct horse")
    with database.read() as db:
        assert "correct horse" not in str(db.exec_driver_sql("SELECT * FROM users").all())


def test_the_stamp_changes_with_the_password(database: Database) -> None:
    users = Users(database)
    users.add("sato", "csm", "correct horse")
    before = users.stamp("sato")
    assert before and users.stamp("nobody") == ""
    users.add("sato", "csm", "another horse")
    assert users.stamp("sato") != before


def test_ten_failures_lock_and_time_unlocks(database: Database) -> None:
    now = [NOON]
    users = Users(database, clock=lambda: now[0])
    users.add("sato", "csm", "correct horse")
    for _ in range(TRIES):
        assert users.sign_in("sato", "wrong") is None
    assert users.sign_in("sato", "correct horse") is None
    now[0] += timedelta(minutes=16)
    assert users.sign_in("sato", "correct horse") is not None


@pytest.mark.parametrize(
    ("name", "role", "password"),
    [("a", "owner", "long enough"), ("", "csm", "long enough"), (" a", "csm", "long enough"), ("a", "csm", "short")],
)
def test_unfit_users_are_refused(database: Database, name: str, role: str, password: str) -> None:
    with pytest.raises(ConfigError):
        Users(database).add(name, role, password)


def test_unknown_user_says_how_to_add_one(database: Database) -> None:
    with pytest.raises(NotFound) as caught:
        Users(database).get("nobody")
    assert "users add" in caught.value.hint


HOME, CAFE = "192.0.2.7", "198.51.100.9"


def wrong(users: Users, times: int, name: str = "sato", address: str = CAFE) -> None:
    for _ in range(times):
        assert users.sign_in(name, "wrong", address) is None


@pytest.fixture
def now() -> list[datetime]:
    return [NOON]


@pytest.fixture
def users(database: Database, now: list[datetime]) -> Users:
    users = Users(database, clock=lambda: now[0])
    users.add("sato", "reviewer", "correct horse")
    return users


def test_a_stranger_does_not_lock_the_owner_out(users: Users) -> None:
    wrong(users, TRIES)
    assert users.sign_in("sato", "correct horse", CAFE) is None
    assert users.sign_in("sato", "correct horse", HOME) is not None


def test_many_strangers_lock_the_name_but_not_where_its_owner_has_signed_in(users: Users) -> None:
    assert users.sign_in("sato", "correct horse", HOME)
    for number in range(12):
        wrong(users, TRIES, address=f"203.0.113.{number}")
    assert users.sign_in("sato", "correct horse", "203.0.113.99") is None
    assert users.sign_in("sato", "correct horse", HOME) is not None
    assert users.unlock("sato") >= 1
    assert users.sign_in("sato", "correct horse", "203.0.113.99") is not None


def test_an_own_address_still_has_ten_tries_only(users: Users) -> None:
    assert users.sign_in("sato", "correct horse", HOME)
    wrong(users, TRIES, address=HOME)
    assert users.sign_in("sato", "correct horse", HOME) is None


def test_an_address_that_tries_many_names_is_locked(users: Users, now: list[datetime]) -> None:
    users.add("mori", "csm", "another horse")
    for number in range(50):
        wrong(users, 1, name=f"guess{number}", address=CAFE)
    assert users.sign_in("mori", "another horse", CAFE) is None
    assert users.sign_in("mori", "another horse", HOME) is not None
    now[0] += timedelta(minutes=16)
    assert users.sign_in("mori", "another horse", CAFE) is not None


def test_one_customer_of_an_ipv6_provider_is_one_address(users: Users) -> None:
    for number in range(TRIES):
        wrong(users, 1, address=f"2001:db8::{number + 1:x}")
    assert users.sign_in("sato", "correct horse", "2001:db8::ffff") is None
    assert users.sign_in("sato", "correct horse", "2001:db8:1::1") is not None


def test_a_proxy_that_nobody_named_does_not_lock_everybody(users: Users) -> None:
    users.add("mori", "csm", "another horse")
    for number in range(60):
        wrong(users, 1, name=f"guess{number}", address="127.0.0.1")
    assert users.sign_in("mori", "another horse", "127.0.0.1") is not None


def test_right_passwords_do_not_add_up_to_a_lock(users: Users) -> None:
    for _ in range(TRIES + 2):
        assert users.sign_in("sato", "correct horse", CAFE) is not None


def test_a_disabled_person_is_out_at_once_and_comes_back_as_they_were(users: Users) -> None:
    users.disable("sato")
    assert users.stamp("sato") == "" and users.sign_in("sato", "correct horse", HOME) is None
    with pytest.raises(NotFound, match="disabled"):
        users.get("sato")
    assert [(u.name, u.role, u.disabled) for u in users.all()] == [("sato", "reviewer", True)]
    assert users.enable("sato").role == "reviewer"
    assert users.sign_in("sato", "correct horse", HOME) is not None


def test_the_guards_of_review_see_no_reviewer_in_a_disabled_one(users: Users, database: Database) -> None:
    def role() -> object:
        with database.read() as db:
            return db.exec_driver_sql("SELECT role FROM users").scalar()

    assert role() == "reviewer"
    users.disable("sato")
    assert role() == "csm"


def test_role_and_password_change_and_unfit_ones_do_not(users: Users) -> None:
    assert users.set_role("sato", "admin").role == "admin"
    before = users.stamp("sato")
    users.set_password("sato", "battery staple")
    assert users.stamp("sato") != before and users.sign_in("sato", "battery staple")
    for change in (lambda: users.set_role("sato", "boss"), lambda: users.set_password("sato", "short")):
        with pytest.raises(ConfigError):
            change()
    with pytest.raises(NotFound):
        users.set_role("nobody", "csm")


@pytest.mark.usefixtures("real_hashes")
def test_an_unknown_name_costs_as_much_work_as_a_wrong_password(users: Users) -> None:
    spent = {"sato": 99.0, "no one": 99.0}
    for name in ("sato", "no one") * 2:
        began = process_time()
        assert users.sign_in(name, "not the password") is None
        spent[name] = min(spent[name], process_time() - began)
    assert spent["no one"] > spent["sato"] / 2
