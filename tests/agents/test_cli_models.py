"""The commands about chat models, as operators and scripts use them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from agents.__main__ import app
from agents.answers import Answer
from agents.models.lookup import EMBEDDED
from agents.usage import Usage
from agents.usage_book import UsageBook
from banso.core.database import open_database
from banso.core.errors import ConfigError
from banso.core.settings import Settings
from tests.agents.test_litellm import Server, server

__all__ = ["server"]


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("BANSO_DATA", str(tmp_path))
    return tmp_path


def run(*words: str, text: str = "", code: int = 0) -> str:
    done = CliRunner().invoke(app, list(words), input=text)
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code == code, done.stdout
    return done.stdout


def shown() -> dict[str, object]:
    told: dict[str, object] = json.loads(run("model", "show", "--json"))
    return told


def test_a_choice_is_kept_and_its_key_is_never_shown() -> None:
    assert shown() == {
        "model": EMBEDDED, "fallbacks": [], "api_base": "", "key": False, "from_environment": False,
    }  # fmt: skip
    told = run(
        "model",
        "set",
        "openai/a",
        "--fallback",
        "ollama/b",
        "--fallback",
        "openai/c",
        "--key-stdin",
        text="sk-secret\n",
    )
    assert "sk-secret" not in told + run("model", "show")
    assert (shown()["model"], shown()["fallbacks"], shown()["key"]) == ("openai/a", ["ollama/b", "openai/c"], True)


def test_what_cannot_be_served_is_refused_and_the_choice_stays() -> None:
    with pytest.raises(ConfigError, match="nowhere/x"):
        run("model", "set", "nowhere/x")
    assert shown()["model"] == EMBEDDED


def test_the_environment_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BANSO_MODEL", "openai/a")
    assert (shown()["model"], shown()["from_environment"]) == ("openai/a", True)
    with pytest.raises(ConfigError, match="BANSO_MODEL is set"):
        run("model", "set", "openai/b")


def test_a_trial_tells_and_a_silent_model_is_exit_3(server: Server) -> None:
    server.replies = [{"content": "hello"}]
    [told] = json.loads(run("model", "try", "openai/tiny", "--json"))
    assert told["answered"] and not told["calls_tools"]
    server.replies = [{"status": 401}]
    assert "openai/tiny" in run("model", "try", "openai/tiny", code=3)
    assert shown()["model"] == EMBEDDED


def test_usage_as_lines_and_as_json(data: Path) -> None:
    assert run("usage") == ""
    database = open_database(Settings(data=data), "app")
    used = (
        Usage(model="openai/a", prompt_tokens=900, completion_tokens=34, cost=0.25),
        Usage(model="openai/b", cost=None),
    )
    answer = Answer(thread="t", text="x", grounded="cited", seconds=1.5, usage=used)
    UsageBook(database, "UTC").add(answer, user="sato", account="")
    database.close()
    told = run("usage", "--daily")
    assert "900 + 34" in told and "$0.2500" in told and "openai/b" in told
    assert [line["unpriced"] for line in json.loads(run("usage", "--json"))] == [0, 1]
