"""Sign-in and its limits."""

from datetime import UTC, datetime, timedelta

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
