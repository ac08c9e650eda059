"""How people want to be answered, on both databases."""

from __future__ import annotations

import pytest

from banso.core.errors import ConfigError
from banso.core.preferences import PreferenceBook, Preferences
from tests.review.conftest import World, postgres_server, postgres_world, sqlite_template, sqlite_world, world

__all__ = ["postgres_server", "postgres_world", "sqlite_template", "sqlite_world", "world"]


def test_what_is_set_is_kept_and_the_rest_stays(world: World) -> None:
    book = PreferenceBook(world.database, world.clock)
    assert book.of("sato") == Preferences(language="question", length="normal")
    book.set("sato", language="en")
    book.set("sato", length="short")
    assert book.of("sato") == Preferences(language="en", length="short")
    assert book.of("mori") == Preferences()
    assert world.scalar("SELECT COUNT(*) FROM preferences") == 1


@pytest.mark.parametrize("wrong", [{"language": "fr"}, {"length": "endless"}])
def test_unknown_words_are_refused_and_change_nothing(world: World, wrong: dict[str, str]) -> None:
    book = PreferenceBook(world.database, world.clock)
    with pytest.raises(ConfigError, match="unknown answer l"):
        book.set("sato", **wrong)
    assert book.of("sato") == Preferences()
