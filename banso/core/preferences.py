"""How a person wants to be answered: in which language and at which length. Kept under their name alone."""

from __future__ import annotations

from typing import Literal, TypeVar, get_args

import sqlalchemy as sa
from pydantic import BaseModel, ConfigDict

from banso.core.clock import Clock, utc_now
from banso.core.database import Database
from banso.core.errors import ConfigError
from banso.core.texts import CORE

AnswerLanguage = Literal["question", "ja", "en"]
AnswerLength = Literal["short", "normal", "detailed"]
LANGUAGE_CHOICES: tuple[AnswerLanguage, ...] = get_args(AnswerLanguage)
LENGTH_CHOICES: tuple[AnswerLength, ...] = get_args(AnswerLength)

Word = TypeVar("Word", bound=str)

_preferences = sa.table("preferences", *(sa.column(name) for name in ("user", "language", "length", "updated_at")))


class Preferences(BaseModel):
    """What one person wants. `language`: that of the question, or always the named one."""

    model_config = ConfigDict(frozen=True)

    language: AnswerLanguage = "question"
    length: AnswerLength = "normal"


class PreferenceBook:
    """The table of preferences: at most one row a person."""

    def __init__(self, database: Database, clock: Clock = utc_now) -> None:
        self._database, self._clock = database, clock

    def of(self, user: str) -> Preferences:
        """What this person wants; the defaults where they never said."""
        with self._database.read() as db:
            row = db.execute(sa.select(_preferences).where(_preferences.c.user == user)).mappings().one_or_none()
        return Preferences(language=row["language"], length=row["length"]) if row else Preferences()

    def set(self, user: str, language: str = "", length: str = "") -> Preferences:
        """Keep what is given; empty: as it was. Raises ConfigError on an unknown word."""
        before = self.of(user)
        wanted = Preferences(
            language=_known(language or before.language, LANGUAGE_CHOICES, "language"),
            length=_known(length or before.length, LENGTH_CHOICES, "length"),
        )
        values = wanted.model_dump() | {"updated_at": self._clock().isoformat()}
        with self._database.write() as db:
            if db.execute(sa.update(_preferences).where(_preferences.c.user == user).values(values)).rowcount == 0:
                db.execute(sa.insert(_preferences).values(user=user, **values))
        return wanted


def _known(word: str, choices: tuple[Word, ...], what: str) -> Word:
    for one in choices:
        if one == word:
            return one
    names = ", ".join(choices)
    raise ConfigError(CORE.told(f"preferences.{what}", word=word), CORE.told("preferences.hint", names=names))
