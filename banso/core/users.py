"""People who sign in: hashed passwords, three roles, a lock after ten failed tries."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Literal, get_args

import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from pydantic import BaseModel, ConfigDict

from banso.core.clock import Clock, utc_now
from banso.core.database import Database
from banso.core.errors import ConfigError, NotFound

Role = Literal["csm", "reviewer", "admin"]
TRIES = 10
LOCKED = timedelta(minutes=15)
MIN_PASSWORD = 8

_users = sa.table(
    "users", *(sa.column(n) for n in ("name", "role", "password_hash", "failed_sign_ins", "locked_until", "created_at"))
)
_hasher = PasswordHasher()
_NOBODY = _hasher.hash("no one has this password")  # so that an unknown name costs as long as a wrong password


class User(BaseModel):
    """A person and their role: a csm asks and drafts, a reviewer also decides, an admin manages knowledge."""

    model_config = ConfigDict(frozen=True)

    name: str
    role: Role

    @property
    def may_review(self) -> bool:
        """Reviewers decide on drafts. Admins administer; deciding is not part of it."""
        return self.role == "reviewer"


class Users:
    """The table of users."""

    def __init__(self, database: Database, clock: Clock = utc_now) -> None:
        self._database, self._clock = database, clock

    def add(self, name: str, role: str, password: str) -> User:
        """Create a user, or replace role and password of an existing one. Raises ConfigError on unfit input."""
        if role not in get_args(Role):
            raise ConfigError(f"unknown role {role!r}", "one of: " + ", ".join(get_args(Role)))
        if not name.strip() or name != name.strip() or len(name) > 64:
            raise ConfigError("a user name has 1 to 64 characters and no space at its ends")
        if len(password) < MIN_PASSWORD:
            raise ConfigError(f"the password is too short (at least {MIN_PASSWORD} characters)")
        values = {"role": role, "password_hash": _hasher.hash(password), "failed_sign_ins": 0, "locked_until": None}
        with self._database.write() as db:
            if db.execute(sa.update(_users).where(_users.c.name == name).values(values)).rowcount == 0:
                db.execute(sa.insert(_users).values(name=name, created_at=self._clock().isoformat(), **values))
        return User(name=name, role=role)

    def get(self, name: str) -> User:
        """The user of this name. Raises NotFound."""
        with self._database.read() as db:
            row = db.execute(sa.select(_users.c.name, _users.c.role).where(_users.c.name == name)).one_or_none()
        if row is None:
            raise NotFound(f"no user {name!r}", "python -m agents users add NAME --role csm|reviewer|admin")
        return User(name=row.name, role=row.role)

    def stamp(self, name: str) -> str:
        """A short digest that changes with the person's password; empty when there is no such person.

        A session that carries an older one ends: changing a password signs out everywhere.
        """
        with self._database.read() as db:
            found = db.scalar(sa.select(_users.c.password_hash).where(_users.c.name == name))
        return hashlib.sha256(str(found).encode()).hexdigest()[:16] if found else ""

    def all(self) -> list[User]:
        """Every user, by name."""
        with self._database.read() as db:
            rows = db.execute(sa.select(_users.c.name, _users.c.role).order_by(_users.c.name)).all()
        return [User(name=row.name, role=row.role) for row in rows]

    def sign_in(self, name: str, password: str) -> User | None:
        """The user when name and password fit and the account is not locked, else None. Failures are counted."""
        with self._database.write() as db:
            row = db.execute(sa.select(_users).where(_users.c.name == name)).one_or_none()
            if row is None:
                _fits(_NOBODY, password)
                return None
            now = self._clock()
            if row.locked_until and datetime.fromisoformat(row.locked_until) > now:
                return None
            if _fits(row.password_hash, password):
                db.execute(_set(name, failed_sign_ins=0, locked_until=None))
                return User(name=row.name, role=row.role)
            failed = int(row.failed_sign_ins) + 1
            locked = (now + LOCKED).astimezone(UTC).isoformat() if failed >= TRIES else None
            db.execute(_set(name, failed_sign_ins=0 if locked else failed, locked_until=locked))
        return None


def _set(name: str, **values: object) -> sa.Update:
    return sa.update(_users).where(_users.c.name == name).values(values)


def _fits(password_hash: str, password: str) -> bool:
    try:
        return _hasher.verify(password_hash, password)
    except (VerifyMismatchError, InvalidHashError):
        return False
