"""The way out has one door: who may import a channel or read a credential, read from the source."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PARTS = ("agents", "tools", "ingest", "banso", "evals")
MEASURES = {"evals/review.py", "evals/mutants.py"}
"""Run a sender of their own, with .eml files in a temporary folder and no credential of anyone, to judge what leaves;
nothing that serves people imports them (`test_layout`: only evals imports evals)."""
SENDER = "banso/review/sender.py"
CHANNELS = "banso/review/channels/"


def sources() -> list[Path]:
    return [*(path for part in PARTS for path in (ROOT / part).rglob("*.py")), ROOT / "app.py"]


def importers(wanted: str, names: tuple[str, ...] = ()) -> set[str]:
    """Files that import the module `wanted` (or what lies below it); with `names`, only those that take one of them."""
    found = set()
    for path in sources():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                modules, taken = {alias.name for alias in node.names}, set(names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                taken = {alias.name for alias in node.names}
                modules = {node.module, *(f"{node.module}.{name}" for name in taken)}
            else:
                continue
            below = any(module == wanted or module.startswith(wanted + ".") for module in modules)
            if below and (not names or taken & set(names)):
                found.add(path.relative_to(ROOT).as_posix())
    return found


def test_only_the_sender_imports_a_channel() -> None:
    found = importers("banso.review.channels") - MEASURES
    assert {name for name in found if not name.startswith(CHANNELS)} == {SENDER}


def test_only_the_sender_and_its_channels_know_the_credentials() -> None:
    may = {SENDER, "banso/review/child.py"}  # child.py takes their names out of the environment
    found = importers("banso.core.settings", ("SenderSettings",)) - MEASURES
    assert {name for name in found if not name.startswith(CHANNELS)} == may


def test_only_the_command_that_sends_imports_the_sender() -> None:
    assert importers("banso.review.sender") - MEASURES == {"agents/cli/outbox.py"}


def test_the_process_of_the_agent_never_loads_a_way_out() -> None:
    ways = "('banso.review.channels', 'banso.review.sender')"
    code = f"import agents.session, agents.graph, sys; print([m for m in sys.modules if m.startswith({ways})])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip().splitlines()[-1] == "[]"
