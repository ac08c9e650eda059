"""A prompt that changes gets a new number: answers record which one was read."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
import yaml

from agents import wording
from agents.wording import prompt, prompt_version

FOLDER = Path(wording.__file__).parent / "prompts"
PROMPTS = sorted(path.stem for path in FOLDER.glob("*.md"))


@pytest.mark.parametrize("name", PROMPTS)
def test_the_newest_version_is_the_text_that_stands_there(name: str) -> None:
    listed = yaml.safe_load((FOLDER / "versions.yaml").read_text(encoding="utf-8"))[name]
    digest = hashlib.sha256((FOLDER / f"{name}.md").read_bytes()).hexdigest()[:12]
    assert listed[max(listed)] == digest, f"{name}.md changed: add a number with {digest} to versions.yaml"
    assert len(set(listed.values())) == len(listed)


def test_an_answer_names_prompt_language_and_number() -> None:
    assert prompt_version("ja") == "system.ja/5" and prompt_version("en", "gloss") == "gloss.en/2"


@pytest.mark.parametrize("language", ["ja", "en"])
def test_rules_begin_alike_for_every_customer_and_day(language: wording.Spoken) -> None:
    """A provider reads a beginning that it knows at a lower price; what changes stands in the last line."""
    filled = [prompt(language).format(today=f"2026-04-0{n}", account=who) for n, who in enumerate(("", "X"), start=1)]
    one, other = filled
    *rules, last = one.strip().splitlines()
    assert "`<data-…>`" in one and other.strip().splitlines()[:-1] == rules
    assert "2026-04-01" in last
