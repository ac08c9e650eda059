"""`python -m agents export | prefer`, on a conversation that was held before."""

from __future__ import annotations

import json
from typing import Any

import pytest
from typer.testing import CliRunner

from agents.__main__ import app
from banso.core.errors import ConfigError, NotFound
from banso.core.settings import Settings
from banso.core.users import User
from tests.agents.conftest import Make


def run(settings: Settings, *arguments: str) -> Any:
    """The command in this process: what it raises comes back, where a shell would see its exit code."""
    return CliRunner().invoke(app, arguments, env={"BANSO_DATA": str(settings.data)})


def test_a_conversation_is_exported_for_its_owner_alone(
    make: Make, csm: User, reviewer: User, settings: Settings
) -> None:
    copilot = make()
    thread = copilot.ask("HR-1007 のロックは何分で解除されますか？", user=csm).thread
    exported = run(settings, "export", thread, "--as", csm.name)
    assert "**Answer**" in exported.stdout and "30分" in exported.stdout and "lock.md" in exported.stdout
    plain = json.loads(run(settings, "export", thread, "--as", csm.name, "--json").stdout)
    assert plain["thread"] == thread and plain["turns"][0]["answer"]["citations"][0]["ref"] == "lock.md"
    assert thread in run(settings, "export", "--as", csm.name).stdout
    for stranger in (("--as", reviewer.name), ()):
        refused = run(settings, "export", thread, *stranger)
        assert isinstance(refused.exception, NotFound) and refused.stdout == ""
        assert thread not in run(settings, "export", *stranger).stdout


def test_wishes_are_set_and_shown(csm: User, reviewer: User, settings: Settings) -> None:
    run(settings, "prefer", "--as", csm.name, "--language", "ja", "--length", "short")
    shown = json.loads(run(settings, "prefer", "--as", csm.name, "--json").stdout)
    assert shown == {"name": "sato", "language": "ja", "length": "short"}
    assert json.loads(run(settings, "prefer", "--as", reviewer.name, "--json").stdout)["length"] == "normal"
    wrong = run(settings, "prefer", "--as", csm.name, "--length", "endless")
    assert isinstance(wrong.exception, ConfigError) and "short, normal, detailed" in wrong.exception.hint


@pytest.mark.parametrize("command", [("prefer", "--as", "ghost"), ("export", "--as", "ghost")])
def test_nobody_acts_as_a_person_who_is_not_there(settings: Settings, command: tuple[str, ...]) -> None:
    assert isinstance(run(settings, *command).exception, NotFound)
