"""The README's commands exist, its settings are the real ones, its links lead somewhere."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from banso.core.settings import PREFIX, SenderSettings, Settings

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = "\n".join(re.findall(r"```sh\n(.*?)```", README, re.S))
LINES = [line.split("   #")[0].strip() for line in BLOCKS.splitlines() if line.strip()]


def parts(line: str) -> list[str]:
    words = shlex.split(line.rpartition("|")[2])
    return [word for word in words if not word.startswith(PREFIX)]


COMMANDS = sorted({tuple(parts(line)[:4]) for line in LINES if parts(line)[:2] == ["python", "-m"]})

GROUPS = {"users", "model", "gaps", "lessons", "outbox", "audit"}


def test_the_two_commands_are_there_and_make_knows_them() -> None:
    assert "make demo" in BLOCKS and "make test" in BLOCKS
    for target in re.findall(r"^make (\w+)", BLOCKS, re.M):
        subprocess.run(["make", "-n", target], cwd=ROOT, check=True, capture_output=True)


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_exists_and_its_help_gives_an_example(command: tuple[str, ...]) -> None:
    words = [sys.executable, "-m", command[2], command[3], "--help"]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    if command[3] != "users":  # a group of commands; each has its own
        assert "Example" in done.stdout or "例: " in done.stdout


@pytest.mark.parametrize("line", [line for line in LINES if parts(line)[:2] == ["python", "-m"]])
def test_every_option_in_an_example_is_known(line: str) -> None:
    words = parts(line)
    sub = [w for w in words[3:5] if re.fullmatch(r"[a-z]+", w)] if words[3] in GROUPS else words[3:4]
    done = subprocess.run(
        [sys.executable, "-m", words[2], *sub, "--help"], cwd=ROOT, capture_output=True, text=True, check=False,
        env={"COLUMNS": "300", "PATH": "/usr/bin:/bin"},
    )  # fmt: skip
    assert [option for option in words if option.startswith("--") and option not in done.stdout] == []


def test_the_examples_point_at_files_that_exist() -> None:
    assert [path for path in re.findall(r"\bexamples/\S+", BLOCKS) if not (ROOT / path).exists()] == []


def test_every_setting_is_documented() -> None:
    fields = [*Settings.model_fields, *SenderSettings.model_fields]
    section = README[README.index("## Settings") :]
    missing = [
        f for f in fields if f"{PREFIX}{f.upper()}" not in section and f"_{f.split('_')[-1].upper()}" not in section
    ]
    assert missing == []


def test_links_lead_somewhere() -> None:
    pages = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    dead = []
    for page in pages:
        for target in re.findall(r"\]\(([^)#:\s]+)\)", page.read_text(encoding="utf-8")):
            if not (page.parent / target).exists():
                dead.append(f"{page.relative_to(ROOT)}: {target}")
    assert dead == []
