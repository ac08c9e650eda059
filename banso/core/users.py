"""People who sign in: hashed passwords, three roles, a lock after ten failed tries, an end when disabled."""

from __future__ import annotations

import hashlib
from typing import Literal, get_args

import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from pydantic import BaseModel, ConfigDict

from banso.core import tries
from banso.core.clock import Clock, utc_now
from banso.core.database import Database
from banso.core.errors import ConfigError, NotFound
from banso.core.texts import CORE
from banso.core.tries import TRIES

__all__ = ["TRIES", "Role", "User", "Users"]

Role = Literal["csm", "reviewer", "admin"]
MIN_PASSWORD = 8
MAX_PASSWORD = 1024

_users = sa.table("users", *(sa.column(n) for n in ("name", "role", "password_hash", "created_at", "disabled_role")))
_hasher = PasswordHasher()
_COST = f"m={_hasher.memory_cost},t={_hasher.time_cost},p={_hasher.parallelism}"
_NOBODY = f"$argon2id$v=19${_COST}${'A' * 22}${'A' * 43}"
"""No password has this hash. An unknown name is held against it, so that it costs as long as a wrong password; written
out, since making one takes every program 64 MiB and a tenth of a second at its start."""


class User(BaseModel):
    """A person and their role: a csm asks and drafts, a reviewer also decides, an admin manages knowledge."""

    model_config = ConfigDict(frozen=True)

    name: str
    role: Role
    disabled: bool = False

    @property
    def may_review(self) -> bool:
        """Reviewers decide on drafts. Admins administer; deciding is not part of it."""
        return self.role == "reviewer"


class Users:
    """The table of users. A disabled person is there, and is found by nothing but `all` and `enable`."""

    def __init__(self, database: Database, clock: Clock = utc_now) -> None:
        self._database, self._clock = database, clock

    def add(self, name: str, role: str, password: str) -> User:
        """Create a user, or replace role and password of an existing one. Raises ConfigError on unfit input."""
        chosen = _role(role)
        if not name.strip() or name != name.strip() or len(name) > 64:
            raise ConfigError(CORE.told("users.name"))
        values = {"role": chosen, "password_hash": _hashed(password), "disabled_role": None}
        with self._database.write() as db:
            if db.execute(sa.update(_users).where(_users.c.name == name).values(values)).rowcount == 0:
                db.execute(sa.insert(_users).values(name=name, created_at=self._clock().isoformat(), **values))
            tries.forget(db, name)
        return User(name=name, role=chosen)

    def get(self, name: str) -> User:
        """The user of this name, who may sign in. Raises NotFound."""
        with self._database.read() as db:
            row = _find(db, name)
        if row is None:
            raise NotFound(CORE.told("users.none", name=name), CORE.told("users.none_hint"))
        if row.disabled_role is not None:
            raise NotFound(CORE.told("users.disabled", name=name), f"python -m agents users enable {name}")
        return User(name=row.name, role=row.role)

    def stamp(self, name: str) -> str:
        """A short digest that changes with the person's password; empty when there is no such person, or a disabled
        one.

        A session that carries another one ends: changing a password signs out everywhere, disabling at once.
        """
        with self._database.read() as db:
            row = _find(db, name)
        if row is None or row.disabled_role is not None:
            return ""
        return hashlib.sha256(str(row.password_hash).encode()).hexdigest()[:16]

    def all(self) -> list[User]:
        """Every user, by name; a disabled one with the role they had."""
        with self._database.read() as db:
            rows = db.execute(sa.select(_users).order_by(_users.c.name)).all()
        return [
            User(name=row.name, role=row.disabled_role or row.role, disabled=row.disabled_role is not None)
            for row in rows
        ]

    def set_role(self, name: str, role: str) -> User:
        """Change the role. What a reviewer has approved and what is not on its way yet, is then not sent.

        Raises NotFound, ConfigError on an unknown role.
        """
        self._change(name, role=_role(role))
        return self.get(name)

    def set_password(self, name: str, password: str) -> None:
        """Replace the password, end every session and lock of this person. Raises NotFound, ConfigError when unfit."""
        self._change(name, password_hash=_hashed(password))
        self.unlock(name)

    def disable(self, name: str) -> None:
        """Sessions end and nothing more is decided in this name. Raises NotFound."""
        self._change(name, disabled_role=self.get(name).role, role="csm")

    def enable(self, name: str) -> User:
        """Undo `disable`. Raises NotFound when there is nothing to undo."""
        with self._database.write() as db:
            row = _find(db, name)
            if row is None or row.disabled_role is None:
                raise NotFound(CORE.told("users.not_disabled", name=name), "python -m agents users list")
            db.execute(_set(name, role=row.disabled_role, disabled_role=None))
        return self.get(name)

    def unlock(self, name: str = "", address: str = "") -> int:
        """Take away the locks of a name, or of an address. How many there were."""
        with self._database.write() as db:
            return tries.forget(db, name, address)

    def sign_in(self, name: str, password: str, address: str = "") -> User | None:
        """The user when name and password fit and neither name nor address is locked, else None. Failures count.

        The password is judged outside a transaction: it takes long on purpose, and others want to write.
        """
        where, now = tries.place(address), self._clock()
        with self._database.write() as db:
            row = _find(db, name)
            open_ = tries.begin(db, row.name if row else "", where, now)
        judged = row.password_hash if row and open_ and row.disabled_role is None else None
        if len(password) > MAX_PASSWORD or not _fits(judged or _NOBODY, password) or judged is None:
            return None
        with self._database.write() as db:
            tries.succeed(db, name, where, now)
        return self.get(name)

    def _change(self, name: str, **values: object) -> None:
        self.get(name)
        with self._database.write() as db:
            db.execute(_set(name, **values))


def _find(db: sa.Connection, name: str) -> sa.Row[tuple[str, ...]] | None:
    return db.execute(sa.select(_users).where(_users.c.name == name)).one_or_none()


def _role(role: str) -> Role:
    known: tuple[Role, ...] = get_args(Role)
    for one in known:
        if one == role:
            return one
    raise ConfigError(CORE.told("users.role", role=role), CORE.told("users.role_hint", names=", ".join(known)))


def _hashed(password: str) -> str:
    if not MIN_PASSWORD <= len(password) <= MAX_PASSWORD:
        raise ConfigError(CORE.told("users.password", least=MIN_PASSWORD, most=MAX_PASSWORD))
    return _hasher.hash(password)


def _set(name: str, **values: object) -> sa.Update:
    return sa.update(_users).where(_users.c.name == name).values(values)


def _fits(password_hash: str, password: str) -> bool:
    try:
        return _hasher.verify(password_hash, password)
    except (VerifyMismatchError, InvalidHashError):
        return False
