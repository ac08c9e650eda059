"""The words of commands: both languages, every key; and a --help in each for every command of every program."""

from __future__ import annotations

import ast
import json
import os
import re
import string
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from agents.texts import TEXTS as AGENTS
from banso.core.texts import CORE, Texts, operator_language, speaking
from banso.gaps.texts import TEXTS as GAPS
from evals.texts import TEXTS as EVALS
from ingest.texts import TEXTS as INGEST

ROOT = Path(__file__).parents[2]
ALL = {"core": CORE, "gaps": GAPS, "ingest": INGEST, "agents": AGENTS, "evals": EVALS}
JAPANESE = re.compile("[ぁ-んァ-ヶ一-龠]")
PROGRAMS = [("ingest.__main__", "app"), ("agents.__main__", "app"), ("app", "cli"), ("evals.__main__", "app")]
WALK = """
import importlib, json, sys
import typer

def walk(path, command):
    options = {p.name: p.help or "" for p in command.params if not getattr(p, "hidden", False)}
    yield {"path": path, "help": command.help or "", "options": options}
    for name, one in getattr(command, "commands", {}).items():
        yield from walk(f"{path} {name}", one)

module, name = sys.argv[1:]
print(json.dumps(list(walk(module, typer.main.get_command(getattr(importlib.import_module(module), name))))))
"""


def helps(module: str, name: str, language: str) -> list[dict[str, Any]]:
    environment = {**os.environ, "BANSO_LANGUAGE": language}
    command = [sys.executable, "-c", WALK, module, name]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, cwd=ROOT)
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize(("module", "name"), PROGRAMS)
def test_every_command_and_option_has_help_and_every_command_an_example(module: str, name: str, language: str) -> None:
    label = CORE.words("ja" if language == "ja" else "en")["example"]
    for command in helps(module, name, language):
        words, _, example = command["help"].partition(f"\n\n{label}: ")
        assert "python" in example, command["path"]
        for where, said in {command["path"]: words, **command["options"]}.items():
            assert said and bool(JAPANESE.search(said)) == (language == "ja"), f"{command['path']}: {where}: {said}"


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("texts", ALL.values(), ids=ALL)
def test_both_languages_have_the_same_messages(texts: Texts) -> None:
    japanese, english = texts.words("ja"), texts.words("en")
    assert japanese.keys() == english.keys()
    assert [key for key in japanese if fields(japanese[key]) != fields(english[key])] == []
    assert [key for key in japanese if not JAPANESE.search(japanese[key])] == []
    assert [key for key in english if JAPANESE.search(english[key])] == []


def called(node: ast.AST) -> str:
    """`told`, `helped` or `say` when the node calls one of them."""
    if not isinstance(node, ast.Call):
        return ""
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    return name if name in {"told", "helped", "say"} else ""


@pytest.mark.parametrize("texts", ALL.values(), ids=ALL)
def test_the_code_names_every_message_and_no_other(texts: Texts) -> None:
    files = [*texts.folder.parent.rglob("*.py"), *([ROOT / "app.py"] if texts is CORE else [])]
    trees = [ast.parse(path.read_text("utf-8")) for path in files]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    first = [(called(n), getattr(n.args[0], "value", "")) for n in nodes if isinstance(n, ast.Call) and n.args]
    named = {f"help.{key}" if how == "helped" else key for how, key in first if how and isinstance(key, str) and key}
    written = {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    assert named and named <= texts.words("en").keys()
    made = {text for text in written if text.endswith(".")}  # f"record.{kind}"
    unused = [key for key in texts.words("en") if key.removeprefix("help.") not in written]
    assert [key for key in unused if not any(key.startswith(group) for group in made)] == []


def test_the_language_holds_inside_the_block_only() -> None:
    with speaking("ja"):
        assert CORE.told("example") == CORE.say("example", "ja")
    assert CORE.told("example") == CORE.say("example", "en")


@pytest.mark.parametrize(("given", "language"), [(None, "ja"), ("", "ja"), ("ja", "ja"), ("en", "en"), ("xx", "ja")])
def test_help_speaks_as_the_environment_says(given: str | None, language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if given is not None:
        monkeypatch.setenv("BANSO_LANGUAGE", given)
    assert operator_language() == language
