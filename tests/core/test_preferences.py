from __future__ import annotations

import pytest
import sqlalchemy as sa

from banso.core.database import Database
from banso.core.errors import ConfigError
from banso.core.preferences import PreferenceBook, Preferences


def test_what_is_set_is_kept_and_the_rest_stays(database: Database) -> None:
    book = PreferenceBook(database)
    assert book.of("sato") == Preferences(language="question", length="normal")
    book.set("sato", language="en")
    book.set("sato", length="short")
    assert book.of("sato") == Preferences(language="en", length="short")
    assert book.of("mori") == Preferences()
    with database.read() as db:
        assert db.execute(sa.text("SELECT COUNT(*) FROM preferences")).scalar() == 1


@pytest.mark.parametrize("wrong", [{"language": "fr"}, {"length": "endless"}])
def test_unknown_words_are_refused_and_change_nothing(database: Database, wrong: dict[str, str]) -> None:
    book = PreferenceBook(database)
    with pytest.raises(ConfigError, match="unknown answer l"):
        book.set("sato", **wrong)
    assert book.of("sato") == Preferences()
