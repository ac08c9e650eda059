"""Ingestion's own words; that both languages have them all is held in tests/core/test_texts.py."""

from __future__ import annotations

import re

from ingest.texts import TEXTS


def test_no_error_is_raised_with_words_of_one_language() -> None:
    bare = re.compile(r'(?:ItemError|ConfigError|NotFound|Unavailable)\(\s*f?"(?!\{)[A-Za-z]')
    sources = TEXTS.folder.parent.rglob("*.py")
    assert [path.name for path in sources if bare.search(path.read_text("utf-8"))] == []
