"""Every message exists in both languages, with the same values to fill in."""

from __future__ import annotations

import os
import re
import string
import subprocess
import sys
from pathlib import Path

from ingest.texts import FOLDER, say, speaking, told, words

SOURCES = list(FOLDER.parent.rglob("*.py"))


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_both_languages_have_the_same_messages() -> None:
    japanese, english = words("ja"), words("en")
    assert japanese.keys() == english.keys()
    assert [key for key in japanese if fields(japanese[key]) != fields(english[key])] == []
    assert [key for key in japanese if not re.search("[ぁ-んァ-ヶ一-龠]", japanese[key])] == []


def test_every_message_that_the_code_names_exists() -> None:
    named = {key for path in SOURCES for key in re.findall(r'\btold\(\s*["\']([a-z_.]+)["\']', path.read_text("utf-8"))}
    assert named and named <= words("en").keys()


def test_no_error_is_raised_with_words_of_one_language() -> None:
    bare = re.compile(r'(?:ItemError|ConfigError|NotFound|Unavailable)\(\s*f?"(?!\{)[A-Za-z]')
    assert [path.name for path in SOURCES if bare.search(path.read_text("utf-8"))] == []


def test_the_language_holds_inside_the_block_only() -> None:
    with speaking("ja"):
        assert told("parse.empty") == say("parse.empty", "ja")
    assert told("parse.empty") == say("parse.empty", "en")


def test_help_is_in_the_language_of_the_operator() -> None:
    for language, sentence in (("ja", "過去のチケットを取り込みます"), ("en", "Take in past tickets")):
        environment = {**os.environ, "BANSO_LANGUAGE": language}
        command = [sys.executable, "-m", "ingest", "tickets", "--help"]
        root = Path(__file__).parents[2]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, cwd=root)
        assert sentence in done.stdout
