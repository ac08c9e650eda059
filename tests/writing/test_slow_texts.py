"""Texts made to keep the writing check busy: runs of spaces cost minutes before its patterns were mended."""

from __future__ import annotations

import time

import pytest

from banso.writing.check import check
from banso.writing.mend import mended
from banso.writing.types import Context

MOST = 8.0
"""Seconds on a busy machine; they take about one, and took more than this at a quarter of the length."""


@pytest.mark.parametrize("text", ["御" * 10_000 + "　" * 10_000, " " * 20_000 + "x", "　" * 20_000 + "様"])
def test_no_run_of_spaces_keeps_the_check_busy(text: str) -> None:
    began = time.process_time()
    check(text, Context(language="ja"))
    mended(text, Context(language="ja"))
    assert time.process_time() - began < MOST
