"""The choice of chat models: who may decide, what is kept, and to whom a key is sent."""

from __future__ import annotations

import stat
import traceback

import pytest
from pydantic import SecretStr

from agents.models.choice import FILE, ModelChoice, chosen, save
from agents.models.desk import ModelDesk
from agents.models.lookup import EMBEDDED
from agents.models.roster import NO_KEY, open_speakers
from agents.usage_book import UsageBook
from banso.core.database import Database
from banso.core.errors import ConfigError
from banso.core.settings import Settings
from tests.agents.test_litellm import Server, server

__all__ = ["server"]
KEY = SecretStr("sk-of-the-team")


@pytest.fixture
def desk(settings: Settings, database: Database) -> ModelDesk:
    return ModelDesk(settings, UsageBook(database, settings.timezone))


def test_without_a_choice_the_embedded_model_answers(settings: Settings) -> None:
    assert chosen(settings) == ModelChoice() and chosen(settings).names == ()


def test_only_its_owner_reads_the_file_and_its_text_shows_no_key(settings: Settings) -> None:
    save(settings, ModelChoice(model="openai/a", api_key=KEY))
    path = settings.data / FILE
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert chosen(settings).api_key == KEY and "sk-of" not in repr(chosen(settings))
    assert [one.name for one in settings.data.iterdir() if FILE in one.name] == [FILE]


@pytest.mark.parametrize("spoilt", ['"', '", "also": 1}', '", "model": ["sk-of-the-team"]}'])
def test_a_file_that_cannot_be_read_shows_no_key(settings: Settings, spoilt: str) -> None:
    settings.data.mkdir(parents=True, exist_ok=True)
    (settings.data / FILE).write_text(f'{{"model": "openai/a", "api_key": "{KEY.get_secret_value()}{spoilt}')
    with pytest.raises(ConfigError) as failed:
        chosen(settings)
    assert "sk-of" not in "".join(traceback.format_exception(failed.value))


def test_the_environment_decides_over_the_file(settings: Settings) -> None:
    save(settings, ModelChoice(model="openai/a"))
    decided = settings.model_copy(update={"model": "ollama/b", "model_fallbacks": "openai/c, openai/d"})
    assert chosen(decided).names == ("ollama/b", "openai/c", "openai/d")
    with pytest.raises(ConfigError, match="BANSO_MODEL is set"):
        save(decided, ModelChoice())


@pytest.mark.parametrize("name", ["nowhere/x", "embedded/other", "x", "huggingface/https://evil.example"])
def test_a_name_that_nothing_serves_is_refused_and_nothing_changes(settings: Settings, name: str) -> None:
    for choice in (ModelChoice(model=name), ModelChoice(model="openai/a", fallbacks=(name,))):
        with pytest.raises(ConfigError, match=name):
            save(settings, choice)
    assert chosen(settings).model == EMBEDDED


def test_a_key_goes_to_the_model_it_was_given_for_and_to_no_other(settings: Settings) -> None:
    choice = ModelChoice(model="openai/a", fallbacks=("openai/b",), api_key=KEY)
    first, second = open_speakers(settings, choice)
    assert (first.model.inner.api_key, second.model.inner.api_key) == (KEY.get_secret_value(), None)


def test_the_key_of_the_environment_is_not_sent_to_an_address_from_the_app(
    settings: Settings, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-the-operator")
    server.replies = [{"content": "ok"}]
    choice = ModelChoice(model="openai/a", api_base=f"http://127.0.0.1:{server.server_port}/v1")
    assert open_speakers(settings, choice)[0].model.inner.api_key == NO_KEY
    open_speakers(settings, choice)[0].model.invoke("x")
    assert server.keys == [f"Bearer {NO_KEY}"]


def test_a_stored_key_stays_with_its_address(settings: Settings, desk: ModelDesk) -> None:
    desk.save("openai/a", (), "http://one.example/v1", "sk-1")
    assert desk.save("openai/b", (), "http://one.example/v1", None).api_key.get_secret_value() == "sk-1"
    assert desk.save("openai/b", (), "http://two.example/v1", None).api_key.get_secret_value() == ""


def test_a_trial_says_how_each_model_did(settings: Settings, desk: ModelDesk, server: Server) -> None:
    note = {"id": "c", "type": "function", "function": {"name": "note", "arguments": '{"text": "伴走"}'}}
    server.replies = [{"content": None, "tool_calls": [note]}, {"content": "no tools here"}, {"status": 401}]
    good, plain, silent = desk.trial("openai/gpt-4o-mini", ["openai/tiny", "openai/gone"], "", None)
    assert good.calls_tools and good.price_in is not None and good.price_in > 0 and (good.context or 0) > 1000
    assert plain.answered and not plain.calls_tools and plain.price_in is None
    assert (not silent.answered and "401" in silent.reason) or "no" in silent.reason
    assert desk.choice() == ModelChoice()


def test_the_embedded_model_needs_no_trial(desk: ModelDesk) -> None:
    assert [one.answered for one in desk.trial(EMBEDDED, [], "", None)] == [True]
